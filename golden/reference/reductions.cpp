#include "golden/reference/reductions.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "impl/errors/error.h"

namespace simple::reference {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Whether x takes the place of the best so far.
bool beats(double x, double best, bool largest) {
    if (std::isnan(best)) return false;
    return std::isnan(x) || (largest ? x > best : x < best);
}
bool beats(int64_t x, int64_t best, bool largest) { return largest ? x > best : x < best; }

// The index in [0, size) of the first largest or smallest element, element(i) being the i-th.
template <class Element>
int64_t extreme(int64_t size, bool largest, Element element) {
    int64_t best = 0;
    for (int64_t i = 1; i < size; ++i)
        if (beats(element(i), element(best), largest)) best = i;
    return best;
}

int64_t extreme_along(const Values& x, const Split& split, int64_t o, int64_t j, bool largest) {
    if (x.is_whole()) return extreme(split.size, largest, [&](int64_t i) { return x.wholes[split.at(o, i, j)]; });
    return extreme(split.size, largest, [&](int64_t i) { return x.reals[split.at(o, i, j)]; });
}

bool takes_largest(Fn fn) { return fn == Fn::max || fn == Fn::max_dim || fn == Fn::argmax; }

bool takes_extreme(Fn fn) { return fn == Fn::max_dim || fn == Fn::min_dim; }

// What is summed up lies in a wider type, so that nothing overflows or vanishes on the way (V9).
using Wide = long double;

Wide wide_sum(const Values& x) {
    Wide total = 0;
    for (double v : x.reals) total += v;
    return total;
}

Wide sum(const Values& x) {
    if (x.is_whole()) {
        uint64_t total = 0;
        for (int64_t v : x.wholes) total += static_cast<uint64_t>(v);
        return static_cast<Wide>(static_cast<int64_t>(total));
    }
    return wide_sum(x);
}

// The unbiased variance: NaN for fewer than two elements.
Wide variance(const Values& x) {
    if (x.numel() < 2) return kNaN;
    const Wide mean = wide_sum(x) / static_cast<Wide>(x.numel());
    Wide squares = 0;
    for (double v : x.reals) squares += (v - mean) * (v - mean);
    return squares / static_cast<Wide>(x.numel() - 1);
}

// The 2-norm.
Wide norm(const Values& x) {
    Wide squares = 0;
    for (double v : x.reals) squares += Wide{v} * v;
    return std::sqrt(squares);
}

Wide number(Fn fn, const Values& x) {
    switch (fn) {
        case Fn::sum: return sum(x);
        case Fn::mean: return sum(x) / static_cast<Wide>(x.numel());
        case Fn::max:
        case Fn::min: {
            const Split all({x.numel()}, 0);
            return x.real(extreme_along(x, all, 0, 0, takes_largest(fn)));
        }
        case Fn::var: return variance(x);
        case Fn::std: return std::sqrt(variance(x));
        case Fn::norm: return norm(x);
        default: fail(Code::other, "no such reduction");
    }
}

}  // namespace

double reduce_all(Fn fn, const Values& x) { return rounded(static_cast<double>(number(fn, x)), x.dtype); }

Values reduce_dim(Fn fn, const Values& x, int64_t dim, bool keepdim) {
    const Split split(x.sizes, dim);
    Sizes sizes = x.sizes;
    if (!sizes.empty()) {
        const auto at = sizes.begin() + wrapped(dim, x.ndim());
        if (keepdim)
            *at = 1;
        else
            sizes.erase(at);
    }
    const bool gives_index = fn == Fn::argmax || fn == Fn::argmin;
    Values out = zeros(gives_index ? DType::i64 : x.dtype, sizes);
    for (int64_t o = 0; o < split.outer; ++o)
        for (int64_t j = 0; j < split.inner; ++j) {
            const int64_t to = o * split.inner + j;
            if (gives_index) {
                out.wholes[to] = extreme_along(x, split, o, j, takes_largest(fn));
            } else if (takes_extreme(fn)) {
                copy_element(x, split.at(o, extreme_along(x, split, o, j, takes_largest(fn)), j), out, to);
            } else if (x.is_whole()) {
                uint64_t total = 0;
                for (int64_t i = 0; i < split.size; ++i) total += static_cast<uint64_t>(x.wholes[split.at(o, i, j)]);
                out.wholes[to] = static_cast<int64_t>(total);
            } else {
                Wide total = 0;
                for (int64_t i = 0; i < split.size; ++i) total += x.reals[split.at(o, i, j)];
                if (fn == Fn::mean_dim) total /= static_cast<Wide>(split.size);
                out.reals[to] = static_cast<double>(total);
            }
        }
    return out;
}

Values reduce_dim_gradient(Fn fn, const Values& x, int64_t dim, const Values& grad) {
    const Split split(x.sizes, dim);
    Values to_x = zeros_like(x);
    for (int64_t o = 0; o < split.outer; ++o)
        for (int64_t j = 0; j < split.inner; ++j) {
            const double g = grad.reals[o * split.inner + j];
            if (takes_extreme(fn)) {
                to_x.reals[split.at(o, extreme_along(x, split, o, j, takes_largest(fn)), j)] = g;
                continue;
            }
            for (int64_t i = 0; i < split.size; ++i)
                to_x.reals[split.at(o, i, j)] = fn == Fn::mean_dim ? g / static_cast<double>(split.size) : g;
        }
    return to_x;
}

// x minus its maximum, so that exp cannot overflow; log_softmax is that minus the logarithm of the sum of exponentials.
Values softmax(Fn fn, const Values& x, int64_t dim) {
    const Split split(x.sizes, dim);
    Values out = zeros_like(x);
    for (int64_t o = 0; o < split.outer; ++o)
        for (int64_t j = 0; j < split.inner; ++j) {
            if (split.size == 0) continue;
            const double largest = x.reals[split.at(o, extreme_along(x, split, o, j, true), j)];
            double total = 0;
            for (int64_t i = 0; i < split.size; ++i) total += std::exp(x.reals[split.at(o, i, j)] - largest);
            for (int64_t i = 0; i < split.size; ++i) {
                const double shifted = x.reals[split.at(o, i, j)] - largest;
                out.reals[split.at(o, i, j)] =
                    fn == Fn::softmax ? std::exp(shifted) / total : shifted - std::log(total);
            }
        }
    return out;
}

// With y = softmax(x): dx = y (g - sum(g y)) for softmax and g - y sum(g) for log_softmax.
Values softmax_gradient(Fn fn, const Values& x, int64_t dim, const Values& grad) {
    const Split split(x.sizes, dim);
    const Values y = softmax(Fn::softmax, x, dim);
    Values to_x = zeros_like(x);
    for (int64_t o = 0; o < split.outer; ++o)
        for (int64_t j = 0; j < split.inner; ++j) {
            double total = 0;
            for (int64_t i = 0; i < split.size; ++i) {
                const int64_t at = split.at(o, i, j);
                total += fn == Fn::softmax ? grad.reals[at] * y.reals[at] : grad.reals[at];
            }
            for (int64_t i = 0; i < split.size; ++i) {
                const int64_t at = split.at(o, i, j);
                to_x.reals[at] =
                    fn == Fn::softmax ? y.reals[at] * (grad.reals[at] - total) : grad.reals[at] - y.reals[at] * total;
            }
        }
    return to_x;
}

}  // namespace simple::reference
