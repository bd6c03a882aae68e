#include "golden/suite/compare.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>

#include "ci/testkit/running_case.h"

namespace simple::golden {
namespace {

// Order-preserving integers of floating numbers: neighbours differ by 1, and 0 and -0 are the same.
int64_t ordinal(double value) {
    int64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits < 0 ? INT64_MIN - bits : bits;
}
int64_t ordinal(float value) {
    int32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits < 0 ? int64_t{INT32_MIN} - bits : bits;
}

std::string number(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", value);
    return text;
}

bool within(double got, double expected, const Tolerance& t, bool float32) {
    if (std::isnan(expected) || std::isnan(got)) return std::isnan(expected) && std::isnan(got);
    if (t.signed_zero && got == 0 && expected == 0) return std::signbit(got) == std::signbit(expected);
    if (got == expected) return true;
    if (std::isinf(got) || std::isinf(expected)) return false;
    // A scalar comes as a double: one beyond float32's range is no neighbour of the largest.
    if (float32 && std::isinf(static_cast<float>(got)) != std::isinf(static_cast<float>(expected))) return false;
    if (t.ulp >= 0) return ulp_distance(got, expected, float32) <= t.ulp;
    return std::fabs(got - expected) <= t.atol + t.rtol * std::fabs(expected);
}

}  // namespace

double ulp_distance(double a, double b, bool float32) {
    if (std::isnan(a) || std::isnan(b))
        return std::isnan(a) && std::isnan(b) ? 0 : std::numeric_limits<double>::infinity();
    const int64_t x = float32 ? ordinal(static_cast<float>(a)) : ordinal(a);
    const int64_t y = float32 ? ordinal(static_cast<float>(b)) : ordinal(b);
    // Whole numbers until they are subtracted: a double does not hold 63 bits.
    return static_cast<double>(static_cast<uint64_t>(std::max(x, y)) - static_cast<uint64_t>(std::min(x, y)));
}

std::string difference(const std::vector<double>& got, const std::vector<double>& expected, const Tolerance& tolerance,
                       bool float32) {
    if (got.size() != expected.size())
        return std::to_string(got.size()) + " elements, expected " + std::to_string(expected.size());
    size_t wrong = 0, worst = 0;
    double worst_distance = -1;
    for (size_t i = 0; i < got.size(); ++i) {
        if (within(got[i], expected[i], tolerance, float32)) continue;
        ++wrong;
        const double distance = ulp_distance(got[i], expected[i], float32);
        if (distance > worst_distance) worst_distance = distance, worst = i;
    }
    if (wrong == 0) return "";
    return std::to_string(wrong) + " of " + std::to_string(got.size()) + " elements differ, most at " +
           std::to_string(worst) + ": got " + number(got[worst]) + ", expected " + number(expected[worst]) +
           ", distance " + number(worst_distance) + " ULP (" + number(std::fabs(got[worst] - expected[worst])) +
           "), limit " + tolerance.text();
}

double largest_share(const std::vector<double>& got, const std::vector<double>& expected, const Tolerance& tolerance,
                     bool float32) {
    double largest = 0;
    for (size_t i = 0; i < got.size(); ++i) {
        if (got[i] == expected[i] || !within(got[i], expected[i], tolerance, float32)) continue;
        if (std::isnan(expected[i])) continue;
        const double off =
            tolerance.ulp >= 0 ? ulp_distance(got[i], expected[i], float32) : std::fabs(got[i] - expected[i]);
        const double allowed =
            tolerance.ulp >= 0 ? tolerance.ulp : tolerance.atol + tolerance.rtol * std::fabs(expected[i]);
        largest = std::max(largest, off / allowed);
    }
    return largest;
}

void note_distance(double share) { running_case().distance = std::max(running_case().distance, share); }

void expect_near(const std::string& what, const std::vector<double>& got, const std::vector<double>& expected,
                 const Tolerance& tolerance, bool float32, const std::string& context) {
    const std::string text = difference(got, expected, tolerance, float32);
    if (!text.empty())
        ADD_FAILURE() << what << ": " << text << context;
    else
        note_distance(largest_share(got, expected, tolerance, float32));
}

}  // namespace simple::golden
