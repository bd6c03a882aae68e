// A probability of which so many hits in so many trials were seen.
#pragma once

#include <cstddef>

#include "reports/statistics.h"

namespace simple::compare {

// Bounds that hold with at least this confidence, whatever the probability is: each side is exceeded with half of what
// is left (Clopper and Pearson, The use of confidence or fiducial limits illustrated in the case of the binomial,
// Biometrika 26, 1934). hits <= trials; of no trials nothing is known: 0 to 1.
statistics::Interval clopper_pearson(size_t hits, size_t trials, double confidence);

}  // namespace simple::compare
