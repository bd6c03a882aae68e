// Where a library beneath has a limit of its own: more than 12 dims, as oneDNN takes, a size above a block, or above
// what an int16 holds, in another dim than the first, strides and dilations that lead far beyond the input.
#include <algorithm>

#include "ci/faults/conditions.h"

namespace simple {

using namespace planted;

namespace {

constexpr int64_t kBeyondOnednn = 13;
constexpr int64_t kFar = int64_t{1} << 20;

bool of_many_dims(const Met& met) { return inner().ndim(met.first) >= kBeyondOnednn; }
bool of_long_later_dim(const Met& met) {
    constexpr int64_t kLong = 32768;
    const std::vector<int64_t> dims = dims_of(met.first);
    return dims.size() > 1 && *std::max_element(dims.begin() + 1, dims.end()) > kLong;
}

bool is_far(const SplArray* numbers) {
    for (int64_t i = 0; numbers && numbers->items && i < numbers->len; ++i)
        if (numbers->items[i].tag == SPL_INT && numbers->items[i].as_int >= kFar) return true;
    return false;
}

void avg_pool2d_with_far_stride(Backend& to) {
    to.avg_pool2d = [](int64_t x, const SplArray* kernel, const SplArray* stride, const SplArray* padding) {
        const int64_t result = inner().avg_pool2d(x, kernel, stride, padding);
        return is_far(stride) ? then(result, shifted) : result;
    };
}

void conv2d_refuses_far_dilation(Backend& to) {
    to.conv2d = [](int64_t x, int64_t weight, int64_t bias, const SplArray* stride, const SplArray* padding,
                   const SplArray* dilation, int64_t groups) -> int64_t {
        const int64_t result = inner().conv2d(x, weight, bias, stride, padding, dilation, groups);
        if (result <= 0 || !is_far(dilation)) return result;
        inner().free(result);
        leave_code(Code::argument);
        return 0;
    };
}

}  // namespace

const std::vector<PlantedFault>& limit_faults() {
    static const std::vector<PlantedFault> faults{
        {"log_softmax.13_dims", Fn::log_softmax, "log_softmax is one too large from 13 dims on", Kind::values, "V4",
         "property", where<&Backend::log_softmax, of_many_dims, shifted>},
        {"softmax.long_later_dim", Fn::softmax,
         "softmax is one too large where a dim but the first is longer than 32,768", Kind::values, "V4", "property",
         where<&Backend::softmax, of_long_later_dim, shifted>},
        {"mul.long_later_dim", Fn::mul, "mul is one too large where a dim but the first is longer than 32,768",
         Kind::values, "V4", "property", where<&Backend::mul, of_long_later_dim, shifted>},
        {"avg_pool2d.far_stride", Fn::avg_pool2d, "avg_pool2d is one too large with a stride from 2^20 on",
         Kind::values, "V7", "property", avg_pool2d_with_far_stride},
        {"stub.squeeze.13_dims", Fn::squeeze, "the stub's squeeze leaves a dim from 13 dims on", Kind::shapes, "S2",
         "differential", where<&Backend::squeeze, of_many_dims, with_dim>, "", false, "", true},
        {"stub.softmax.long_later_dim", Fn::softmax,
         "the stub's softmax has a dim too many where a dim but the first is longer than 32,768", Kind::shapes, "S2",
         "differential", where<&Backend::softmax, of_long_later_dim, with_dim>, "", false, "", true},
        {"stub.unsqueeze.long_later_dim", Fn::unsqueeze,
         "the stub's unsqueeze has a dim too many where a dim but the first is longer than 32,768", Kind::shapes, "S2",
         "differential", where<&Backend::unsqueeze, of_long_later_dim, with_dim>, "", false, "", true},
        {"stub.conv2d.far_dilation", Fn::conv2d, "the stub's conv2d refuses a dilation from 2^20 on", Kind::errors,
         "S2", "differential", conv2d_refuses_far_dilation, "", false, "", true},
    };
    return faults;
}

}  // namespace simple
