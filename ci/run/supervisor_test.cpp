#include "ci/run/supervisor.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include <map>

namespace simple::gate {
namespace {

class SupervisorTest : public testing::Test {
  protected:
    void SetUp() override {
        unsetenv("FAKE_SUITE");
        limits.case_seconds = 0.4;
        limits.canaries = false;  // where they stand is drawn
    }
    void TearDown() override { unsetenv("FAKE_SUITE"); }

    std::map<std::string, CaseResult> run(const std::vector<std::string>& ids) {
        std::vector<PlannedCase> cases;
        for (const auto& id : ids) {
            PlannedCase c;
            c.id = id;
            c.function = id.rfind("d-hang", 0) == 0 ? "hang" : id.rfind("f-abort", 0) == 0 ? "abort" : "";
            cases.push_back(c);
        }
        std::map<std::string, CaseResult> by_id;
        size_t calls = 0;
        for (auto& result : run_cases(program, cases, limits, given_up, problems,
                                      [&](const CaseResult&, size_t) { return ++calls > 0; })) {
            EXPECT_TRUE(by_id.emplace(result.id, result).second) << "reported twice: " << result.id;
        }
        EXPECT_EQ(calls, by_id.size());
        return by_id;
    }

    Limits limits;
    GivenUp given_up;
    std::vector<std::string> problems;
    const std::vector<std::string> program{FAKE_SUITE_PROGRAM};
};

TEST_F(SupervisorTest, PlanListsTheCases) {
    const Plan plan = plan_of(program, limits);
    EXPECT_EQ(plan.problem, "");
    ASSERT_EQ(plan.cases.size(), 10u);
    EXPECT_EQ(plan.cases[1].id, "b-segfault");
    EXPECT_EQ(plan.cases[1].function, "add");
    EXPECT_EQ(plan.cases[1].promises, std::vector<std::string>{"E1"});
    EXPECT_TRUE(plan.cases[1].quick);
}

TEST_F(SupervisorTest, PlanSaysHowListingEnded) {
    setenv("FAKE_SUITE", "crash-on-load", 1);
    EXPECT_NE(plan_of(program, limits).problem.find("SIGSEGV"), std::string::npos);
    setenv("FAKE_SUITE", "no-plan", 1);
    EXPECT_NE(plan_of(program, limits).problem.find("no plan"), std::string::npos);
    EXPECT_NE(plan_of({"/nowhere/suite"}, limits).problem.find("cannot run"), std::string::npos);
}

// What is told of the start of workers, and what becomes of the results where that is refused.
class StartTest : public SupervisorTest {
  protected:
    size_t results(size_t to_accept) {
        std::vector<PlannedCase> cases;
        for (const char* id : {"a-pass", "c-pass", "j-pass", "sleeps"}) {
            cases.emplace_back();
            cases.back().id = id;
        }
        told.clear();
        limits.case_seconds = 10;
        return run_cases(
                   program, cases, limits, given_up, problems, [](const CaseResult&, size_t) { return true; }, nullptr,
                   [&](const Plan& plan) {
                       told.push_back(plan);
                       return told.size() <= to_accept;
                   })
            .size();
    }

