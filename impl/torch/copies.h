// Results that are copies of elements. Where those are few they are copied here: LibTorch first sets up an iterator
// over the tensors, which costs several times what the copying does.
#pragma once

#include <c10/util/SmallVector.h>

#include <cstring>

#include "impl/torch/kernels.h"

namespace simple::torch_backend::kernels {

using Sizes = c10::SmallVector<int64_t, 6>;

inline char* bytes_of(const at::Tensor& x) { return static_cast<char*>(x.data_ptr()); }

// Not none, one after the other, and no more than `most`.
inline bool is_row_of_few(const at::Tensor& x, int64_t most = 1024) {
    return x.is_contiguous() && 0 < x.numel() && x.numel() <= most;
}

// A row-major copy.
inline at::Tensor clone(const at::Tensor& x) {
    constexpr int64_t kOfOneThread = 32768;  // at::internal::GRAIN_SIZE, from which on LibTorch may take more
    if (!direct(x)) return x.clone(at::MemoryFormat::Contiguous);
    if (!is_row_of_few(x, kOfOneThread)) return at::compositeexplicitautograd::clone(x, at::MemoryFormat::Contiguous);
    at::Tensor y = room(x.sizes(), x.scalar_type());
    std::memcpy(bytes_of(y), bytes_of(x), x.nbytes());
    return y;
}

// Whether the tensors are alike and of few elements.
inline bool are_rows_of_few(at::TensorList tensors) {
    return !tensors.empty() && std::all_of(tensors.begin(), tensors.end(), [&](const at::Tensor& x) {
        return is_row_of_few(x) && x.sizes() == tensors[0].sizes() && x.scalar_type() == tensors[0].scalar_type();
    });
}

// Of tensors that are alike, of each a block, then of each the next one.
inline at::Tensor in_turn(at::TensorList tensors, at::IntArrayRef sizes, int64_t blocks) {
    at::Tensor y = room(sizes, tensors[0].scalar_type());
    const size_t block = tensors[0].nbytes() / static_cast<size_t>(blocks);
    char* to = bytes_of(y);
    for (size_t i = 0; i < static_cast<size_t>(blocks); ++i)
        for (const at::Tensor& x : tensors) {
            std::memcpy(to, bytes_of(x) + i * block, block);
            to += block;
        }
    return y;
}

// Where dim is among `dims`, counted from the front.
inline size_t place_of(int64_t dim, size_t dims) {
    return static_cast<size_t>(dim < 0 ? dim + static_cast<int64_t>(dims) : dim);
}
inline int64_t product(const Sizes& sizes, size_t end) {
    int64_t product = 1;
    for (size_t i = 0; i < end; ++i) product *= sizes[i];
    return product;
}

inline at::Tensor cat(at::TensorList tensors, int64_t dim) {
    if (!direct(tensors)) return at::cat(tensors, dim);
    if (!are_rows_of_few(tensors) || tensors[0].dim() == 0) return at::cpu::cat(tensors, dim);
    Sizes sizes(tensors[0].sizes().begin(), tensors[0].sizes().end());
    const size_t at = place_of(dim, sizes.size());
    if (at >= sizes.size()) return at::cpu::cat(tensors, dim);
    const int64_t before = product(sizes, at);
    sizes[at] *= static_cast<int64_t>(tensors.size());
    return in_turn(tensors, sizes, before);
}

inline at::Tensor stack(at::TensorList tensors, int64_t dim) {
    if (!direct(tensors)) return at::stack(tensors, dim);
    if (!are_rows_of_few(tensors)) return at::compositeexplicitautograd::stack(tensors, dim);
    Sizes sizes(tensors[0].sizes().begin(), tensors[0].sizes().end());
    const size_t at = place_of(dim, sizes.size() + 1);
    if (at > sizes.size()) return at::compositeexplicitautograd::stack(tensors, dim);
    const int64_t before = product(sizes, at);
    sizes.insert(sizes.begin() + static_cast<std::ptrdiff_t>(at), static_cast<int64_t>(tensors.size()));
    return in_turn(tensors, sizes, before);
}

// Whether these are few numbers of int64, all of [0, size).
inline bool are_few_within(const at::Tensor& numbers, int64_t size) {
    constexpr int64_t kFew = 32;
    if (!is_row_of_few(numbers, kFew) || numbers.scalar_type() != at::kLong) return false;
    const auto* first = static_cast<const int64_t*>(numbers.data_ptr());
    // Negative numbers are large ones without a sign.
    return std::all_of(first, first + numbers.numel(),
                       [size](int64_t i) { return static_cast<uint64_t>(i) < static_cast<uint64_t>(size); });
}

inline at::Tensor index_select(const at::Tensor& x, int64_t dim, const at::Tensor& numbers) {
    if (!direct(x, numbers)) return at::index_select(x, dim, numbers);
    Sizes sizes(x.sizes().begin(), x.sizes().end());
    const size_t at = place_of(dim, sizes.size());
    if (at >= sizes.size() || numbers.dim() > 1 || !is_row_of_few(x) || !are_few_within(numbers, sizes[at]))
        return at::cpu::index_select(x, dim, numbers);
    const size_t before = static_cast<size_t>(product(sizes, at)), size = static_cast<size_t>(sizes[at]);
    const size_t block = x.nbytes() / (before * size);
    sizes[at] = numbers.numel();
    at::Tensor y = room(sizes, x.scalar_type());
    const auto* picked = static_cast<const int64_t*>(numbers.data_ptr());
    char* to = bytes_of(y);
    for (size_t i = 0; i < before; ++i)
        for (int64_t k = 0; k < numbers.numel(); ++k, to += block)
            std::memcpy(to, bytes_of(x) + (i * size + static_cast<size_t>(picked[k])) * block, block);
    return y;
}

inline at::Tensor embedding(const at::Tensor& weight, const at::Tensor& numbers) {
    if (!direct(weight, numbers)) return at::embedding(weight, numbers);
    if (numbers.dim() == 1) return kernels::index_select(weight, 0, numbers);
    return at::compositeexplicitautograd::embedding(weight, numbers);
}

}  // namespace simple::torch_backend::kernels
