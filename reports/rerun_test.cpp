#include "reports/rerun.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>

#include "impl/abi/temporary_folder.h"
#include "reports/read_verdict.h"
#include "reports/reports.h"

namespace simple::gate {
namespace {

Run run_of(const std::string& candidate, char digest) {
    Run run;
    run.candidate = candidate;
    run.candidate_sha256.assign(64, digest);
    run.functions_files = {candidate};
    run.functions_sha256 = run.candidate_sha256;
    run.harness_sha256.assign(64, 'f');
    return run;
}

Verdict with_a_failure() {
    Verdict verdict;
    verdict.run = run_of("lib.so", 'a');
    StepResult step;
    step.name = "suite";
    step.status = StepStatus::fail;
    verdict.steps.push_back(step);
    for (const Status status : {Status::pass, Status::crash, Status::inconclusive}) {
        CaseResult c;
        c.step = "suite";
        c.suite = "golden";
        c.id = to_string(status);
        c.status = status;
        verdict.cases.push_back(c);
    }
    verdict.outcome = Outcome::fail;
    return verdict;
}

// Through the file, as in a run.
Rerun after(const Verdict& verdict, const Run& now) {
    const TemporaryFolder folder("rerun");
    const std::string path = folder.path() / "verdict.json";
    std::ofstream(path) << reports::to_json(verdict);
    return rerun_of(read_verdict_file(path), now);
}

TEST(Rerun, TakesWhatDidNotPass) {
    const Rerun rerun = after(with_a_failure(), run_of("lib.so", 'a'));
    EXPECT_EQ(rerun.refused, std::nullopt);
    EXPECT_EQ(rerun.cases, (std::set<std::string>{"golden/crash", "golden/inconclusive"}));
    EXPECT_TRUE(rerun.left_open.empty());
}

TEST(Rerun, OfSomethingElseIsRefused) {
    const gate::Run same = run_of("lib.so", 'a');
    EXPECT_EQ(after(with_a_failure(), run_of("other.so", 'b')).refused, "the last run judged lib.so, not other.so");
    EXPECT_EQ(after(with_a_failure(), run_of("moved.so", 'a')).refused, std::nullopt) << "the same bytes";
    gate::Run changed = same;
    changed.harness_sha256.assign(64, 'e');
    EXPECT_EQ(after(with_a_failure(), changed).refused, "the last run was made by another build of the gate");
    changed = same;
    changed.plan_sha256.assign(64, 'e');
    EXPECT_EQ(after(with_a_failure(), changed).refused, "the cases are not those of the last run");
    changed = same;
    changed.seed = 2;
    EXPECT_EQ(after(with_a_failure(), changed).refused, "the last run had the seed 1, not 2");
    changed = same;
    changed.device = "cuda:0";
    EXPECT_EQ(after(with_a_failure(), changed).refused, "the last run was on the device cpu, not cuda:0");
    Verdict running = with_a_failure();
    running.outcome = Outcome::running;
    EXPECT_EQ(after(running, same).refused, "the last run did not end");
}

TEST(Rerun, IsNoPassOfWhatTheLastRunDidNotShow) {
    const gate::Run same = run_of("lib.so", 'a');
    const auto open = [&](const std::function<void(Verdict&)>& change, const gate::Run& now) {
        Verdict verdict = with_a_failure();
        change(verdict);
        const auto left = after(verdict, now).left_open;
        return left.size() == 1 ? left.front() : std::to_string(left.size()) + " reasons";
    };
    EXPECT_EQ(open([](Verdict&) {}, run_of("lib.so", 'b')),
              "lib.so is another file than the one that the last run judged");
    gate::Run loads = same;
    loads.functions_files = {"/opt/loaded.so"};
    loads.functions_sha256.assign(64, 'c');
    EXPECT_EQ(open([](Verdict&) {}, loads),
              "lib.so has its functions from another file than in the last run (/opt/loaded.so)");
    gate::Run unknown = same;
    unknown.functions_sha256.clear();
    EXPECT_EQ(open([](Verdict&) {}, unknown), "which file has lib.so's functions is not known");
    EXPECT_EQ(open([](Verdict& v) { v.run.functions_sha256.clear(); }, unknown),
              "which file has lib.so's functions is not known")
        << "two that are not known are not one";
    EXPECT_EQ(open([](Verdict& v) { v.run.interrupted = true; }, same), "the last run was interrupted");
    EXPECT_EQ(open([](Verdict& v) { v.run.partial = true; }, same), "the last run skipped what the candidate lacked");
    EXPECT_EQ(open([](Verdict& v) { v.run.left_open = {"of the run before"}; }, same), "of the run before");
    EXPECT_EQ(open([](Verdict& v) { v.problems = {"x"}; }, same), "the last run had a problem: x");
    EXPECT_EQ(open([](Verdict& v) { v.steps[0].problems = {"x"}; }, same), "the last run had a problem: suite: x");
    EXPECT_EQ(open([](Verdict& v) { v.steps[0].status = StepStatus::not_run; }, same),
              "the last run had a problem: the step suite was not run");
    EXPECT_EQ(open(
                  [](Verdict& v) {
                      v.waivers.push_back({"a/*", "why", "expired"});
                  },
                  same),
              "the last run had a problem: the waiver a/* is expired");
}

TEST(Rerun, ThatLeavesSomethingOpenIsAnErrorWhenAllPasses) {
    Verdict verdict = with_a_failure();
    verdict.cases.resize(1);
    judge(verdict);
    EXPECT_EQ(verdict.outcome, Outcome::pass);
    verdict.run.left_open = {"the last run was interrupted"};
    judge(verdict);
    EXPECT_EQ(verdict.outcome, Outcome::error);
    EXPECT_EQ(verdict.problems, std::vector<std::string>{"the last run was interrupted: run the gate whole"});
}

}  // namespace
}  // namespace simple::gate
