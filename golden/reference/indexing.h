// Functions whose result only moves elements: each says, for every element of the result, which element of which
// operand it is; values and gradients follow.
#pragma once

#include <string>
#include <vector>

#include "golden/reference/values.h"

namespace simple::reference {

// Where one element of a result comes from.
struct Source {
    int64_t operand;
    int64_t element;
};

struct Selection {
    Sizes sizes;
    std::vector<Source> sources;
};

// index_select, gather and embedding; a fault of code 2 for an index that is no whole number, 5 for one out of range.
Selection index_select(const Sizes& sizes, int64_t dim, const Values& indices);
Selection gather(const Sizes& sizes, int64_t dim, const Values& indices);
Selection embedding(const Values& indices, const Sizes& weight_sizes);

Selection cat(const std::vector<Sizes>& operands, int64_t dim);
Selection stack(const std::vector<Sizes>& operands, int64_t dim);

Values select(const Selection& selection, const std::vector<Values>& operands);
std::vector<Values> select_gradient(const Selection& selection, const std::vector<Values>& operands,
                                    const Values& grad);

// The elements as indices: checked to be whole numbers (2), not for range.
std::vector<int64_t> whole_numbers(const Values& x, const std::string& parameter);

}  // namespace simple::reference
