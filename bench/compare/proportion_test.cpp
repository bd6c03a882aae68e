#include "bench/compare/proportion.h"

#include <gtest/gtest.h>

#include <boost/math/distributions/binomial.hpp>

namespace simple::compare {
namespace {

TEST(ClopperPearson, OfTables) {
    EXPECT_NEAR(clopper_pearson(0, 100, 0.95).high, 0.036217, 1e-6);
    EXPECT_NEAR(clopper_pearson(5, 50, 0.95).low, 0.033275, 1e-6);
    EXPECT_NEAR(clopper_pearson(5, 50, 0.95).high, 0.218135, 1e-6);
    // What 299 comparisons without an alarm are good for: 1 - 0.05^(1/299).
    EXPECT_NEAR(clopper_pearson(0, 299, 0.9).high, 0.009969, 1e-6);
    EXPECT_LT(clopper_pearson(0, 299, 0.9).high, 0.01);
    EXPECT_GT(clopper_pearson(0, 298, 0.9).high, 0.01);
}

TEST(ClopperPearson, AtTheEnds) {
    EXPECT_EQ(clopper_pearson(0, 7, 0.95).low, 0);
    EXPECT_EQ(clopper_pearson(7, 7, 0.95).high, 1);
    EXPECT_EQ(clopper_pearson(0, 0, 0.95).low, 0);
    EXPECT_EQ(clopper_pearson(0, 0, 0.95).high, 1);
}

// Of all that can be seen of a probability, what the bounds contain it for: exactly, whatever it is.
TEST(ClopperPearson, CoversWithTheConfidenceThatItSays) {
    constexpr double kConfidence = 0.9;
    for (const size_t trials : {1, 10, 100, 299})
        for (int step = 0; step < 59; ++step) {
            const double p = 0.001 + 0.017 * step;
            const boost::math::binomial seen(static_cast<double>(trials), p);
            double covered = 0, above = 0, below = 0;
            for (size_t hits = 0; hits <= trials; ++hits) {
                const statistics::Interval bounds = clopper_pearson(hits, trials, kConfidence);
                const double chance = pdf(seen, static_cast<double>(hits));
                (p < bounds.low ? above : p > bounds.high ? below : covered) += chance;
            }
            EXPECT_GE(covered, kConfidence - 1e-9) << p << " in " << trials;
            EXPECT_LE(above, (1 - kConfidence) / 2 + 1e-9) << p << " in " << trials;
            EXPECT_LE(below, (1 - kConfidence) / 2 + 1e-9) << p << " in " << trials;
        }
}

}  // namespace
}  // namespace simple::compare
