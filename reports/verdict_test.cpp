#include "reports/verdict.h"

#include <gtest/gtest.h>

#include <string>

#include "reports/file_text.h"
#include "reports/frozen.h"
#include "reports/promises.h"

namespace simple::gate {
namespace {

Verdict with(std::vector<Status> statuses) {
    Verdict verdict;
    StepResult step;
    step.name = "suite";
    step.status = StepStatus::pass;
    verdict.steps.push_back(step);
    for (const Status status : statuses) {
        CaseResult c;
        c.step = "suite";
        c.suite = "golden";
        c.id = std::to_string(verdict.cases.size());
        c.status = status;
        verdict.cases.push_back(c);
    }
    return verdict;
}

int exit_of(Verdict verdict) {
    judge(verdict);
    return exit_code(verdict.outcome);
}

TEST(Verdict, PassesWhenACasePassesAndNoneFails) {
    EXPECT_EQ(exit_of(with({Status::pass, Status::skipped, Status::waived})), 0);
}

TEST(Verdict, EveryKindOfFailureFails) {
    for (const Status status : {Status::fail, Status::error, Status::crash, Status::timeout, Status::unexpected_pass})
        EXPECT_EQ(exit_of(with({Status::pass, status})), 1) << to_string(status);
}

TEST(Verdict, StepThatRanNoCaseIsAnError) {
    EXPECT_EQ(exit_of(with({})), 2);
    EXPECT_EQ(exit_of(with({Status::skipped})), 2);
}

Verdict skipping(size_t passed, size_t skipped, const std::string& capability) {
    std::vector<Status> statuses(passed, Status::pass);
    statuses.resize(passed + skipped, Status::skipped);
    Verdict verdict = with(statuses);
    for (auto& c : verdict.cases)
        if (c.status == Status::skipped) c.capability = capability;
    StepResult other;
    other.name = "other";
    other.status = StepStatus::pass;
    verdict.steps.push_back(other);
    CaseResult passes = verdict.cases[0];
    passes.step = "other";
    verdict.cases.push_back(passes);
    judge(verdict);
    return verdict;
}

TEST(Verdict, StepOfWhichMostWasSkippedIsNoPass) {
    const Verdict verdict = skipping(1, 12, "dyncall");
    EXPECT_EQ(verdict.steps[0].status, StepStatus::not_applicable);
    EXPECT_EQ(verdict.steps[0].notes, std::vector<std::string>{"without dyncall, 12 of 13 cases were not run"});
    EXPECT_EQ(verdict.outcome, Outcome::pass) << "the forms are optional";
    EXPECT_EQ(skipping(6, 6, "dyncall").steps[0].status, StepStatus::pass);
    // A run of this step alone has shown nothing.
    Verdict alone = with({Status::pass, Status::skipped, Status::skipped});
    EXPECT_EQ(exit_of(alone), 2);
}

TEST(Verdict, StepThatFailsDoesSoHoweverManyCasesWereSkipped) {
    Verdict verdict = with({Status::fail, Status::skipped, Status::skipped, Status::skipped});
    EXPECT_EQ(exit_of(verdict), 1);
}

TEST(Verdict, StepWhoseCasesAreAllWaivedIsAnError) {
    EXPECT_EQ(exit_of(with({Status::waived})), 2);
    EXPECT_EQ(exit_of(with({Status::waived, Status::skipped})), 2);
    Verdict verdict = with({Status::waived});
    judge(verdict);
    ASSERT_EQ(verdict.steps[0].problems.size(), 1u);
    EXPECT_EQ(verdict.steps[0].problems[0], "no case passed: all 1 that ran are waived or known");
}

TEST(Verdict, StepThatWasNotRunBehindAWaiverIsAnError) {
    Verdict verdict = with({Status::pass, Status::waived});
    StepResult behind;
    behind.name = "behind";
    behind.status = StepStatus::not_run;
    verdict.steps.push_back(behind);
    EXPECT_EQ(exit_of(verdict), 2);
    judge(verdict);
    EXPECT_EQ(verdict.problems, std::vector<std::string>{"the step behind was not run"});
}

TEST(Verdict, StepThatIsNotBuiltNeverCountsAsPassed) {
    for (const StepStatus status : {StepStatus::not_built, StepStatus::not_run, StepStatus::unselected}) {
        Verdict verdict = with({});
        verdict.steps[0].status = status;
        EXPECT_EQ(exit_of(verdict), 2) << to_string(status);
    }
}

TEST(Verdict, StepThatWasInterruptedNeverCountsAsPassed) {
    Verdict verdict = with({Status::pass});
    verdict.steps[0].status = StepStatus::interrupted;
    judge(verdict);
    EXPECT_EQ(verdict.steps[0].status, StepStatus::interrupted);
    EXPECT_EQ(exit_code(verdict.outcome), 2);
}

TEST(Verdict, StepThatIsNotBuiltIsNotMadeUpForByOthers) {
    Verdict verdict = with({Status::pass});
    StepResult other;
    other.name = "other";
    other.status = StepStatus::not_built;
    verdict.steps.push_back(other);
    EXPECT_EQ(exit_of(verdict), 2);
}

TEST(Verdict, ProblemOfTheGateOutweighsFailures) {
    Verdict verdict = with({Status::fail});
    verdict.steps[0].problems.emplace_back("no such program");
    EXPECT_EQ(exit_of(verdict), 2);
}

TEST(Verdict, InterruptedOrPartialRunNeverPasses) {
    Verdict interrupted = with({Status::pass});
    interrupted.run.interrupted = true;
    EXPECT_EQ(exit_of(interrupted), 2);
    Verdict partial = with({Status::pass});
    partial.run.partial = true;
    EXPECT_EQ(exit_of(partial), 1);
}

TEST(Verdict, StatusNamesAreReadBack) {
    for (const Status status : {Status::pass, Status::fail, Status::error, Status::crash, Status::timeout,
                                Status::skipped, Status::waived, Status::unexpected_pass})
        EXPECT_EQ(status_from(to_string(status)), status);
    EXPECT_THROW(status_from("passed"), std::invalid_argument);
}

TEST(Contract, IsTheNewestOfWhichCasesAreFrozenAndTheOneThatIsWritten) {
    const std::string source = SIMPLE_SOURCE;
    EXPECT_EQ(contract_versions(source + "/golden/mustpass").back(), kContractVersion);
    EXPECT_NE(text_of_file(source + "/docs/contract.md").find(std::string("# The contract ") + kContractVersion),
              std::string::npos);
}

}  // namespace
}  // namespace simple::gate