    std::vector<Plan> told;
};

TEST_F(StartTest, EachWorkerTellsAllCasesOfTheSuite) {
    limits.jobs = 2;
    limits.batch = 1;
    EXPECT_EQ(results(2), 4u);
    ASSERT_EQ(told.size(), 2u);
    for (const Plan& plan : told) {
        EXPECT_EQ(plan.problem, "");
        EXPECT_EQ(plan.cases.size(), 10u);
    }
}

TEST_F(StartTest, WhereOneWorkerIsRefusedThereIsNoResultOfAny) {
    limits.jobs = 2;
    limits.batch = 1;
    EXPECT_EQ(results(1), 0u);
    EXPECT_EQ(told.size(), 2u);
}

TEST_F(StartTest, AProcessThatTellsNoCasesSaysHowItEnded) {
    setenv("FAKE_SUITE", "crash-on-start", 1);
    EXPECT_EQ(results(0), 0u);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_NE(told[0].problem.find("did not start: ended by SIGBUS"), std::string::npos) << told[0].problem;
    EXPECT_EQ(told[0].ending.signal, SIGBUS);
    EXPECT_EQ(results(1), 4u) << "accepted all the same, it costs its batch";
}

TEST_F(StartTest, AListThatIsNotReadableIsToldAsSuch) {
    setenv("FAKE_SUITE", "plans-nonsense", 1);
    EXPECT_EQ(results(0), 0u);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].problem.rfind("its list of cases is not readable: ", 0), 0u) << told[0].problem;
}

TEST_F(SupervisorTest, EachMisbehaviourCostsItsCaseAlone) {
    const auto results = run({"a-pass", "b-segfault", "c-pass", "d-hang", "e-exit", "f-abort", "g-flood",
                              "h-leaves-a-child", "i-garbage", "j-pass"});
    ASSERT_EQ(results.size(), 10u);
    EXPECT_EQ(results.at("a-pass").status, Status::pass);
    EXPECT_EQ(results.at("b-segfault").status, Status::crash);
    EXPECT_NE(results.at("b-segfault").message.find("SIGSEGV"), std::string::npos);
    EXPECT_EQ(results.at("c-pass").status, Status::pass);
    EXPECT_EQ(results.at("d-hang").status, Status::timeout);
    EXPECT_EQ(results.at("e-exit").status, Status::crash);
    EXPECT_NE(results.at("e-exit").message.find("exited with status 0"), std::string::npos);
    EXPECT_EQ(results.at("f-abort").status, Status::crash);
    EXPECT_NE(results.at("f-abort").message.find("SIGABRT"), std::string::npos);
    EXPECT_EQ(results.at("g-flood").status, Status::fail);
    EXPECT_NE(results.at("g-flood").message.find("1024 KiB"), std::string::npos);
    EXPECT_EQ(results.at("h-leaves-a-child").status, Status::crash);
    EXPECT_EQ(results.at("i-garbage").status, Status::fail);
    EXPECT_EQ(results.at("j-pass").status, Status::pass);
}

TEST_F(SupervisorTest, ACaseSaysHowItsFunctionWasCalled) {
    const auto results = run({"a-pass", "b-segfault", "c-pass"});
    const auto& calls = results.at("a-pass").calls;
    ASSERT_EQ(calls.size(), 1u);
    EXPECT_EQ(calls[0].dtype + " " + calls[0].device, "int64 cpu");
    EXPECT_EQ(calls[0].codes, (std::map<int32_t, int64_t>{{0, 2}, {4, 1}}));
    EXPECT_TRUE(results.at("b-segfault").calls.empty());
    EXPECT_TRUE(results.at("c-pass").calls.empty()) << "what is no list of calls says nothing";
    EXPECT_EQ(results.at("c-pass").status, Status::pass);
}

TEST_F(SupervisorTest, FunctionThatHangsIsNotCalledForever) {
    const auto results = run({"d-hang", "d-hang-2", "d-hang-3", "d-hang-4", "j-pass"});
    ASSERT_EQ(results.size(), 5u);
    for (const char* id : {"d-hang", "d-hang-2", "d-hang-3", "d-hang-4"})
        EXPECT_EQ(results.at(id).status, Status::timeout);
    EXPECT_NE(results.at("d-hang-2").message.find("still running"), std::string::npos);
    for (const char* id : {"d-hang-3", "d-hang-4"})
        EXPECT_EQ(results.at(id).message, "not run: other cases of hang did not end");
    EXPECT_EQ(results.at("j-pass").status, Status::pass) << "a case of another function";
}

