#include <algorithm>
#include <string>

#include "impl/errors/error.h"
#include "impl/rules/rules.h"

namespace simple::rules {
namespace {

// PyTorch's cat skips 1-D tensors of size 0, whatever the others' shapes.
bool skipped(const Meta& x) { return x.ndim() == 1 && x.sizes[0] == 0; }

DType highest(const std::vector<const Meta*>& tensors) {
    DType dtype = tensors.front()->dtype;
    for (const Meta* x : tensors) dtype = promoted(dtype, x->dtype);
    return dtype;
}

void check_any(const std::vector<const Meta*>& tensors) {
    if (tensors.empty()) fail(Code::argument, "tensors is empty");
}

[[noreturn, gnu::always_inline]] inline void refuse(const std::vector<const Meta*>& tensors, size_t i,
                                                    const Meta& first) {
    fail(Code::shape, "tensors[{}] has shape {}, which does not go with {}", i, tensors[i]->sizes, first.sizes);
}

}  // namespace

Meta index_select(const Meta& x, int64_t dim, const Meta& indices) {
    const auto at = static_cast<size_t>(wrap(dim, x.ndim()));
    if (indices.ndim() > 1) fail(Code::shape, "indices has shape {}, but must be 1-D or 0-d", indices.sizes);
    const int64_t count = indices.numel();
    if (x.ndim() == 0) {
        if (count != 1) fail(Code::shape, "indices has {} elements, but of a 0-d handle one is selected", count);
        return same(x);
    }
    Dims sizes = x.sizes;
    sizes[at] = count;
    return fresh(sizes, x.dtype);
}

Meta gather(const Meta& x, int64_t dim, const Meta& indices) {
    const auto at = static_cast<size_t>(wrap(dim, x.ndim()));
    if (indices.numel() > 0) {
        // 0-d is one of one.
        bool fits = std::max<int64_t>(x.ndim(), 1) == std::max<int64_t>(indices.ndim(), 1);
        for (size_t i = 0; fits && i < std::min(x.sizes.size(), indices.sizes.size()); ++i)
            fits = i == at || indices.sizes[i] <= x.sizes[i];
        if (!fits)
            fail(Code::shape, "indices has shape {}, which does not fit within {} apart from dim {}", indices.sizes,
                 x.sizes, dim);
    }
    return fresh(indices.sizes, x.dtype);
}

Meta cat(const std::vector<const Meta*>& tensors, int64_t dim) {
    check_any(tensors);
    const Meta* first = nullptr;
    for (const Meta* x : tensors)
        if (!first && !skipped(*x)) first = x;
    if (!first) return fresh(Dims{0}, highest(tensors));  // where all are skipped PyTorch looks at no dim
    const auto at = static_cast<size_t>(wrap(dim, first->ndim()));
    int64_t total = 0;
    for (size_t i = 0; i < tensors.size(); ++i) {
        const Meta& x = *tensors[i];
        if (x.ndim() == 0) fail(Code::shape, "tensors[{}] is 0-d, which cannot be joined", i);
        if (skipped(x)) continue;
        if (x.ndim() != first->ndim()) refuse(tensors, i, *first);
        for (size_t d = 0; d < x.sizes.size(); ++d)
            if (d != at && x.sizes[d] != first->sizes[d]) refuse(tensors, i, *first);
        total += x.sizes[at];
    }
    Dims sizes = first->sizes;
    sizes[at] = total;
    return fresh(sizes, highest(tensors));
}

Meta stack(const std::vector<const Meta*>& tensors, int64_t dim) {
    check_any(tensors);
    const Meta& first = *tensors.front();
    if (first.ndim() >= kMostDims) fail(Code::argument, "tensors have {} dims already", kMostDims);
    const auto at = static_cast<size_t>(wrap(dim, first.ndim() + 1));
    for (size_t i = 1; i < tensors.size(); ++i)
        if (tensors[i]->sizes != first.sizes) refuse(tensors, i, first);
    Dims sizes = first.sizes;
    sizes.insert(at, static_cast<int64_t>(tensors.size()));
    return fresh(sizes, highest(tensors));
}

Meta embedding(const Meta& input, const Meta& weight) {
    if (input.ndim() >= kMostDims) fail(Code::argument, "input has {} dims already", kMostDims);
    if (weight.ndim() != 2) fail(Code::shape, "weight has shape {}, but must be 2-D", weight.sizes);
    Dims sizes = input.sizes;
    sizes.push_back(weight.sizes[1]);
    return fresh(sizes, weight.dtype);
}

}  // namespace simple::rules
