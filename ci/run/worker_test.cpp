// What becomes of a worker's cases at each way from one of its states to the next, and out of it.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "ci/run/fake_run.h"

namespace simple::gate {
namespace {

class WorkerTest : public testing::Test {
  protected:
    void SetUp() override {
        limits.case_seconds = 0.4;
        limits.canaries = false;  // where they stand is drawn
    }
    void TearDown() override { unsetenv("FAKE_SUITE"); }

    Results run(const std::string& mode, const std::vector<std::string>& ids) {
        setenv("FAKE_SUITE", mode.c_str(), 1);
        return run_fake_cases(ids, limits, given_up, problems);
    }

    Limits limits;
    GivenUp given_up;
    std::vector<std::string> problems;
};

// The status of the id; error where nothing was reported of it.
Status status_in(const Results& results, const std::string& id) {
    const auto found = results.find(id);
    return found == results.end() ? Status::error : found->second.status;
}

std::string message_in(const Results& results, const std::string& id) {
    const auto found = results.find(id);
    return found == results.end() ? "nothing was reported of " + id : found->second.message;
}

constexpr const char* kEnd = "(end of the process)";

TEST_F(WorkerTest, EndsAsItShould) {
    const Results results = run("", {"a-pass", "c-pass"});
    EXPECT_EQ(results.size(), 2u);
    EXPECT_EQ(status_in(results, "a-pass"), Status::pass);
    EXPECT_EQ(status_in(results, "c-pass"), Status::pass);
}

// From starting.
TEST_F(WorkerTest, EndBeforeThePlanCostsTheBatch) {
    const Results results = run("crash-on-start", {"a-pass", "c-pass"});
    EXPECT_EQ(results.size(), 2u);
    for (const char* id : {"a-pass", "c-pass"}) {
        EXPECT_EQ(status_in(results, id), Status::crash);
        EXPECT_NE(message_in(results, id).find("did not start: ended by SIGBUS"), std::string::npos);
    }
}

TEST_F(WorkerTest, AnotherPlanIsForged) {
    const Results results = run("plans-twice", {"a-pass"});
    EXPECT_EQ(status_in(results, "a-pass"), Status::pass);
    EXPECT_EQ(status_in(results, kEnd), Status::fail);
    EXPECT_NE(message_in(results, kEnd).find("something other than the suite"), std::string::npos);
}

TEST_F(WorkerTest, ForgedEventsAreShownByTheEndOfTheProcess) {
    const Results results = run("forges", {"a-pass", "c-pass"});
    EXPECT_EQ(status_in(results, kEnd), Status::crash);
    EXPECT_NE(message_in(results, kEnd).find("exited with status 0"), std::string::npos);
}

// From running.
TEST_F(WorkerTest, ForeignLinesCostTheRunningCase) {
    const Results results = run("", {"i-garbage", "j-pass"});
    EXPECT_EQ(status_in(results, "i-garbage"), Status::fail);
    EXPECT_NE(message_in(results, "i-garbage").find("events: garbage"), std::string::npos)
        << message_in(results, "i-garbage");
    EXPECT_EQ(status_in(results, "j-pass"), Status::pass);
}

TEST_F(WorkerTest, StopIsNoEnd) {
    limits.case_seconds = 20;
    const Results results = run("", {"stops", "j-pass"});
    EXPECT_EQ(status_in(results, "stops"), Status::crash);
    EXPECT_EQ(message_in(results, "stops"), "stopped by SIGSTOP");
    EXPECT_EQ(status_in(results, "j-pass"), Status::pass);
}

TEST_F(WorkerTest, SkippedCaseAlwaysHasAReason) {
    const Results results = run("", {"skips-without-reason"});
    ASSERT_EQ(results.size(), 1u);
    EXPECT_EQ(results.begin()->second.status, Status::skipped);
    EXPECT_NE(results.begin()->second.capability, "");
}

// From between.
TEST_F(WorkerTest, SecondEndOfACaseIsForged) {
    const Results results = run("contradicts", {"a-pass", "c-pass"});
    EXPECT_EQ(status_in(results, "a-pass"), Status::pass);
    EXPECT_EQ(status_in(results, "(after a-pass)"), Status::fail);
    EXPECT_NE(message_in(results, "(after a-pass)").find("something other than the suite"), std::string::npos);
    EXPECT_EQ(status_in(results, "c-pass"), Status::pass);
    EXPECT_EQ(status_in(results, kEnd), Status::fail);
}

TEST_F(WorkerTest, EndOfACaseThatDidNotStartIsForged) {
    const Results results = run("ends-unstarted", {"a-pass", "j-pass"});
    EXPECT_EQ(status_in(results, "(after a-pass)"), Status::fail);
}

TEST_F(WorkerTest, StopBetweenCasesIsReported) {
    limits.case_seconds = 20;
    const Results results = run("stops-between", {"a-pass", "c-pass"});
    EXPECT_EQ(message_in(results, "(after a-pass)"), "stopped by SIGSTOP");
    EXPECT_EQ(status_in(results, "c-pass"), Status::pass);
}

// From done.
TEST_F(WorkerTest, EndOfTheProcessIsAFailureOfItsOwn) {
    limits.case_seconds = 0.4;
    const std::map<std::string, std::pair<Status, std::string>> endings{
        {"crash-at-end", {Status::crash, "ended by SIGSEGV"}},
        {"stops-at-end", {Status::crash, "stopped by SIGSTOP"}},
        {"hangs-at-end", {Status::timeout, "still running after 0.4 s"}},
        {"exits-with-0-at-end", {Status::crash, "exited with status 0, which is not the suite's"}},
        {"exits-with-1-at-end", {Status::crash, "exited with status 1, which is not the suite's"}},
        {"no-done", {Status::crash, "exited with status"}},
        {"starts-after-done", {Status::fail, "something other than the suite"}},
    };
    for (const auto& [mode, ending] : endings) {
        const Results results = run(mode, {"a-pass", "c-pass"});
        EXPECT_EQ(results.size(), 3u) << mode;
        EXPECT_EQ(status_in(results, "a-pass"), Status::pass) << mode;
        EXPECT_EQ(status_in(results, "c-pass"), Status::pass) << mode;
        EXPECT_EQ(status_in(results, kEnd), ending.first) << mode;
        EXPECT_EQ(message_in(results, kEnd).rfind(ending.second, 0), 0u) << mode << ": " << message_in(results, kEnd);
        EXPECT_NE(message_in(results, kEnd).find("at the end of the process"), std::string::npos) << mode;
    }
}

TEST_F(WorkerTest, EndThatHangsIsNotWaitedForInEachProcess) {
    limits.batch = 1;
    limits.jobs = 4;
    limits.case_seconds = 3;
    const Results results = run("hangs-at-end", {"a-pass", "c-pass", "j-pass"});
    EXPECT_EQ(results.size(), 4u) << "one result for what happens in every process";
    EXPECT_EQ(status_in(results, kEnd), Status::timeout);
}

TEST_F(WorkerTest, EndThatHungBeforeHasALimitOfItsOwn) {
    limits.case_seconds = 50;
    limits.end_seconds_once_hung = 0.3;
    given_up.count_end_that_hangs();
    const Results results = run("hangs-at-end", {"a-pass"});
    EXPECT_EQ(status_in(results, kEnd), Status::timeout);
    EXPECT_EQ(message_in(results, kEnd).rfind("still running after 0.3 s", 0), 0u) << message_in(results, kEnd);
}

// T3, which concerns every byte outside of what a case captures.
TEST_F(WorkerTest, OutputOfACaseFailsIt) {
    const Results results = run("", {"a-pass", "prints", "j-pass"});
    EXPECT_EQ(results.size(), 3u);
    EXPECT_EQ(status_in(results, "a-pass"), Status::pass);
    EXPECT_EQ(status_in(results, "prints"), Status::fail);
    EXPECT_EQ(message_in(results, "prints"), "wrote to stdout or stderr:\na warning\n");
    EXPECT_EQ(results.at("prints").promises, (std::vector<std::string>{"V4", "T3"}));
    EXPECT_EQ(status_in(results, "j-pass"), Status::pass);
}

TEST_F(WorkerTest, OutputOutsideOfCasesIsAFailureOfItsOwn) {
    const std::map<std::string, std::string> when{{"prints-on-load", "before the first case:\nhello"},
                                                  {"prints-between", ":\nhello"},
                                                  {"prints-at-end", "at the end of the process:\nbye"}};
    for (const auto& [mode, text] : when) {
        const Results results = run(mode, {"a-pass", "c-pass"});
        EXPECT_EQ(results.size(), 3u) << mode;
        EXPECT_EQ(status_in(results, "(output outside of all cases)"), Status::fail) << mode;
        EXPECT_NE(message_in(results, "(output outside of all cases)").find(text), std::string::npos) << mode;
    }
}

// Canaries.
TEST_F(WorkerTest, CanariesThatFailAreSeenByNobody) {
    limits.canaries = true;
    const Results results = run("", {"a-pass", "c-pass", "j-pass"});
    EXPECT_EQ(results.size(), 3u);
    EXPECT_EQ(problems, std::vector<std::string>());
}

TEST_F(WorkerTest, CanaryThatPassesIsNamed) {
    limits.canaries = true;
    for (const char* mode : {"passes-all", "forges"}) {
        problems.clear();
        run(mode, {"a-pass", "c-pass"});
        ASSERT_EQ(problems.size(), 1u) << mode;
        EXPECT_NE(problems[0].find("-pass-"), std::string::npos) << "named like the others: " << problems[0];
        EXPECT_NE(problems[0].find("a case that must fail, was reported as pass"), std::string::npos) << problems[0];
    }
}

}  // namespace
}  // namespace simple::gate
