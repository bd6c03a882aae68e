#include "bench/history/sign_monitor.h"

#include <gtest/gtest.h>

namespace simple::history {
namespace {

TEST(SignMonitor, ManyRegressionsAndNeverAnImprovement) {
    const std::string warning = warning_of({10, 0});
    EXPECT_NE(warning.find("10 calls were found slower and never one faster"), std::string::npos) << warning;
    EXPECT_NE(warning_of({0, 10}).find("10 calls were found faster and never one slower"), std::string::npos);
    EXPECT_NE(warning_of({40, 5}).find("40 calls were found slower and 5 faster"), std::string::npos);
}

TEST(SignMonitor, IsSilentOfFewAndOfBoth) {
    EXPECT_EQ(warning_of({0, 0}), "");
    EXPECT_EQ(warning_of({9, 0}), "") << "a chance of 0.002";
    EXPECT_EQ(warning_of({60, 40}), "");
}

}  // namespace
}  // namespace simple::history
