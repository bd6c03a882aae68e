#include "ci/testkit/time_scale.h"

#include <gtest/gtest.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace simple {
namespace {

class TimeScale : public testing::Test {
  protected:
    ~TimeScale() override {
        unsetenv(kTimeScale);
        alarm(0);
    }
};

// Seconds until SIGALRM ends this process.
double left() {
    itimerval timer{};
    getitimer(ITIMER_REAL, &timer);
    return static_cast<double>(timer.it_value.tv_sec) + static_cast<double>(timer.it_value.tv_usec) * 1e-6;
}

TEST_F(TimeScale, IsWhatTheEnvironmentSays) {
    unsetenv(kTimeScale);
    EXPECT_EQ(time_scale(), 1);
    for (const auto& [text, scale] :
         {std::pair("1", 1.0), std::pair("0.020000", 0.02), std::pair("2.5", 2.5), std::pair("1000000", 1e6)}) {
        setenv(kTimeScale, text, 1);
        EXPECT_EQ(time_scale(), scale) << text;
    }
}

TEST_F(TimeScale, NothingElseIsOne) {
    for (const char* text : {"", "0", "-1", "nan", "inf", "1,5", "2x", " 2", "1e3", "0x2"}) {
        setenv(kTimeScale, text, 1);
        EXPECT_THROW(time_scale(), std::runtime_error) << text;
    }
}

TEST_F(TimeScale, ShortLimitsTakeNothingOffPatience) {
    setenv(kTimeScale, "0.02", 1);
    EXPECT_EQ(patience_scale(), 1);
    setenv(kTimeScale, "3", 1);
    EXPECT_EQ(patience_scale(), 3);
}

TEST_F(TimeScale, AProcessEndsAfterItsLimitTimesTheScale) {
    setenv(kTimeScale, "30", 1);
    end_after(60);
    EXPECT_GT(left(), 1700);
    EXPECT_LE(left(), 1800);
    // A limit of no second at all would be none.
    setenv(kTimeScale, "0.001", 1);
    end_after(100);
    EXPECT_GT(left(), 0);
    EXPECT_LE(left(), 1);
    setenv(kTimeScale, "1000000000", 1);
    end_after(60);
    EXPECT_GT(left(), 1e7) << "and a very long one is none that has begun anew";
}

}  // namespace
}  // namespace simple
