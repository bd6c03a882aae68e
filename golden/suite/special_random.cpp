// Random functions by what defines them: moments, distribution, seeds, independence.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "ci/testkit/call.h"
#include "ci/testkit/client.h"
#include "golden/suite/special.h"

namespace simple::golden {
namespace {

constexpr int64_t kMany = 100000;

std::vector<double> draw(const Backend& b, Fn fn, int64_t count) {
    const Tensor x(b, call(b, fn, {Array::ints({count})}).integer);
    return values(b, x.get());
}

double normal_distribution(double x) { return 0.5 * std::erfc(-x / std::sqrt(2)); }
double uniform_distribution(double x) { return std::clamp(x, 0.0, 1.0); }

// The largest gap between the sample's distribution and the promised one (Kolmogorov-Smirnov).
double largest_gap(std::vector<double> sample, double (*distribution)(double)) {
    std::sort(sample.begin(), sample.end());
    const auto n = static_cast<double>(sample.size());
    double gap = 0;
    for (size_t i = 0; i < sample.size(); ++i) {
        const double p = distribution(sample[i]);
        gap = std::max({gap, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
    }
    return gap;
}

void seed(const Backend& b, int64_t value) {
    if (!b.manual_seed) throw MissingFunction("what is drawn is seeded");
    b.manual_seed(value);
}

// At sqrt(n) * gap > 3.3 the probability under the null is 2 exp(-2 * 3.3^2) < 1e-9; the seed is fixed besides.
constexpr double kKolmogorov = 3.3;

void check_distribution(const Backend& b, Fn fn, int64_t count) {
    seed(b, 20240229);
    const bool normal = fn == Fn::randn;
    const std::vector<double> sample = draw(b, fn, count);
    ASSERT_EQ(sample.size(), static_cast<size_t>(count));
    const double gap = largest_gap(sample, normal ? normal_distribution : uniform_distribution);
    EXPECT_LT(gap * std::sqrt(static_cast<double>(count)), kKolmogorov);
    double mean = 0, square = 0;
    for (const double x : sample) mean += x, square += x * x;
    mean /= static_cast<double>(count), square /= static_cast<double>(count);
    // Six standard errors: below 1e-8 under the null.
    const double sigma = normal ? 1 : std::sqrt(1.0 / 12);
    EXPECT_NEAR(mean, normal ? 0 : 0.5, 6 * sigma / std::sqrt(static_cast<double>(count)));
    if (count == kMany) {
        EXPECT_NEAR(square - mean * mean, sigma * sigma, 0.03 * sigma * sigma);
    }
    // float32 has fewer numbers than reals: some of a hundred thousand are drawn twice.
    EXPECT_GT(std::set<double>(sample.begin(), sample.end()).size(), sample.size() * 9 / 10) << "numbers repeat";
    if (normal) return;
    EXPECT_GE(*std::min_element(sample.begin(), sample.end()), 0);
    EXPECT_LT(*std::max_element(sample.begin(), sample.end()), 1) << "rand is on [0, 1)";
}

void check_seed(const Backend& b, Fn fn) {
    for (const int64_t count : {int64_t{15}, int64_t{16}, int64_t{1000}}) {
        seed(b, 7);
        const auto first = draw(b, fn, count), second = draw(b, fn, count);
        EXPECT_NE(first, second) << "two successive calls gave the same";
        seed(b, 7);
        EXPECT_EQ(draw(b, fn, count), first) << "the seed does not repeat (V8)";
        seed(b, 8);
        EXPECT_NE(draw(b, fn, count), first) << "another seed gave the same";
    }
}

void check_independence(const Backend& b, Fn fn) {
    seed(b, 11);
    const auto x = draw(b, fn, kMany), y = draw(b, fn, kMany);
    const double centre = fn == Fn::randn ? 0 : 0.5, variance = fn == Fn::randn ? 1 : 1.0 / 12;
    const auto correlation = [&](const std::vector<double>& a, const std::vector<double>& b, size_t lag) {
        double product = 0;
        for (size_t i = lag; i < a.size(); ++i) product += (a[i] - centre) * (b[i - lag] - centre);
        return product / kMany / variance;
    };
    const double limit = 6 / std::sqrt(static_cast<double>(kMany));
    EXPECT_LT(std::fabs(correlation(x, y, 0)), limit) << "of one call and the next";
    EXPECT_LT(std::fabs(correlation(x, x, 1)), limit) << "of an element and the next";
    EXPECT_NEAR(correlation(x, x, 0), 1, 0.03) << "of an element and itself: its variance";
}

void check_dropout(const Backend& b) {
    constexpr double p = 0.3;
    const Tensor ones(b, call(b, Fn::ones, {Array::ints({kMany})}).integer);
    const auto masked = [&] {
        const Tensor out(b, b.dropout(ones.get(), p, true));
        return values(b, out.get());
    };
    seed(b, 3);
    const std::vector<double> first = masked();
    double zeros = 0;
    for (const double x : first) {
        if (x == 0)
            ++zeros;
        else
            EXPECT_NEAR(x, 1 / (1 - p), 1e-6) << "what is kept is scaled by 1/(1-p)";
    }
    EXPECT_NEAR(zeros / kMany, p, 6 * std::sqrt(p * (1 - p) / kMany));
    EXPECT_NE(masked(), first);
    seed(b, 3);
    EXPECT_EQ(masked(), first) << "the seed does not repeat (V8)";
    EXPECT_EQ(values(b, ones.get()), std::vector<double>(kMany, 1.0)) << "dropout changed its input";
}

}  // namespace

std::vector<Case> random_cases(const Backend& b) {
    std::vector<Case> cases;
    for (const Fn fn : {Fn::randn, Fn::rand}) {
        const std::string name(function(fn).name);
        for (const int64_t count : {int64_t{15}, int64_t{16}, kMany})
            cases.push_back(
                {name + "/distribution-" + std::to_string(count), name, {"V4"}, count == kMany, [&b, fn, count] {
                     check_distribution(b, fn, count);
                 }});
        cases.push_back({name + "/seed", name, {"V8"}, true, [&b, fn] { check_seed(b, fn); }});
        cases.push_back({name + "/independence", name, {"V4"}, false, [&b, fn] { check_independence(b, fn); }});
    }
    cases.push_back({"dropout/statistics-and-seed", "dropout", {"V4", "V8"}, true, [&b] { check_dropout(b); }});
    cases.push_back({"manual_seed/repeats", "manual_seed", {"V8"}, true, [&b] { check_seed(b, Fn::rand); }});
    return cases;
}

}  // namespace simple::golden
