#include "ci/engine/latency.h"

#include <gtest/gtest.h>

#include "ci/engine/quiet.h"

namespace simple::gate {
namespace {

const Latency kGate{"linked", "latency/x", "ndim", "a call", {}, 10e-9, Latency::By::median, 3};

Judged judged(const std::vector<double>& nanoseconds, bool quiet, bool last = false,
              Latency::By by = Latency::By::median) {
    Latency gate = kGate;
    gate.by = by;
    std::vector<double> seconds;
    for (double ns : nanoseconds) seconds.push_back(ns * 1e-9);
    return judge_times(gate, seconds, std::vector<bool>(seconds.size(), quiet), last);
}

TEST(Latency, WithinItsLimitATimePassesOnAnyMachine) {
    EXPECT_EQ(judged({9, 9, 9}, false), Judged::pass);
    EXPECT_EQ(judged({1, 9, 25}, false), Judged::pass) << "the median of three";
    EXPECT_EQ(judged({90, 9, 25}, false, false, Latency::By::least), Judged::pass);
    EXPECT_EQ(judged({9, 9}, true), Judged::more) << "three processes are asked for";
}

TEST(Latency, OverItsLimitItFailsOnlyWhereTheMachineWasQuiet) {
    EXPECT_EQ(judged({12, 12, 12, 12}, true), Judged::more);
    EXPECT_EQ(judged({12, 12, 12, 12, 12}, true), Judged::fail);
    EXPECT_EQ(judged({12, 12, 12, 12, 12, 12, 12}, false), Judged::more);
    EXPECT_EQ(judged({12, 12, 12, 12, 12, 12, 12}, false, true), Judged::inconclusive);
    EXPECT_EQ(judged({12, 9, 12, 12, 12, 12}, true, false, Latency::By::least), Judged::pass);
}

TEST(Latency, FarOverItsLimitItFailsAnywhere) {
    EXPECT_EQ(judged({31, 31, 31, 31, 31}, false), Judged::fail);
    EXPECT_EQ(judged({31, 31, 31, 31}, false), Judged::more);
}

TEST(Latency, BusyMachineIsNotQuiet) {
    const QuietMeter meter;
    EXPECT_GE(meter.others(), 0);
    EXPECT_LE(meter.others(), 1);
    EXPECT_GT(calibration_seconds(), 0);
}

Status suite_time(double seconds, double others, size_t cases = 100, unsigned jobs = 2) {
    std::string note;
    // 100 cases in 50 loops of 0.1 s on two workers: 5 s, the limit is 10 s.
    return judge_suite_time("golden", {100, 50}, cases, jobs, seconds, 0.1, others, note).status;
}

TEST(SuiteTime, TwiceTheRecordedTimeIsTheLimit) {
    EXPECT_EQ(suite_time(9.9, 0), Status::pass);
    EXPECT_EQ(suite_time(10.1, 0), Status::fail);
    EXPECT_EQ(suite_time(9.9, 0.5), Status::pass);
    EXPECT_EQ(suite_time(10.1, 0.5), Status::inconclusive) << "a suite that waits is not slowed by others' work";
    EXPECT_EQ(suite_time(25, 0.5), Status::inconclusive);
    EXPECT_EQ(suite_time(70, 0.5), Status::fail);
}

TEST(SuiteTime, TheLimitGrowsWithTheSuiteAndWithFewerWorkers) {
    EXPECT_EQ(suite_time(19, 0, 200), Status::pass);
    EXPECT_EQ(suite_time(21, 0, 200), Status::fail);
    EXPECT_EQ(suite_time(19, 0, 100, 1), Status::pass);
    EXPECT_EQ(suite_time(10.1, 0, 100, 16), Status::fail);
}

}  // namespace
}  // namespace simple::gate
