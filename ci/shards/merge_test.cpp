#include "ci/shards/merge.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ci/steps/suites.h"

namespace simple::gate {
namespace {

CaseResult result(const std::string& step, const std::string& suite, const std::string& id,
                  Status status = Status::pass) {
    CaseResult c;
    c.step = step;
    c.suite = suite;
    c.id = id;
    c.status = status;
    return c;
}

// Two shards of a run of the steps library and suite: the first has the checks of the library and golden/a, the second
// golden/b and property/p.
ReadShards two_shards() {
    ReadShards read;
    read.plan.candidate = "lib.so";
    read.plan.shards = {{1, {"library"}, {{"golden", {"a"}}}}, {1, {}, {{"golden", {"b"}}, {"property", {"p"}}}}};
    for (unsigned index = 1; index <= 2; ++index) {
        Verdict v;
        v.run.shard = Shard{index, 2, std::string(64, 'a'), "", "", {}};
        v.run.functions_files = {"lib.so"};
        v.run.functions_sha256.assign(64, 'f');
        v.run.host = "host" + std::to_string(index);
        v.run.arithmetic = {{index == 1 ? "AVX512" : "AVX2", 1, {}, {}, {}}};
        for (const auto& step : steps()) {
            StepResult one;
            one.name = step.name;
            const std::string name = step.name;
            one.status =
                name == "suite" || (name == "library" && index == 1) ? StepStatus::pass : StepStatus::unselected;
            v.steps.push_back(one);
        }
        read.shards.push_back({"shard" + std::to_string(index), v});
    }
    read.shards[0].verdict.cases = {result("library", "library", "file"), result("suite", "golden", "a")};
    read.shards[1].verdict.cases = {result("suite", "property", "p"), result("suite", "golden", "b")};
    return read;
}

Verdict judged(const ReadShards& read) {
    Verdict verdict = merge(read);
    judge(verdict);
    return verdict;
}

std::string problems(const ReadShards& read) {
    std::string text;
    for (const auto& problem : merge(read).problems) text += problem + "\n";
    return text;
}

TEST(Merge, HasAllCasesInTheOrderOfAWholeRun) {
    const Verdict verdict = judged(two_shards());
    std::vector<std::string> names;
    for (const auto& c : verdict.cases) names.push_back(c.name());
    EXPECT_EQ(names, (std::vector<std::string>{"library/file", "golden/a", "golden/b", "property/p"}));
    EXPECT_EQ(verdict.outcome, Outcome::pass);
    EXPECT_FALSE(verdict.run.shard);
    EXPECT_EQ(verdict.run.host, "host1, host2");
    EXPECT_EQ(joined(verdict.run.arithmetic, &Arithmetic::capability), "AVX512; AVX2");
    EXPECT_EQ(joined(verdict.run.arithmetic, &Arithmetic::threads), "1");
}

TEST(Merge, AFailureOfAnyShardIsTheRuns) {
    auto read = two_shards();
    read.shards[1].verdict.cases[0].status = Status::crash;
    EXPECT_EQ(judged(read).outcome, Outcome::fail);
}

TEST(Merge, NamesWhatIsMissingTwiceOrNotDealt) {
    auto read = two_shards();
    read.shards[1].verdict.cases.pop_back();
    EXPECT_EQ(problems(read), "shard 2/2 has no result of golden/b\n");
    EXPECT_EQ(judged(read).outcome, Outcome::error);

    read = two_shards();
    read.shards[1].verdict.cases.push_back(result("suite", "golden", "b"));
    EXPECT_EQ(problems(read), "shard 2/2 has two results of golden/b\n");

    read = two_shards();
    read.shards[1].verdict.cases.push_back(result("suite", "golden", "a"));
    EXPECT_EQ(problems(read), "shard 2/2 has results of what is not dealt to it: golden/a\n");

    read = two_shards();
    read.shards[0].verdict.cases.erase(read.shards[0].verdict.cases.begin());
    EXPECT_EQ(problems(read), "shard 1/2 has no result of the gate's own checks of the step library\n");
}

// Of a selection as well: filters are not asked of them.
TEST(Merge, NamesTheMissingResultsOfASpecOrOfExamples) {
    auto read = two_shards();
    read.plan.selection = true;
    read.plan.shards[1].own_checks = {"suite"};
    for (auto& shard : read.shards) shard.verdict.run.selection = true;
    read.shards[1].verdict.cases.push_back(result("suite", "spec", "ends"));
    EXPECT_EQ(problems(read), "");
    read.shards[1].verdict.cases.pop_back();
    EXPECT_EQ(problems(read), "shard 2/2 has no result of the gate's own checks of the step suite\n");
}

// A suite that cannot list its cases in the candidate's process has failed, in a whole run as well.
TEST(Merge, AListThatFailsStandsForItsCases) {
    auto read = two_shards();
    read.shards[1].verdict.cases = {result("suite", "golden", "(list of cases)", Status::crash),
                                    result("suite", "property", "p")};
    EXPECT_EQ(problems(read), "");
    EXPECT_EQ(judged(read).outcome, Outcome::fail);
}

TEST(Merge, WhatIsTrueOfProcessesIsToldOnce) {
    auto read = two_shards();
    for (auto& shard : read.shards)
        shard.verdict.cases.push_back(result("suite", "golden", "(left behind)", Status::fail));
    EXPECT_EQ(merge(read).cases.size(), 5u);
}

TEST(Merge, AShardThatCannotLoadWhatOthersCanIsAnError) {
    auto read = two_shards();
    read.shards[1].verdict.cases.clear();
    read.shards[1].verdict.run.shard->cannot_be_loaded = "loads-now: no such library";
    EXPECT_EQ(problems(read),
              "shard 2/2 on host2 cannot load the candidate, and others can: loads-now: no such library\n");
    // Where nobody can, the candidate falls short, as it does in a whole run.
    read.shards[0].verdict.cases = {result("library", "library", "loads-now", Status::fail)};
    for (auto& shard : read.shards)
        for (auto& step : shard.verdict.steps)
            if (step.name == "suite") step.status = StepStatus::not_run;
    EXPECT_EQ(problems(read), "");
    EXPECT_EQ(judged(read).outcome, Outcome::fail);
}

TEST(Merge, AnInterruptedShardIsAnError) {
    auto read = two_shards();
    read.shards[1].verdict.run.interrupted = true;
    read.shards[1].verdict.cases.clear();
    EXPECT_EQ(problems(read), "shard 2/2 was interrupted\n");
    EXPECT_EQ(judged(read).outcome, Outcome::error);
}

TEST(Merge, AnotherLibTorchOnAnotherMachineIsAnError) {
    auto read = two_shards();
    read.shards[0].verdict.run.version = "1.13.1";
    read.shards[1].verdict.run.version = "2.6.0";
    EXPECT_NE(problems(read).find("other things in other shards"), std::string::npos);
}

// The runtime is the same file in both; the library that it loads is not.
TEST(Merge, FunctionsOfAnotherFileAreAnError) {
    auto read = two_shards();
    read.shards[1].verdict.run.functions_sha256.assign(64, 'e');
    EXPECT_EQ(problems(read),
              "the functions are of other files in other shards: lib.so (eeeeeeeeeeee) in shard 2; "
              "lib.so (ffffffffffff) in shard 1\n");
    EXPECT_EQ(judged(read).outcome, Outcome::error);
    read.shards[1].verdict.run.functions_sha256.clear();
    EXPECT_EQ(problems(read),
              "shard 2/2 does not say which file has the functions: it had lib.so, which could not be read\n");
    read.shards[1].verdict.run.functions_files.clear();
    EXPECT_EQ(problems(read), "shard 2/2 does not say which file has the functions\n");
    // Which could not even be loaded there.
    for (auto& c : read.shards[1].verdict.cases) c.status = Status::fail;
    EXPECT_EQ(problems(read), "");
    read = two_shards();
    read.shards[0].verdict.run.functions_sha256.clear();
    EXPECT_EQ(merge(read).run.functions_sha256, std::string(64, 'f'));
}

// Skipped in one shard, passed in the other: the whole is a pass; skipped in both: nothing ran.
TEST(Merge, StepsAreJudgedFromAllCases) {
    auto read = two_shards();
    read.shards[0].verdict.cases[1].status = Status::skipped;
    judge(read.shards[0].verdict);
    EXPECT_EQ(judged(read).outcome, Outcome::pass);
    for (auto& c : read.shards[1].verdict.cases) c.status = Status::skipped;
    judge(read.shards[1].verdict);
    EXPECT_NE(read.shards[1].verdict.outcome, Outcome::pass);
    EXPECT_EQ(judged(read).outcome, Outcome::error);
}

// Both shards have the half of what the suite may take; then both take more.
TEST(Merge, TimesOfASuiteAddUp) {
    auto read = two_shards();
    read.plan.timed = {"golden"};
    const auto& recorded = find_suite("golden")->recorded;
    const auto part = [&](double factor) {
        const double wall = recorded.wall / 2 * factor, cpu = recorded.cpu / 2 * factor;
        return SuitePasses{"golden", recorded.cases / 2, 2, wall, wall, wall, cpu, cpu, cpu, 0};
    };
    const auto of_time = [&] {
        for (const auto& c : judged(read).cases)
            if (c.id == "latency/wall-time") return c.status;
        return Status::error;
    };
    for (auto& shard : read.shards) shard.verdict.run.shard->times = {part(1)};
    EXPECT_EQ(of_time(), Status::pass);
    for (auto& shard : read.shards) shard.verdict.run.shard->times = {part(4)};
    EXPECT_EQ(of_time(), Status::fail);
}

// The first shard times calls from 12:00:30 to 12:01:00.
ReadShards timing_shards(const char* other_started, double other_seconds) {
    auto read = two_shards();
    read.plan.shards[0].own_checks.push_back("performance");
    Verdict& timing = read.shards[0].verdict;
    timing.run.started = "2026-01-01T12:00:00Z";
    timing.run.seconds = 60;
    for (auto& step : timing.steps)
        if (step.name == "performance") {
            step.status = StepStatus::pass;
            step.seconds = 30;
        }
    timing.cases.push_back(result("performance", "performance", "latency/add/smallest"));
    read.shards[1].verdict.run.started = other_started;
    read.shards[1].verdict.run.seconds = other_seconds;
    for (auto& shard : read.shards) shard.verdict.run.shard->boot_id = "one boot";
    return read;
}

Status of_the_time(const ReadShards& read) {
    for (const auto& c : judged(read).cases)
        if (c.suite == "performance") return c.status;
    return Status::error;
}

TEST(Merge, TimesThatWereTakenBesideAnotherShardSayNothing) {
    auto read = timing_shards("2026-01-01T12:00:40Z", 10);
    EXPECT_EQ(of_the_time(read), Status::inconclusive);
    EXPECT_EQ(judged(read).outcome, Outcome::inconclusive);
    const std::vector<std::string> notes = judged(read).steps.back().notes;
    ASSERT_EQ(notes.size(), 1u);
    EXPECT_EQ(notes[0].find("timed in shard 1 while shard 2 ran on the same machine"), 0u) << notes[0];
    read.shards[0].verdict.cases.back().status = Status::fail;
    EXPECT_EQ(of_the_time(read), Status::inconclusive) << "nor against it";
    // Of the whole run, what another shard's machine does is its own affair.
    read.shards[1].verdict.run.shard->boot_id = "another boot";
    EXPECT_EQ(of_the_time(read), Status::fail);
    // A machine that does not say which it is, is told by its name.
    read.shards[1].verdict.run.shard->boot_id = "";
    EXPECT_EQ(of_the_time(read), Status::fail);
    read.shards[1].verdict.run.host = "host1";
    EXPECT_EQ(of_the_time(read), Status::inconclusive);
}

TEST(Merge, TimesAreBelievedWhereTheOthersHadEndedOrBeganLater) {
    EXPECT_EQ(of_the_time(timing_shards("2026-01-01T11:59:00Z", 90)), Status::pass);
    EXPECT_EQ(of_the_time(timing_shards("2026-01-01T12:01:00Z", 90)), Status::pass);
    EXPECT_EQ(of_the_time(timing_shards("2026-01-01T11:59:00Z", 600)), Status::inconclusive);
}

}  // namespace
}  // namespace simple::gate
