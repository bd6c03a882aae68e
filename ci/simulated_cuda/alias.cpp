#include "ci/simulated_cuda/alias.h"

#include <c10/core/Allocator.h>
#include <c10/core/StorageImpl.h>

#include <utility>

#include "ci/simulated_cuda/memory.h"

namespace simple::simulated_cuda {

void* storage_address(const at::Tensor& tensor) {
    return const_cast<void*>(static_cast<const void*>(tensor.storage().unsafeGetStorageImpl()->data_ptr().get()));
}

at::Tensor alias_of(const at::Tensor& tensor) {
    if (!tensor.is_cuda()) return tensor;
    auto storage = c10::make_intrusive<c10::StorageImpl>(
        c10::StorageImpl::use_byte_size_t(), tensor.storage().unsafeGetStorageImpl()->nbytes(),
        c10::DataPtr(bytes_at(storage_address(tensor)), c10::Device(c10::kCPU)),
        c10::GetAllocator(c10::DeviceType::CPU), true);
    at::Tensor alias = at::detail::make_tensor<c10::TensorImpl>(
        c10::Storage(std::move(storage)), c10::DispatchKeySet(c10::DispatchKey::CPU), tensor.dtype());
    alias.unsafeGetTensorImpl()->set_sizes_and_strides(tensor.sizes(), tensor.strides(), tensor.storage_offset());
    return alias;
}

bool is_alias_of(const at::Tensor& alias, const at::Tensor& tensor) {
    return alias.sizes() == tensor.sizes() && storage_address(alias) == bytes_at(storage_address(tensor));
}

}  // namespace simple::simulated_cuda
