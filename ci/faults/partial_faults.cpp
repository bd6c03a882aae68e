// What looks at a part of its operands, or spoils a part of its result: the first row of large ones, a tail, one
// layout, one dtype.
#include "ci/faults/planting.h"

namespace simple {

using namespace planted;

namespace {

constexpr int64_t kLarge = 32768;

bool is_large(int64_t x) { return inner().numel(x) > kLarge && inner().ndim(x) > 0; }

// x with its first row in place of every row.
int64_t first_rows(int64_t x) {
    const int64_t rows = dims_of(x)[0];
    return then(inner().from_i64_data(Ints(std::vector<int64_t>(static_cast<size_t>(rows), 0)), Ints({rows})),
                [=](int64_t zeros) { return inner().index_select(x, 0, zeros); });
}

template <auto F>
void first_row(Backend& to) {
    to.*F = [](int64_t x, int64_t dim, bool keepdim) -> int64_t {
        const int64_t whole = (inner().*F)(x, dim, keepdim);
        if (whole <= 0 || !is_large(x)) return whole;
        inner().free(whole);
        return then(first_rows(x), [=](int64_t part) { return (inner().*F)(part, dim, keepdim); });
    };
}

PlantedFault of_first_row(const char* id, Fn function, const char* what, void (*plant)(Backend&)) {
    return {id, function, what, Kind::values, "V4", "golden", plant};
}

}  // namespace

const std::vector<PlantedFault>& partial_faults() {
    static const std::vector<PlantedFault> faults{
        of_first_row("max_dim.first_row", Fn::max_dim, "max_dim looks at the first row of large tensors only",
                     first_row<&Backend::max_dim>),
        of_first_row("min_dim.first_row", Fn::min_dim, "min_dim looks at the first row of large tensors only",
                     first_row<&Backend::min_dim>),
        of_first_row("mean_dim.first_row", Fn::mean_dim, "mean_dim looks at the first row of large tensors only",
                     first_row<&Backend::mean_dim>),
        of_first_row("argmax.first_row", Fn::argmax, "argmax looks at the first row of large tensors only",
                     first_row<&Backend::argmax>),
        of_first_row("argmin.first_row", Fn::argmin, "argmin looks at the first row of large tensors only",
                     first_row<&Backend::argmin>),
        of_first_row("embedding.first_row", Fn::embedding, "embedding looks at the first row of large weights only",
                     [](Backend& to) {
                         to.embedding = [](int64_t input, int64_t weight) -> int64_t {
                             const int64_t whole = inner().embedding(input, weight);
                             if (whole <= 0 || !is_large(weight)) return whole;
                             inner().free(whole);
                             return then(first_rows(weight),
                                         [=](int64_t part) { return inner().embedding(input, part); });
                         };
                     }),
    };
    return faults;
}

}  // namespace simple