TEST_F(SupervisorTest, CaseThatComputesOnAndOnEndsByWhatItComputed) {
    Limits limits;
    limits.case_seconds = 100;
    limits.case_cpu_seconds = 1.5;
    limits.canaries = false;
    GivenUp given_up;
    std::vector<std::string> problems;
    const auto results = run_fake_cases({"computes", "sleeps", "j-pass"}, limits, given_up, problems);
    EXPECT_EQ(results.at("computes").status, Status::timeout);
    EXPECT_NE(results.at("computes").message.find("after 1.5 s of the processor"), std::string::npos)
        << results.at("computes").message;
    EXPECT_EQ(results.at("sleeps").status, Status::pass) << "which takes longer and computes nothing";
    EXPECT_EQ(results.at("j-pass").status, Status::pass);
}

TEST_F(SupervisorTest, WhatIsGivenUpStaysSoInTheNextSuite) {
    run({"d-hang", "d-hang-2"});
    EXPECT_EQ(run({"d-hang-3"}).at("d-hang-3").message, "not run: other cases of hang did not end");
}

TEST_F(SupervisorTest, SuiteThatDoesNotStartGivesNoFunctionUp) {
    std::vector<std::string> ids;
    for (int i = 0; i < 14; ++i) ids.push_back("f-abort-" + std::to_string(i));
    setenv("FAKE_SUITE", "crash-on-start", 1);
    run(ids);
    unsetenv("FAKE_SUITE");
    EXPECT_NE(run({"f-abort"}).at("f-abort").message.find("SIGABRT"), std::string::npos);
}

TEST_F(SupervisorTest, FunctionThatEndsTheProcessIsNotCalledForever) {
    std::vector<std::string> ids;
    for (int i = 0; i < 14; ++i) ids.push_back("f-abort-" + std::to_string(i));
    ids.emplace_back("j-pass");
    const auto results = run(ids);
    ASSERT_EQ(results.size(), 15u);
    EXPECT_NE(results.at("f-abort-9").message.find("SIGABRT"), std::string::npos);
    for (const char* id : {"f-abort-10", "f-abort-13"}) {
        EXPECT_EQ(results.at(id).status, Status::crash);
        EXPECT_EQ(results.at(id).message, "not run: other cases of abort ended the process");
    }
    EXPECT_EQ(results.at("j-pass").status, Status::pass);
}

TEST_F(SupervisorTest, WorkerThatDoesNotStartLosesItsBatch) {
    setenv("FAKE_SUITE", "crash-on-start", 1);
    const auto results = run({"a-pass", "c-pass"});
    ASSERT_EQ(results.size(), 2u);
    for (const auto& [id, result] : results) {
        EXPECT_EQ(result.status, Status::crash) << id;
        EXPECT_NE(result.message.find("did not start"), std::string::npos) << result.message;
    }
}

TEST_F(SupervisorTest, DeathBetweenCasesIsReportedAndTheRestRuns) {
    setenv("FAKE_SUITE", "dies-between", 1);
    const auto results = run({"a-pass", "c-pass", "j-pass"});
    ASSERT_EQ(results.size(), 4u);
    EXPECT_EQ(results.at("(after a-pass)").status, Status::crash);
    EXPECT_NE(results.at("(after a-pass)").message.find("SIGFPE"), std::string::npos);
    EXPECT_EQ(results.at("j-pass").status, Status::pass);
}

TEST_F(SupervisorTest, CaseThatIsNotReportedDoesNotPass) {
    setenv("FAKE_SUITE", "forgets", 1);
    EXPECT_EQ(run({"j-pass", "c-pass"}).at("c-pass").status, Status::error);
    const auto results = run({"c-pass", "j-pass"});
    EXPECT_EQ(results.at("c-pass").status, Status::fail) << "another's start in its place";
    EXPECT_EQ(results.at("j-pass").status, Status::pass);
}

}  // namespace
}  // namespace simple::gate
