#include "ci/simulated_cuda/creation.h"

#include <ATen/EmptyTensor.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/view_native.h>
#include <torch/library.h>

#include <cstring>
#include <utility>

#include "ci/simulated_cuda/allocator.h"
#include "ci/simulated_cuda/libtorch_version.h"
#include "ci/simulated_cuda/memory.h"
#include "ci/simulated_cuda/settings.h"
#include "ci/simulated_cuda/streams.h"

namespace simple::simulated_cuda {
namespace {

using c10::IntArrayRef;

const c10::DispatchKeySet kKeys(c10::DispatchKey::CUDA);

c10::DeviceIndex index_of(Optional<c10::Device> device) {
    const c10::DeviceIndex index = device && device->has_index() ? device->index() : current_device();
    TORCH_CHECK(index >= 0 && index < device_count(), "CUDA error: invalid device ordinal (simulated)");
    return index;
}

at::Tensor empty(IntArrayRef sizes, Optional<c10::ScalarType> dtype, Optional<c10::Layout>,
                 Optional<c10::Device> device, Optional<bool>, Optional<c10::MemoryFormat> format) {
    const OnDevice on(index_of(device));
    return at::detail::empty_generic(sizes, allocator(), kKeys, c10::dtype_or_default(dtype), format);
}

at::Tensor empty_strided(IntArrayRef sizes, IntArrayRef strides, Optional<c10::ScalarType> dtype, Optional<c10::Layout>,
                         Optional<c10::Device> device, Optional<bool>) {
    const OnDevice on(index_of(device));
    return at::detail::empty_strided_generic(sizes, strides, allocator(), kKeys, c10::dtype_or_default(dtype));
}

const at::Tensor& resize_(const at::Tensor& tensor, IntArrayRef sizes, Optional<c10::MemoryFormat>) {
    resize_to(tensor, sizes);
    return tensor;
}

}  // namespace

at::Tensor empty_strided_on(c10::Device device, IntArrayRef sizes, IntArrayRef strides, c10::ScalarType dtype) {
    return empty_strided(sizes, strides, dtype, {}, device, {});
}

void resize_to(const at::Tensor& tensor, IntArrayRef sizes) {
    auto* impl = tensor.unsafeGetTensorImpl();
    const OnDevice on(tensor.device().index());
    impl->set_sizes_contiguous(sizes);
    const size_t needed = static_cast<size_t>(impl->storage_offset() + impl->numel()) * tensor.element_size();
    auto* storage = impl->storage().unsafeGetStorageImpl();
    if (storage->nbytes() >= needed) return;
    c10::DataPtr data = allocate(needed);
    StreamQueue::current(tensor.device().index()).synchronize();
    if (storage->nbytes()) std::memcpy(bytes_at(data.get()), bytes_at(storage->data_ptr().get()), storage->nbytes());
    storage->set_data_ptr(std::move(data));
    storage->set_nbytes(needed);
}

}  // namespace simple::simulated_cuda

TORCH_LIBRARY_IMPL(aten, CUDA, library) {
    using namespace simple::simulated_cuda;
    library.impl("empty.memory_format", &empty);
    library.impl("empty_strided", &empty_strided);
    library.impl("resize_", &resize_);
    library.impl("as_strided", TORCH_FN(at::native::as_strided_tensorimpl));
    library.impl("view", TORCH_FN(at::native::view));
    library.impl("_reshape_alias", TORCH_FN(at::native::_reshape_alias));
}
