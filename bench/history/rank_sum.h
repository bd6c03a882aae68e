// The rank sum test: whether the first values of a series and the rest have one distribution (Mann and Whitney, On a
// test of whether one of two random variables is stochastically larger than the other, Annals of Mathematical
// Statistics 18, 1947).
#pragma once

#include <cstddef>

namespace simple::history {

// Two-sided. u: how many pairs of a first and a later value have the first one larger, equal ones counting half.
// tie_factor: what ties leave of the variance, 1 where there are none. Exact without ties where either side is small,
// else by the normal approximation, which is far too large for a handful against many.
double rank_sum_p_value(size_t first, size_t rest, double u, double tie_factor);

}  // namespace simple::history
