// Creation whose results are too long to be recorded and do not repeat.
#include <gtest/gtest.h>

#include "ci/testkit/client.h"
#include "golden/suite/special.h"

namespace simple::golden {
namespace {

// Whole numbers below 2^24 and their halves are exact in float32, so no rounding excuses a wrong element.
void check_large_range(const Backend& b, double start, double step) {
    constexpr int64_t kCount = 40000;
    const Tensor x(b, b.arange(start, start + step * kCount, step));
    ASSERT_TRUE(x) << error_message(b);
    const std::vector<double> got = values(b, x.get());
    ASSERT_EQ(got.size(), size_t(kCount));
    for (int64_t i = 0; i < kCount; ++i) ASSERT_EQ(got[size_t(i)], start + step * static_cast<double>(i)) << "at " << i;
}

}  // namespace

std::vector<Case> creation_cases(const Backend& b) {
    return {{"arange/large-up", "arange", {"V1", "V4"}, false, [&b] { check_large_range(b, 0, 1); }},
            {"arange/large-down-by-halves", "arange", {"V1", "V4"}, false, [&b] { check_large_range(b, 7, -0.5); }}};
}

}  // namespace simple::golden
