#include "property/relations/error_bound.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "property/table/tolerance.h"

namespace simple::property {

namespace {

constexpr double kUnknown = std::numeric_limits<double>::infinity();

bool moves_elements(Fn fn) {
    switch (fn) {
        case Fn::transpose:
        case Fn::t:
        case Fn::permute:
        case Fn::squeeze:
        case Fn::squeeze_dim:
        case Fn::unsqueeze:
        case Fn::flatten:
        case Fn::view:
        case Fn::reshape:
        case Fn::contiguous:
        case Fn::clone:
        case Fn::slice:
        case Fn::index_select:
        case Fn::gather:
        case Fn::embedding:
        case Fn::cat:
        case Fn::stack:
        case Fn::max:
        case Fn::min:
        case Fn::max_dim:
        case Fn::min_dim:
        case Fn::max_pool2d:
        case Fn::neg:
        case Fn::relu: return true;
        default: return false;
    }
}

// What the errors of the arguments become.
double carried(Fn fn, const std::vector<Magnitude>& in, const Magnitude& out) {
    double largest = 0, sum = 0;
    for (const Magnitude& x : in) {
        if (!std::isfinite(x.error) || !std::isfinite(x.most)) return kUnknown;
        largest = std::max(largest, x.error);
        sum += x.error;
    }
    if (largest == 0) return 0;
    if (moves_elements(fn)) return largest;
    const Magnitude &a = in[0], &b = in.back();
    const double each = a.count / std::max(out.count, 1.0);  // elements that one of the result is made of
    switch (fn) {
        case Fn::add:
        case Fn::sub: return sum;
        case Fn::mul: return a.error * b.most + b.error * a.most + a.error * b.error;
        case Fn::matmul:
        case Fn::linear:
        case Fn::dot: {
            const Magnitude& other = in[1];
            const double inner = std::min(a.count, other.count);
            return inner * (a.error * other.most + other.error * a.most) + (in.size() > 2 ? b.error : 0);
        }
        case Fn::sum: return a.count * a.error;
        case Fn::sum_dim: return each * a.error;
        case Fn::mean:
        case Fn::mean_dim:
        case Fn::tanh:
        case Fn::sigmoid:
        case Fn::avg_pool2d: return largest;
        case Fn::gelu:
        case Fn::softmax:
        case Fn::log_softmax:
        case Fn::std: return 2 * largest;
        case Fn::var: return 8 * a.most * a.error;
        case Fn::norm: return std::sqrt(a.count) * a.error;
        case Fn::mse_loss:
        case Fn::mse_loss_tensor: return 2 * (a.most + b.most) * sum;
        default: return kUnknown;
    }
}

}  // namespace

double error_bound(Fn fn, const std::vector<Magnitude>& in, const Magnitude& out, DType dtype) {
    if (!std::isfinite(out.most)) return kUnknown;
    const double before = carried(fn, in, out);
    if (moves_elements(fn)) return before;
    const Tolerance own = tolerance(fn, dtype);
    return before + own.atol + own.rtol * out.most;
}

}  // namespace simple::property
