#include "bench/compare/proportion.h"

#include <boost/math/distributions/binomial.hpp>

namespace simple::compare {

statistics::Interval clopper_pearson(size_t hits, size_t trials, double confidence) {
    using boost::math::binomial;
    if (trials == 0) return {0, 1};
    const double tail = (1 - confidence) / 2, n = static_cast<double>(trials), k = static_cast<double>(hits);
    return {binomial::find_lower_bound_on_p(n, k, tail), binomial::find_upper_bound_on_p(n, k, tail)};
}

}  // namespace simple::compare
