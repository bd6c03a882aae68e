#include <c10/util/SmallVector.h>

#include <algorithm>

#include "impl/abi/rt_torch.h"
#include "impl/spl/read.h"
#include "impl/torch/copies.h"
#include "impl/torch/results.h"
#include "impl/torch/tensors.h"

namespace simple::torch_backend {
namespace {

// The size along dim, which is one of x's.
int64_t size_along(const at::Tensor& x, int64_t dim) {
    const int64_t ndim = x.dim();
    return ndim == 0 ? 1 : x.sizes()[static_cast<size_t>(dim < 0 ? dim + ndim : dim)];
}

// So few are looked at before the call. Of many, a pass beside LibTorch's own takes a share of the call: there the
// wrong one is found when LibTorch has thrown.
void check_few_indices(const at::Tensor& indices, int64_t size, const char* parameter) {
    constexpr int64_t kFew = 32;
    const int64_t count = indices.numel();
    if (count > kFew) return;
    bool good = indices.device().is_cpu() && indices.is_contiguous();
    const auto* first = good ? static_cast<const int64_t*>(indices.data_ptr()) : nullptr;
    // Negative numbers are large ones without a sign.
    for (int64_t i = 0; first && i < count; ++i) good &= static_cast<uint64_t>(first[i]) < static_cast<uint64_t>(size);
    judge_unless(good, [&] { check_indices(indices, size, parameter); });
}

// Whether the rule surely takes these indices of gather: within x's sizes apart from dim.
bool are_within(const at::Tensor& x, int64_t dim, const at::Tensor& indices) {
    const int64_t ndim = x.dim();
    if (ndim == 0 || indices.dim() != ndim || !has_dim(x, dim)) return false;
    const auto at = static_cast<size_t>(dim < 0 ? dim + ndim : dim);
    const at::IntArrayRef have = x.sizes(), want = indices.sizes();
    for (size_t i = 0; i < have.size(); ++i)
        if (i != at && want[i] > have[i]) return false;
    return is_small(indices.numel());
}

struct TensorList {
    static constexpr size_t kFew = 4;  // need no memory of their own
    c10::SmallVector<PinnedTensor, kFew> pins;

    explicit TensorList(const SplArray* array) {
        rules::Dims handles;
        handles.resize(static_cast<size_t>(spl::length_of(array, "tensors")));
        spl::copy_handles(array, "tensors", handles.begin());
        pins.reserve(handles.size());
        for (const int64_t handle : handles) pins.push_back(pinned(handle, "tensors"));
        for (const PinnedTensor& pin : pins) check_one_device(*pins.front(), *pin);
    }
    c10::SmallVector<at::Tensor, kFew> promoted_tensors() const {
        at::ScalarType dtype = at::kLong;
        for (const PinnedTensor& pin : pins) dtype = promoted(dtype, pin->scalar_type());
        c10::SmallVector<at::Tensor, kFew> tensors;
        tensors.reserve(pins.size());
        for (const PinnedTensor& pin : pins) tensors.push_back(as_type(*pin, dtype));
        return tensors;
    }
    template <typename Op>
    at::Tensor computed(Op op) const {
        const bool graph = std::any_of(pins.begin(), pins.end(), [](const auto& pin) { return records_graph(*pin); });
        const auto joined = [&] { return op(at::TensorList(promoted_tensors())); };
        return graph ? joined() : torch_backend::computed(joined);
    }
    // Whether there are tensors, all of one shape, and dim is one of the result's.
    bool are_alike(int64_t dim, int64_t more_dims) const {
        if (pins.empty() || !is_small(static_cast<int64_t>(pins.size())) || pins.front()->dim() == 0 ||
            !is_small(pins.front()->numel()))
            return false;
        const at::IntArrayRef sizes = pins.front()->sizes();
        const int64_t ndim = pins.front()->dim() + more_dims;
        if (dim < -ndim || dim >= ndim || ndim > rules::kMostDims) return false;
        return std::all_of(pins.begin(), pins.end(), [&](const auto& pin) { return pin->sizes() == sizes; });
    }
    void check(rules::Meta (*rule)(const std::vector<const rules::Meta*>&, int64_t), int64_t dim) const {
        std::vector<rules::Meta> metas;
        metas.reserve(pins.size());
        for (const PinnedTensor& pin : pins) metas.push_back(meta(*pin));
        std::vector<const rules::Meta*> pointers;
        pointers.reserve(metas.size());
        for (const rules::Meta& each : metas) pointers.push_back(&each);
        rule(pointers, dim);
    }
};

}  // namespace
}  // namespace simple::torch_backend

using namespace simple;
using namespace simple::torch_backend;

