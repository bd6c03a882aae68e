#include "golden/reference/indexing.h"

#include <algorithm>
#include <cmath>

#include "impl/errors/error.h"

namespace simple::reference {
namespace {

std::vector<int64_t> indices_in_range(const Values& x, int64_t size, const std::string& parameter) {
    std::vector<int64_t> indices = whole_numbers(x, parameter);
    for (size_t i = 0; i < indices.size(); ++i)
        if (indices[i] < 0 || indices[i] >= size)
            fail(Code::range, "{} holds {} at position {} is outside [0, {})", parameter, indices[i], i, size);
    return indices;
}

}  // namespace

std::vector<int64_t> whole_numbers(const Values& x, const std::string& parameter) {
    if (x.is_whole()) return x.wholes;
    for (double v : x.reals)
        if (!std::isfinite(v) || v != std::trunc(v))
            fail_holding(Code::argument, parameter, x, v, "which is no whole number");
    return converted(x, DType::i64).wholes;
}

Selection index_select(const Sizes& sizes, int64_t dim, const Values& indices) {
    const Split split(sizes, dim);
    const std::vector<int64_t> chosen = indices_in_range(indices, split.size, "indices");
    Selection selection{sizes, {}};
    if (!sizes.empty()) selection.sizes[wrapped(dim, sizes.size())] = static_cast<int64_t>(chosen.size());
    for (int64_t o = 0; o < split.outer; ++o)
        for (int64_t i : chosen)
            for (int64_t j = 0; j < split.inner; ++j) selection.sources.push_back({0, split.at(o, i, j)});
    return selection;
}

Selection gather(const Sizes& sizes, int64_t dim, const Values& indices) {
    const Split split(sizes, dim);
    const std::vector<int64_t> chosen = indices_in_range(indices, split.size, "indices");
    Selection selection{indices.sizes, {}};
    const size_t ndim = sizes.size(), along = static_cast<size_t>(wrapped(dim, ndim));
    std::vector<int64_t> position(indices.sizes.size(), 0);
    for (int64_t i : chosen) {
        int64_t at = 0;
        for (size_t d = 0; d < ndim; ++d) at = at * sizes[d] + (d == along ? i : position[d]);
        selection.sources.push_back({0, at});
        for (size_t d = position.size(); d-- > 0;) {
            if (++position[d] < indices.sizes[d]) break;
            position[d] = 0;
        }
    }
    return selection;
}

Selection embedding(const Values& indices, const Sizes& weight_sizes) {
    const int64_t rows = weight_sizes[0], width = weight_sizes[1];
    Selection selection{indices.sizes, {}};
    selection.sizes.push_back(width);
    for (int64_t row : indices_in_range(indices, rows, "input"))
        for (int64_t j = 0; j < width; ++j) selection.sources.push_back({0, row * width + j});
    return selection;
}

// 1-D tensors of size 0 are skipped whatever the others' shapes, as PyTorch does.
Selection cat(const std::vector<Sizes>& operands, int64_t dim) {
    std::vector<int64_t> taken;
    for (size_t k = 0; k < operands.size(); ++k)
        if (operands[k] != Sizes{0}) taken.push_back(static_cast<int64_t>(k));
    if (taken.empty()) return {{0}, {}};
    Selection selection{operands[taken[0]], {}};
    int64_t& joined = selection.sizes[wrapped(dim, selection.sizes.size())];
    joined = 0;
    for (int64_t k : taken) joined += Split(operands[k], dim).size;
    for (int64_t o = 0; o < Split(operands[taken[0]], dim).outer; ++o)
        for (int64_t k : taken) {
            const Split split(operands[k], dim);
            for (int64_t i = 0; i < split.size * split.inner; ++i)
                selection.sources.push_back({k, split.at(o, 0, 0) + i});
        }
    return selection;
}

// Joining along a new dim is joining along a dim of size 1.
Selection stack(const std::vector<Sizes>& operands, int64_t dim) {
    std::vector<Sizes> grown = operands;
    for (Sizes& sizes : grown) {
        const int64_t at = wrapped(dim, static_cast<int64_t>(sizes.size()) + 1);
        sizes.insert(sizes.begin() + at, 1);
    }
    return cat(grown, dim);
}

Values select(const Selection& selection, const std::vector<Values>& operands) {
    Values out = zeros(operands[0].dtype, selection.sizes);
    for (size_t i = 0; i < selection.sources.size(); ++i) {
        const auto [operand, element] = selection.sources[i];
        copy_element(operands[operand], element, out, static_cast<int64_t>(i));
    }
    return out;
}

std::vector<Values> select_gradient(const Selection& selection, const std::vector<Values>& operands,
                                    const Values& grad) {
    std::vector<Values> gradients;
    for (const Values& operand : operands) gradients.push_back(zeros_like(operand));
    for (size_t i = 0; i < selection.sources.size(); ++i) {
        const auto [operand, element] = selection.sources[i];
        gradients[operand].reals[element] += grad.reals[i];
    }
    return gradients;
}

}  // namespace simple::reference
