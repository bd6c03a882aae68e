// What a worker may do to its surroundings, and what is left of it afterwards.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "ci/run/fake_run.h"
#include "ci/testkit/seconds.h"

namespace simple::gate {
namespace {

Results run(const std::vector<std::string>& ids, const Limits& limits) {
    GivenUp given_up;
    std::vector<std::string> problems;
    return run_fake_cases(ids, limits, given_up, problems);
}

Limits short_limits() {
    Limits limits;
    limits.case_seconds = 0.4;
    limits.canaries = false;
    return limits;
}

// Processes of this build's fake_suite that run now.
int count_of_fake_suites() {
    int count = 0;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
        std::ifstream in(entry.path() / "stat");
        std::string pid, name, state;
        if (!(in >> pid >> name >> state) || name != "(fake_suite)" || state == "Z") continue;
        count += std::filesystem::read_symlink(entry.path() / "exe", ignored) == FAKE_SUITE_PROGRAM;
    }
    return count;
}

TEST(ContainmentTest, WhatIsLeftBehindIsNamedRedAndGone) {
    const Results results = run({"leaves-a-daemon", "j-pass"}, short_limits());
    EXPECT_EQ(count_of_fake_suites(), 0);
    ASSERT_EQ(results.size(), 3u);
    EXPECT_EQ(results.at("leaves-a-daemon").status, Status::pass);
    const CaseResult& left = results.at("(left behind)");
    EXPECT_EQ(left.status, Status::fail);
    EXPECT_EQ(left.promises, std::vector<std::string>{"E1"});
    EXPECT_NE(left.message.find("fake_suite, in a session of its own"), std::string::npos) << left.message;
}

TEST(ContainmentTest, WhatAFailedCaseLeavesIsGoneToo) {
    const Results results = run({"leaves-group-and-hangs", "j-pass"}, short_limits());
    EXPECT_EQ(count_of_fake_suites(), 0);
    ASSERT_EQ(results.size(), 2u);
    EXPECT_EQ(results.at("leaves-group-and-hangs").status, Status::timeout);
    EXPECT_NE(results.at("leaves-group-and-hangs").message.find("it left behind: fake_suite"), std::string::npos)
        << results.at("leaves-group-and-hangs").message;
    EXPECT_EQ(results.at("j-pass").status, Status::pass);
}

TEST(ContainmentTest, EndlessEventsEndTheCase) {
    Limits limits;
    limits.case_seconds = 20;
    limits.canaries = false;
    const double before = wall_seconds();
    const Results results = run({"floods-events", "j-pass"}, limits);
    EXPECT_EQ(results.at("floods-events").status, Status::fail);
    EXPECT_EQ(results.at("j-pass").status, Status::pass);
    EXPECT_LT(wall_seconds() - before, 15) << "it ran into its time limit";
}

TEST(ContainmentTest, WhatAllCasesWriteIsBounded) {
    Limits limits;
    limits.canaries = false;
    limits.outputs_bytes = 1 << 20;
    // Each of the first three writes half of it, and the fourth on and on.
    const Results results = run({"writes-much-1", "writes-much-2", "writes-much-3", "g-flood", "j-pass"}, limits);
    for (const auto& [id, result] : results)
        EXPECT_EQ(result.status, id == "j-pass" ? Status::pass : Status::fail) << id;
    EXPECT_NE(results.at("g-flood").message.find("which is all that is left to a case"), std::string::npos)
        << results.at("g-flood").message.substr(0, 100);
}

TEST(ContainmentTest, WhatIsKeptOfAllMessagesIsBounded) {
    Limits limits;
    limits.canaries = false;
    limits.messages_bytes = 8000;
    const Results results = run({"says-much-1", "says-much-2", "says-much-3"}, limits);
    EXPECT_EQ(results.at("says-much-1").message.size(), 5011u);
    EXPECT_EQ(results.at("says-much-2").message.size(), 5011u);
    EXPECT_EQ(results.at("says-much-3").message, "first line … (other cases had said too much)");
}

TEST(ContainmentTest, WhatNoSuiteCountsIsNotKept) {
    const Results results = run({"counts-much", "j-pass"}, short_limits());
    EXPECT_EQ(results.at("counts-much").status, Status::pass);
    EXPECT_TRUE(results.at("counts-much").counts.empty());
}

TEST(ContainmentTest, WhatALongReasonToSkipSaysIsCut) {
    const Results results = run({"skips-at-length", "j-pass"}, short_limits());
    EXPECT_EQ(results.at("skips-at-length").status, Status::skipped);
    EXPECT_EQ(results.at("skips-at-length").capability, std::string(100, 'w'));
}

TEST(ContainmentTest, EndlessListOfCasesIsCut) {
    setenv("FAKE_SUITE", "endless-list", 1);
    Limits limits;
    limits.start_seconds = 20;
    const Plan plan = plan_of({FAKE_SUITE_PROGRAM}, limits);
    unsetenv("FAKE_SUITE");
    EXPECT_EQ(plan.problem, "listing its cases gave more than 32 MiB");
}

TEST(ContainmentTest, ListIsGoodWhateverTheProcessDoesThen) {
    setenv("FAKE_SUITE", "list-then-crash", 1);
    const Plan plan = plan_of({FAKE_SUITE_PROGRAM}, Limits());
    unsetenv("FAKE_SUITE");
    EXPECT_EQ(plan.problem, "");
    EXPECT_EQ(plan.cases.size(), 10u);
}

}  // namespace
}  // namespace simple::gate
