// Every other operator of a device: the CPU's kernel on the bytes of the device's tensors.
//
// The kernel runs at once, behind what lies on the current stream already, since only it knows the shapes of its
// results. What it wrote is taken away again and put on the stream, so that the results come late (copy.h). LibTorch's
// own fallback to the CPU copies arguments, which loses what a kernel writes to them besides its results, and takes
// tensors of several devices.
#include "ci/simulated_cuda/fallback.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>

#include <utility>
#include <vector>

#include "ci/simulated_cuda/alias.h"
#include "ci/simulated_cuda/copy.h"
#include "ci/simulated_cuda/creation.h"
#include "ci/simulated_cuda/libtorch_version.h"
#include "ci/simulated_cuda/streams.h"

namespace simple::simulated_cuda {
namespace {

using at::Tensor;
using c10::IValue;

bool is_written(const c10::Argument& argument) { return argument.alias_info() && argument.alias_info()->isWrite(); }

class Launch {
  public:
    Launch(const c10::OperatorHandle& op, torch::jit::Stack* stack)
        : op_(op), stack_(stack), begin_(stack->size() - op.schema().arguments().size()) {}

    void run() {
        demand_one_device();
        if (!first_ && !asked_) first_ = c10::Device(c10::DeviceType::CUDA, current_device());
        const c10::Device device = target();
        const OnDevice on(device.index());
        StreamQueue::current(device.index()).synchronize();
        for (size_t i = begin_; i < stack_->size(); ++i) lower((*stack_)[i], i - begin_);
        op_.redispatchBoxed(c10::DispatchKeySet(c10::DispatchKey::CPU), stack_);
        publish_arguments();
        for (size_t i = stack_->size() - op_.schema().returns().size(); i < stack_->size(); ++i) raise((*stack_)[i]);
    }

  private:
    struct Pair {
        Tensor alias, tensor;
        bool written;
    };

    c10::Device target() const {
        if (first_ && first_->is_cuda()) return *first_;
        return asked_ && asked_->is_cuda() && asked_->has_index()
                   ? *asked_
                   : c10::Device(c10::DeviceType::CUDA, current_device());
    }

    // As CUDA's kernels do: a number of the CPU goes anywhere.
    void look_at(const Tensor& tensor) {
        if (!tensor.defined() || (tensor.dim() == 0 && tensor.is_cpu())) return;
        if (!first_) first_ = tensor.device();
        TORCH_CHECK(tensor.device() == *first_,
                    "Expected all tensors to be on the same device, but found at least two devices, ", *first_, " and ",
                    tensor.device(), "! (when checking ", op_.schema().name(), ")");
    }

    void demand_one_device() {
        for (size_t i = begin_; i < stack_->size(); ++i) {
            const IValue& value = (*stack_)[i];
            if (value.isTensor()) {
                look_at(value.toTensor());
            } else if (value.isTensorList()) {
                for (const Tensor& each : value.toTensorVector()) look_at(each);
            } else if (value.isDevice()) {
                asked_ = value.toDevice();
            }
        }
    }

    Tensor lowered(const Tensor& tensor, bool written) {
        if (!tensor.defined() || !tensor.is_cuda()) return tensor;
        for (Pair& pair : pairs_) {
            if (!pair.tensor.is_same(tensor)) continue;
            pair.written = pair.written || written;
            return pair.alias;
        }
        pairs_.push_back({alias_of(tensor), tensor, written});
        return pairs_.back().alias;
    }

    void lower(IValue& value, size_t argument) {
        const bool written = is_written(op_.schema().arguments()[argument]);
        if (value.isTensor()) {
            value = lowered(value.toTensor(), written);
        } else if (value.isTensorList()) {
            std::vector<Tensor> list;
            for (const Tensor& each : value.toTensorVector()) list.push_back(lowered(each, written));
            value = c10::List<Tensor>(list);
        } else if (value.isOptionalTensorList()) {
            c10::List<Optional<Tensor>> list;
            for (const Optional<Tensor> each : value.toOptionalTensorList())
                list.push_back(each ? Optional<Tensor>(lowered(*each, written)) : each);
            value = list;
        } else if (value.isDevice()) {
            value = c10::Device(c10::kCPU);
        } else if (value.isGenerator()) {
            value = IValue();  // the CPU's own
        }
    }

    void publish_arguments() {
        for (Pair& pair : pairs_) {
            if (is_alias_of(pair.alias, pair.tensor)) {
                if (pair.written) set_later(pair.tensor, pair.alias.clone());
                continue;
            }
            // The kernel resized it.
            resize_to(pair.tensor, pair.alias.sizes());
            set_later(pair.tensor, pair.alias);
        }
    }

    Tensor raised(const Tensor& result) {
        if (!result.defined() || result.is_cuda()) return result;
        for (const Pair& pair : pairs_)
            if (pair.alias.is_same(result)) return pair.tensor;
        // A view of an argument.
        if (result.numel() && result.has_storage())
            for (const Pair& pair : pairs_)
                if (pair.alias.numel() && storage_address(result) == storage_address(pair.alias) &&
                    result.scalar_type() == pair.tensor.scalar_type())
                    return pair.tensor.as_strided(result.sizes(), result.strides(), result.storage_offset());
        const Tensor made = empty_strided_on(target(), result.sizes(), result.strides(), result.scalar_type());
        set_later(made, result);
        return made;
    }

    void raise(IValue& value) {
        if (value.isTensor()) {
            value = raised(value.toTensor());
        } else if (value.isTensorList()) {
            std::vector<Tensor> list;
            for (const Tensor& each : value.toTensorVector()) list.push_back(raised(each));
            value = c10::List<Tensor>(list);
        }
    }

    const c10::OperatorHandle& op_;
    torch::jit::Stack* stack_;
    size_t begin_;
    Optional<c10::Device> first_, asked_;
    std::vector<Pair> pairs_;
};

}  // namespace

void fallback(const c10::OperatorHandle& op, torch::jit::Stack* stack) { Launch(op, stack).run(); }

}  // namespace simple::simulated_cuda

TORCH_LIBRARY_IMPL(_, CUDA, library) {
    library.fallback(torch::CppFunction::makeFromBoxedFunction<&simple::simulated_cuda::fallback>());
}
