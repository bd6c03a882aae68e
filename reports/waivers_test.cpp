#include "reports/waivers.h"

#include <gtest/gtest.h>

#include <fstream>

#include "impl/abi/temporary_folder.h"

namespace simple::gate {
namespace {

const char* const kGood = R"([[waiver]]
scope = "golden/softmax/*"
reason = "known"
link = "https://example.org/1"
owner = "somebody"
expires = 2027-01-31
)";

std::string file_with(const std::string& text) {
    static const TemporaryFolder folder("waivers");
    const std::string path = folder.path() / "waivers.toml";
    std::ofstream(path) << text;
    return path;
}

std::string error_of(const std::string& text) {
    try {
        read_waivers(file_with(text));
    } catch (const std::exception& e) {
        return e.what();
    }
    return "";
}

CaseResult golden(const std::string& id, Status status) {
    CaseResult c;
    c.step = "suite";
    c.suite = "golden";
    c.id = id;
    c.status = status;
    return c;
}

Verdict applied(const std::vector<CaseResult>& cases, const std::string& today = "2026-11-25", bool complete = true) {
    Verdict verdict;
    StepResult step;
    step.name = "suite";
    step.status = StepStatus::pass;
    verdict.steps.push_back(step);
    verdict.cases = cases;
    std::set<std::string> planned;
    for (const auto& c : cases) planned.insert(c.name());
    apply_waivers(read_waivers(file_with(kGood)), today, planned, complete, verdict);
    judge(verdict);
    return verdict;
}

TEST(Waivers, AreReadWithAllTheirKeys) {
    const auto waivers = read_waivers(file_with(kGood));
    ASSERT_EQ(waivers.size(), 1u);
    EXPECT_EQ(waivers[0].scope, "golden/softmax/*");
    EXPECT_EQ(waivers[0].expires, "2027-01-31");
}

TEST(Waivers, MistakesNameFileLineAndReason) {
    EXPECT_NE(error_of("[[waiver]\n").find("waivers.toml:1"), std::string::npos);
    EXPECT_NE(error_of("[[waiver]]\nscope = \"a/b\"\n").find("needs a text reason"), std::string::npos);
    EXPECT_NE(error_of(std::string(kGood) + "until = 3\n").find("has no until"), std::string::npos);
    EXPECT_NE(error_of("waiver = 3\n").find("only [[waiver]]"), std::string::npos);
    std::string no_date = kGood;
    no_date.replace(no_date.find("2027-01-31"), 10, "\"soon\"");
    EXPECT_NE(error_of(no_date).find("needs a date"), std::string::npos);
    EXPECT_THROW(read_waivers("/nowhere/waivers.toml"), std::runtime_error);
}

TEST(Waivers, WaiveAFailureAndNothingElse) {
    const Verdict verdict = applied({golden("softmax/f32", Status::fail), golden("add/f32", Status::pass)});
    EXPECT_EQ(verdict.cases[0].status, Status::waived);
    EXPECT_EQ(verdict.cases[0].waiver, "known");
    EXPECT_EQ(verdict.cases[1].status, Status::pass);
    EXPECT_EQ(verdict.outcome, Outcome::pass);
    EXPECT_EQ(applied({golden("softmax/f32", Status::fail), golden("add/f32", Status::crash)}).outcome, Outcome::fail);
}

TEST(Waivers, WaivedCaseThatPassesFailsTheGate) {
    const Verdict verdict = applied({golden("softmax/f32", Status::pass)});
    EXPECT_EQ(verdict.cases[0].status, Status::unexpected_pass);
    EXPECT_EQ(verdict.outcome, Outcome::fail);
}

TEST(Waivers, ExpiredWaiverWaivesNothingAndFails) {
    const std::vector<CaseResult> cases{golden("softmax/f32", Status::fail), golden("add/f32", Status::pass)};
    EXPECT_EQ(applied(cases, "2027-01-31").outcome, Outcome::pass) << "its last day";
    const Verdict verdict = applied(cases, "2027-02-01");
    EXPECT_EQ(verdict.cases[0].status, Status::fail);
    EXPECT_EQ(verdict.waivers[0].state, "expired");
    EXPECT_EQ(verdict.outcome, Outcome::fail);
}

TEST(Waivers, UnmatchedWaiverFailsCompleteRunsOnly) {
    EXPECT_EQ(applied({golden("add/f32", Status::pass)}).waivers[0].state, "unmatched");
    EXPECT_EQ(applied({golden("add/f32", Status::pass)}).outcome, Outcome::fail);
    EXPECT_EQ(applied({golden("add/f32", Status::pass)}, "2026-11-25", false).outcome, Outcome::pass);
}

TEST(Waivers, AnIdIsItsOwnScopeWhateverItHolds) {
    Verdict verdict;
    CaseResult failed;
    failed.suite = "property";
    failed.id = "unchanged/dropout/p-outside-[0,-1]";
    failed.status = Status::fail;
    verdict.cases.push_back(failed);
    apply_waivers({{failed.name(), "r", "l", "o", "2999-01-01"}}, "2026-01-01", {failed.name()}, true, verdict);
    EXPECT_EQ(verdict.cases[0].status, Status::waived);
}

}  // namespace
}  // namespace simple::gate
