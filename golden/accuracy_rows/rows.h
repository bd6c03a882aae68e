// The calls whose accuracy is measured, each with its exact result.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "golden/accuracy_rows/sides.h"

namespace simple::accuracy {

// Results, and what they were exactly. Sums of float32 numbers and of their products in long double are off by less
// than 1e-12 of the sum of their sizes.
struct Result {
    Both got;
    std::vector<long double> exact;
};

struct Row {
    std::string call;  // as docs/accuracy.md names it
    Fn fn;
    std::vector<Data> data;
    std::function<Result(Sides& sides, int64_t n, Data data)> measure;
};

const std::vector<Row>& rows();

double largest(const std::vector<long double>& exact);
// The largest difference, by the largest exact value; infinite where one is no number.
double error(const std::vector<double>& got, const std::vector<long double>& exact);

// layer_norm of [offset, offset + 1, offset + 2, offset + 3].
Result layer_norm_at(Sides& sides, int64_t offset);

}  // namespace simple::accuracy
