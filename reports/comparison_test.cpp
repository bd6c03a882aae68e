#include "reports/comparison.h"

#include <gtest/gtest.h>

#include "reports/golden_case.h"
#include "reports/groups.h"
#include "reports/reports.h"

namespace simple::gate {
namespace {

Verdict compared(bool only_new) {
    Verdict verdict;
    verdict.steps.resize(1);
    verdict.steps[0].name = "suite";
    verdict.steps[0].status = StepStatus::pass;
    verdict.cases = {golden("old/f32", Status::fail), golden("mended/f32", Status::pass)};
    const std::map<std::string, Status> before{
        {"golden/old/f32", Status::crash}, {"golden/mended/f32", Status::fail}, {"golden/gone/f32", Status::pass}};
    add_comparison(before, "earlier.json", only_new, verdict);
    judge(verdict);
    return verdict;
}

TEST(Comparison, StandsInEveryReport) {
    const Verdict verdict = compared(false);
    EXPECT_EQ(verdict.outcome, Outcome::fail);
    EXPECT_NE(reports::to_json(verdict).find("\"newly_passing\": [\n   \"golden/mended/f32\"\n  ]"), std::string::npos);
    EXPECT_NE(reports::to_markdown(verdict).find("## Against `earlier.json`"), std::string::npos);
    EXPECT_NE(reports::to_markdown(verdict).find("gone: 1\n  * golden/gone/f32"), std::string::npos);
    EXPECT_NE(reports::to_junit(verdict).find("name=\"newly_failing\" value=\"0\""), std::string::npos);
}

TEST(Comparison, OnlyWhatIsNewIsRedWhereThatWasAskedFor) {
    Verdict verdict = compared(true);
    EXPECT_EQ(verdict.outcome, Outcome::pass);
    EXPECT_EQ(verdict.cases[0].status, Status::known);
    EXPECT_EQ(reports::to_junit(verdict).find("<failure"), std::string::npos);
    for (const char* id : {"added/f32", "mended/f32"}) {
        verdict = compared(true);
        verdict.cases = {golden("old/f32", Status::fail), golden(id, Status::fail), golden("good/f32", Status::pass)};
        add_comparison({{"golden/old/f32", Status::known}, {"golden/mended/f32", Status::pass}}, "e", true, verdict);
        judge(verdict);
        EXPECT_EQ(verdict.outcome, Outcome::fail) << id;
        EXPECT_EQ(verdict.cases[0].status, Status::known);
    }
}

TEST(Groups, AreOfOneCause) {
    const std::vector<CaseResult> cases{golden("add/a", Status::fail, "got 1, want 2\nadd(3)"),
                                        golden("sub/a", Status::crash, "ended by SIGSEGV"),
                                        golden("add/b", Status::pass),
                                        golden("sub/b", Status::fail, "got 15, want 7"),
                                        golden("mul/a", Status::fail, "mul: no symbol in the message"),
                                        golden("div/a", Status::fail, "div: no symbol in the message"),
                                        golden("div/b", Status::fail, "div: no symbol in the message")};
    std::vector<std::vector<std::string>> ids;
    for (const auto& group : groups_of_failures(cases)) {
        ids.emplace_back();
        for (const auto* c : group) ids.back().push_back(c->id);
    }
    EXPECT_EQ(ids, (std::vector<std::vector<std::string>>{{"mul/a", "div/a", "div/b"}, {"add/a", "sub/b"}, {"sub/a"}}));
}

TEST(Groups, AreTheFirstLineAndThePlace) {
    const std::vector<CaseResult> cases{golden("add/a", Status::fail, "result: 3 elements differ\n  call: add"),
                                        golden("add/b", Status::fail, "result: 21 elements differ\n  inputs: 1"),
                                        golden("add/c", Status::fail, "no message\n  call: add"),
                                        golden("add/d", Status::fail, "got 0, want 2\n  call: add\n  at: a.cpp:3"),
                                        golden("add/e", Status::fail, "got 1, want 0\nin thread 3\n  at: a.cpp:3"),
                                        golden("add/f", Status::fail, "got 0, want 2\n  call: add\n  at: a.cpp:4"),
                                        golden("add/g", Status::fail, "wrote to stdout or stderr:\nwarning"),
                                        golden("add/h", Status::fail, "wrote to stdout or stderr:\nnote"),
                                        golden("add/i", Status::crash, "ended by SIGABRT\nit had written:\nassertion"),
                                        golden("add/j", Status::crash, "ended by SIGABRT")};
    std::vector<size_t> sizes;
    for (const auto& group : groups_of_failures(cases)) sizes.push_back(group.size());
    EXPECT_EQ(sizes, (std::vector<size_t>{2, 2, 1, 1, 1, 1, 1, 1}));
}

}  // namespace
}  // namespace simple::gate
