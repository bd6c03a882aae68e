#include <cfloat>
#include <cmath>

#include "impl/errors/error.h"
#include "impl/rules/rules.h"

namespace simple::rules {
namespace {

void check_float32(double value, const char* parameter) {
    if (!holds_float32(value)) fail(Code::argument, "{} {} is more than float32 can hold", parameter, value);
}

void check_count(int64_t count, const char* parameter) {
    if (count < 0) fail(Code::argument, "{} is {}, below 0", parameter, count);
}

}  // namespace

bool holds_float32(double value) { return !std::isfinite(value) || std::abs(value) <= FLT_MAX; }

Meta created(const Dims& dims) {
    check_sizes(dims, DType::f32, "dims");
    return fresh(dims, DType::f32);
}

Meta full(const Dims& dims, double value) {
    check_sizes(dims, DType::f32, "dims");
    check_float32(value, "value");
    return fresh(dims, DType::f32);
}

Meta from_data(int64_t data_count, const Dims& dims, DType dtype) {
    check_sizes(dims, dtype, "dims");
    if (numel(dims) != data_count)
        fail(Code::argument, "data has {} elements and dims {} want {}", data_count, dims, numel(dims));
    return fresh(dims, dtype);
}

Meta arange(double start, double end, double step) {
    const auto refuse = [&](const char* why) {
        fail(Code::argument, "start {}, end {} and step {} make a range that {}", start, end, step, why);
    };
    if (!std::isfinite(start) || !std::isfinite(end) || !std::isfinite(step)) refuse("is not finite");
    if (step == 0) fail(Code::argument, "step is 0");
    if ((step > 0 && start > end) || (step < 0 && start < end)) refuse("leads away from end");
    const double count = std::ceil((end - start) / step);
    if (!(count < std::ldexp(1.0, 61))) refuse("has more bytes than int64 can count");
    return fresh({static_cast<int64_t>(count)}, DType::f32);
}

Meta linspace(double start, double end, int64_t steps) {
    check_count(steps, "steps");
    check_float32(start, "start");
    check_float32(end, "end");
    check_sizes({steps}, DType::f32, "steps");
    return fresh({steps}, DType::f32);
}

Meta eye(int64_t n) {
    check_count(n, "n");
    check_sizes({n, n}, DType::f32, "the shape");
    return fresh({n, n}, DType::f32);
}

}  // namespace simple::rules
