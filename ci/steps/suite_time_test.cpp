#include "ci/steps/suite_time.h"

#include <gtest/gtest.h>

#include "ci/run/quiet.h"

namespace simple::gate {
namespace {

// 100 cases in 50 passes of wall time and 100 of CPU time: the limits are 110 and 210 passes.
constexpr Recorded kRecorded{100, 50, 100};

std::vector<CalibrationPass> passes(std::vector<double> seconds) {
    std::vector<CalibrationPass> all;
    for (double wall : seconds) all.push_back({wall, wall, wall / 3, wall / 3, wall / 3});
    return all;
}

Status judged(double wall, double cpu, double others = 0, const std::vector<double>& seconds = {0.1, 0.1},
              size_t cases = 100, unsigned jobs = 2) {
    std::string note;
    return judge_suite_time("golden", kRecorded, {cases, jobs, wall, cpu, others}, passes(seconds), note).status;
}

TEST(SuiteTime, TwiceWhatWasRecordedIsTheLimit) {
    EXPECT_EQ(judged(10.9, 20.9), Status::pass);
    EXPECT_EQ(judged(11.1, 20.9), Status::fail) << "it waits";
    EXPECT_EQ(judged(10.9, 21.1), Status::fail) << "it computes more";
}

TEST(SuiteTime, AMachineTenTimesSlowerGetsTenTimesTheTime) {
    EXPECT_EQ(judged(109, 209, 0, {1, 1}), Status::pass);
    EXPECT_EQ(judged(111, 209, 0, {1, 1}), Status::fail);
    EXPECT_EQ(judged(10.9, 20.9, 0, {0.05, 0.05}), Status::fail) << "and one twice as fast half of it";
}

TEST(SuiteTime, WallTimeIsNotBelievedWhereOthersKeepTheMachineBusy) {
    EXPECT_EQ(judged(50, 20.9, 0.5), Status::inconclusive);
    EXPECT_EQ(judged(10.9, 20.9, 0.5), Status::pass);
    EXPECT_EQ(judged(50, 50, 0.5), Status::fail) << "CPU time is the suite's own";
}

TEST(SuiteTime, PassesThatDifferLeaveTheVerdictOpenBetweenThem) {
    EXPECT_EQ(judged(10.9, 10, 0, {0.1, 0.05}), Status::inconclusive);
    EXPECT_EQ(judged(11.1, 10, 0, {0.1, 0.15}), Status::inconclusive);
    EXPECT_EQ(judged(17, 10, 0, {0.1, 0.15}), Status::fail) << "beyond the limit by the slowest pass too";
    EXPECT_EQ(judged(5, 10, 0, {0.1, 0.05}), Status::pass) << "within the limit by the fastest pass too";
}

TEST(SuiteTime, TheLimitGrowsWithTheSuiteAndWithFewerWorkers) {
    EXPECT_EQ(judged(20.9, 40.9, 0, {0.1}, 200), Status::pass);
    EXPECT_EQ(judged(21.1, 40.9, 0, {0.1}, 200), Status::fail);
    EXPECT_EQ(judged(20.9, 20.9, 0, {0.1}, 100, 1), Status::pass);
    EXPECT_EQ(judged(20.9, 21.1, 0, {0.1}, 100, 1), Status::fail) << "one worker takes as much CPU time as two";
    EXPECT_EQ(judged(11.1, 20.9, 0, {0.1}, 100, 16), Status::fail);
}

TEST(SuiteTime, WhatAnotherLibTorchTakesToLoadIsNotTheSuitesTime) {
    const Recorded recorded{15, 80, 115, 10, 6};
    // Passes of 0.1 s: a load took 0.6 s.
    EXPECT_NEAR(excess_of_loading(recorded, 1.4, passes({0.1, 0.1})), 8, 1e-9);
    EXPECT_EQ(excess_of_loading(recorded, 0.6, passes({0.1, 0.1})), 0);
    EXPECT_EQ(excess_of_loading(recorded, 0.2, passes({0.1, 0.1})), 0) << "what loads faster gains nothing";
    EXPECT_EQ(excess_of_loading(recorded, 0, passes({0.1, 0.1})), 0) << "not measured";
    EXPECT_EQ(excess_of_loading(kRecorded, 5, passes({0.1, 0.1})), 0) << "a suite whose programs are its workers";
}

TEST(SuiteTime, TheNoteSaysHowTheNumbersWereObtained) {
    std::string note;
    judge_suite_time("golden", kRecorded, {100, 2, 5, 10, 0.25}, passes({0.1, 0.125}), note);
    for (const char* part : {"golden: wall 5.0 s, 44 passes (limit 110; 40 to 50)", "CPU 10.0 s, 89 passes (limit 210;",
                             "2 passes of 112 ms", "memory 38, allocation 38, floats 38 ms", "took 25 %"})
        EXPECT_NE(note.find(part), std::string::npos) << part << "\n" << note;
}

TEST(Calibration, APassConsistsOfItsPartsAndStretchesTimeLimits) {
    const CalibrationPass pass = calibrate(2);
    for (double part : {pass.memory, pass.allocation, pass.floats}) {
        EXPECT_GT(part, 0);
        EXPECT_LT(part, pass.wall);
    }
    EXPECT_GT(pass.cpu, 0);
    EXPECT_GE(slowness(), 1);
}

TEST(Quiet, OthersTakeAShare) {
    const QuietMeter meter;
    EXPECT_GE(meter.others(), 0);
    EXPECT_LE(meter.others(), 1);
}

}  // namespace
}  // namespace simple::gate
