#include "ci/simulated_cuda/copy.h"

#include <ATen/core/LegacyTypeDispatch.h>
#include <c10/core/GradMode.h>
#include <torch/library.h>

#include <cstring>
#include <utility>

#include "ci/simulated_cuda/alias.h"
#include "ci/simulated_cuda/creation.h"
#include "ci/simulated_cuda/libtorch_version.h"
#include "ci/simulated_cuda/memory.h"
#include "ci/simulated_cuda/streams.h"

namespace simple::simulated_cuda {
namespace {

// Of tensors of the CPU. Work on a stream is done by whoever waits for it, in whatever state its LibTorch is.
void copy_elements(const at::Tensor& to, const at::Tensor& from) {
    if (to.numel() == 0) return;
    if (to.scalar_type() == from.scalar_type() && to.sizes() == from.sizes() && to.is_contiguous() &&
        from.is_contiguous()) {
        std::memcpy(to.data_ptr(), from.data_ptr(), to.nbytes());
        return;
    }
    const at::NoGradGuard no_graph;
    const at::AutoDispatchBelowADInplaceOrView below;
    at::Tensor(to).copy_(from);
}

void poison(const at::Tensor& alias) {
    if (alias.numel() == 0) return;
    if (alias.is_contiguous()) {
        std::memset(alias.data_ptr(), kPoison, alias.nbytes());
        return;
    }
    const at::Tensor poisoned = at::empty(alias.sizes(), alias.options());
    std::memset(poisoned.data_ptr(), kPoison, poisoned.nbytes());
    copy_elements(alias, poisoned);
}

// What the host gives is read at once, as CUDA does with memory that is not pinned.
at::Tensor staged(const at::Tensor& from) {
    const at::NoGradGuard no_graph;
    const at::AutoDispatchBelowADInplaceOrView below;
    return from.clone(at::MemoryFormat::Contiguous);
}

StreamQueue& stream_of(const at::Tensor& tensor) { return StreamQueue::current(tensor.device().index()); }

void to_device(const at::Tensor& to, const at::Tensor& from, bool non_blocking) {
    StreamQueue& stream = stream_of(to);
    stream.add([to = alias_of(to), from = staged(from)] { copy_elements(to, from); });
    if (!non_blocking) stream.synchronize();
}

// Between devices on the source's stream, which the target's waits for and is waited for by.
void between_devices(const at::Tensor& to, const at::Tensor& from) {
    StreamQueue &target = stream_of(to), &source = stream_of(from);
    source.add_wait(target.mark());
    source.add([to = alias_of(to), from = alias_of(from)] { copy_elements(to, from); });
    target.add_wait(source.mark());
}

// To memory of the host that is not pinned a copy is done when the call returns, even if it is asked not to block.
void from_device(const at::Tensor& to, const at::Tensor& from) {
    stream_of(from).synchronize();
    copy_elements(to, alias_of(from));
}

void copy_tensor(const at::Tensor& to, const at::Tensor& from, bool non_blocking) {
    if (to.numel() == 0 || to.is_same(from)) return;
    const at::Tensor source = from.sizes() == to.sizes() ? from : from.expand(to.sizes());
    if (!to.is_cuda())
        from_device(to, source);
    else if (!source.is_cuda())
        to_device(to, source, non_blocking);
    else
        between_devices(to, source);
}

at::Tensor& copy_(at::Tensor& to, const at::Tensor& from, bool non_blocking) {
    copy_tensor(to, from, non_blocking);
    return to;
}

at::Tensor copy_from(const at::Tensor& from, const at::Tensor& to, bool non_blocking) {
    copy_tensor(to, from, non_blocking);
    return to;
}

at::Tensor copy_from_and_resize(const at::Tensor& from, const at::Tensor& to) {
    if (to.sizes() != from.sizes()) to.resize_(from.sizes());
    copy_tensor(to, from, false);
    return to;
}

c10::Scalar number_in(const at::Tensor& tensor) {
    stream_of(tensor).synchronize();
    return alias_of(tensor).item();
}

void record_stream_of(at::Tensor& tensor, c10::Stream stream) { record_stream(storage_address(tensor), stream); }

}  // namespace

void set_later(const at::Tensor& to, at::Tensor values) {
    if (to.numel() == 0) return;
    at::Tensor alias = alias_of(to);
    poison(alias);
    stream_of(to).add([alias = std::move(alias), values = std::move(values)] { copy_elements(alias, values); });
}

}  // namespace simple::simulated_cuda

TORCH_LIBRARY_IMPL(aten, CUDA, library) {
    using namespace simple::simulated_cuda;
    library.impl("copy_", &copy_);
    library.impl("_copy_from", &copy_from);
    library.impl("_copy_from_and_resize", &copy_from_and_resize);
    library.impl("_local_scalar_dense", &number_in);
    library.impl("record_stream", &record_stream_of);
}
