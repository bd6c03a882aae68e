#include "bench/history/sign_monitor.h"

#include <gtest/gtest.h>

namespace simple::history {
namespace {

TEST(SignMonitor, ManyRegressionsAndNeverAnImprovement) {
    const std::string warning = warning_of({10, 0});
    EXPECT_NE(warning.find("in 10 runs calls became slower than the baseline and in none faster"), std::string::npos)
        << warning;
    EXPECT_NE(warning_of({0, 10}).find("in 10 runs calls became faster than the baseline and in none slower"),
              std::string::npos);
    EXPECT_NE(warning_of({60, 5}).find("in 60 runs calls became slower than the baseline and in 5 faster"),
              std::string::npos);
}

TEST(SignMonitor, IsSilentOfFewAndOfBoth) {
    EXPECT_EQ(warning_of({0, 0}), "");
    EXPECT_EQ(warning_of({9, 0}), "") << "a chance of 0.002";
    EXPECT_EQ(warning_of({60, 40}), "");
    EXPECT_EQ(warning_of({5654, 5201}), "") << "a chance of 7e-6, and no fingerprint";
}

TEST(SignMonitor, WhatStaysSlowerCountsOnceAndARunCountsOnce) {
    const auto call = [](const std::vector<std::string>& decisions) {
        std::vector<std::optional<Measurement>> runs;
        for (const std::string& decision : decisions) {
            runs.emplace_back();
            if (!decision.empty()) runs.back() = Measurement{1, 1, decision, std::nullopt};
        }
        return runs;
    };
    SignMonitor monitor(6);
    monitor.take(call({"pass", "regressed", "inconclusive", "regressed", "", "improved"}));
    monitor.take(call({"pass", "regressed", "pass", "invalid", "regressed", "regressed"}));
    EXPECT_EQ(monitor.signs().regressed, 2u) << "the second run and the fifth";
    EXPECT_EQ(monitor.signs().improved, 1u);
}

}  // namespace
}  // namespace simple::history
