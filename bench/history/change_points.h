// Where a series of measurements changes its level.
//
// The statistic is Pettitt's (A non-parametric approach to the change-point problem, Applied Statistics 28, 1979): for
// each split of an interval the rank sum of its first part. Divided by its standard deviation under no change, so that
// a change near an end is found as well as one in the middle (maximally selected rank statistics: Lausen and
// Schumacher, Biometrics 48, 1992), it is the two-sided rank sum test of that split (bench/history/rank_sum.h): nothing
// is drawn by chance, and equal series give equal change points. Only ranks count, so that one wild run moves nothing.
//
// Which intervals are looked at: the whole, then half as long ones, each beginning a quarter of its length after the
// one before, and so on (seeded binary segmentation: Kovacs, Buehlmann, Li and Munk, Biometrika 110, 2023), so that a
// change which was taken back is found as well. Of all intervals inside a segment, and the segment itself, the one with
// the smallest p-value splits it.
#pragma once

#include <cstddef>
#include <vector>

namespace simple::history {

// The chance that a series without a change is given any: p-values are multiplied with the number of all splits that
// are looked at (Bonferroni).
inline constexpr double kSeriesError = 0.01;
// Smaller changes of the level, as parts of it, are not told.
inline constexpr double kSmallestChange = 0.005;

struct ChangePoint {
    size_t at = 0;                 // the first value of the new level
    double before = 0, after = 0;  // medians of the segments that meet here
    double p_value = 1;            // after the correction, at most kSeriesError
};

// values: logarithms of ratios, in the order of time. In that order.
std::vector<ChangePoint> change_points(const std::vector<double>& values);

}  // namespace simple::history