RT_TORCH_API int64_t rt_torch_torchtensor_slice(int64_t handle, int64_t dim, int64_t start, int64_t end, int64_t step) {
    return call(Fn::slice, [&] {
        const PinnedTensor x = pinned(handle);
        const bool fits = step >= 1 && x->dim() > 0 && has_dim(*x, dim);
        judge_unless(fits, rules::slice, *x, dim, start, end, step);
        // A step beyond the size selects what the size does, without overflow in LibTorch's count.
        // Bounds beyond the size are clamped here: LibTorch's autograd takes those near INT64_MIN for symbols.
        const int64_t size = size_along(*x, dim);
        const int64_t stride = std::min(step, std::max<int64_t>(size, 1));
        const int64_t from = std::clamp(start, -size, size), to = std::clamp(end, -size, size);
        return shared(*x, [&](const at::Tensor& y) { return kernels::slice(y, dim, from, to, stride); });
    });
}

RT_TORCH_API SplArray* rt_torch_torchtensor_chunk(int64_t handle, int64_t chunks, int64_t dim) {
    return call(Fn::chunk, [&] {
        const PinnedTensor x = pinned(handle);
        const bool usual = chunks >= 1 && chunks <= rules::kMostChunks && x->numel() > 0 && x->dim() > 0;
        judge_unless(usual && has_dim(*x, dim), rules::check_chunk, *x, chunks, dim);
        const int64_t size = size_along(*x, dim);
        // More chunks than entries are as many as entries, without overflow in LibTorch's division.
        const int64_t pieces = size == 0 ? chunks : std::min(chunks, size);
        std::vector<at::Tensor> views;
        if (records_graph(*x)) {
            views = at::chunk(*x, pieces, dim);
        } else {
            const kernels::BelowAutograd guard;
            views = at::chunk(*x, pieces, dim);
        }
        for (at::Tensor& view : views)
            if (view.is_same(*x)) view = alias_of(*x);
        return hand_out_all(std::move(views));
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_index_select(int64_t handle, int64_t dim, int64_t indices) {
    PinnedTensor x, picks;
    at::Tensor numbers;
    return call(
        Fn::index_select,
        [&] {
            x = pinned(handle);
            picks = pinned(indices, "indices");
            check_one_device(*x, *picks);
            const bool fit = x->numel() > 0 && x->dim() > 0 && has_dim(*x, dim) && picks->dim() <= 1;
            judge_unless(fit && is_small(x->numel()) && is_small(picks->numel()), rules::index_select, *x, dim, *picks);
            numbers = whole_numbers(*picks, "indices");
            check_few_indices(numbers, size_along(*x, dim), "indices");
            return row_major(computed([&](const at::Tensor& y) { return kernels::index_select(y, dim, numbers); }, *x));
        },
        [&] {
            if (numbers.defined()) check_indices(numbers, size_along(*x, dim), "indices");
        });
}

RT_TORCH_API int64_t rt_torch_torchtensor_gather(int64_t handle, int64_t dim, int64_t indices) {
    PinnedTensor x, picks;
    at::Tensor numbers;
    return call(
        Fn::gather,
        [&] {
            x = pinned(handle);
            picks = pinned(indices, "indices");
            check_one_device(*x, *picks);
            judge_unless(are_within(*x, dim, *picks), rules::gather, *x, dim, *picks);
            numbers = whole_numbers(*picks, "indices");
            // Indices of any shape are right when they are none, which LibTorch's versions see differently.
            if (numbers.numel() == 0) return at::reshape(x->flatten().slice(0, 0, 0), numbers.sizes()).clone();
            check_few_indices(numbers, size_along(*x, dim), "indices");
            return row_major(computed([&](const at::Tensor& y) { return kernels::gather(y, dim, numbers); }, *x));
        },
        [&] {
            if (numbers.defined()) check_indices(numbers, size_along(*x, dim), "indices");
        });
}

RT_TORCH_API int64_t rt_torch_torchtensor_cat(const SplArray* tensors, int64_t dim) {
    return call(Fn::cat, [&] {
        const TensorList list(tensors);
        judge_unless(list.are_alike(dim, 0), [&] { list.check(rules::cat, dim); });
        return row_major(list.computed([dim](at::TensorList tensors) { return kernels::cat(tensors, dim); }));
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_stack(const SplArray* tensors, int64_t dim) {
    return call(Fn::stack, [&] {
        const TensorList list(tensors);
        judge_unless(list.are_alike(dim, 1), [&] { list.check(rules::stack, dim); });
        return row_major(list.computed([dim](at::TensorList tensors) { return kernels::stack(tensors, dim); }));
    });
}

RT_TORCH_API int64_t rt_torch_nn_embedding(int64_t input, int64_t weight) {
    PinnedTensor picks, rows;
    at::Tensor numbers;
    return call(
        Fn::embedding,
        [&] {
            picks = pinned(input, "input");
            rows = pinned(weight, "weight");
            check_one_device(*picks, *rows);
            const bool fit = rows->numel() > 0 && rows->dim() == 2 && picks->dim() < rules::kMostDims;
            judge_unless(fit && is_small(rows->numel()) && is_small(picks->numel()), rules::embedding, *picks, *rows);
            numbers = whole_numbers(*picks, "input");
            check_few_indices(numbers, rows->size(0), "input");
            return row_major(computed([&](const at::Tensor& w) { return kernels::embedding(w, numbers); }, *rows));
        },
        [&] {
            if (numbers.defined()) check_indices(numbers, rows->size(0), "input");
        });
}
