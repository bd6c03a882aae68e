#include "reports/changes.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reports/golden_case.h"
#include "reports/page/made_runs.h"
#include "reports/read_verdict.h"
#include "reports/reports.h"

namespace simple::gate {
namespace {

Verdict of(std::vector<CaseResult> cases) {
    Verdict verdict;
    StepResult step;
    step.name = "suite";
    step.status = StepStatus::pass;
    verdict.steps = {step};
    verdict.cases = std::move(cases);
    judge(verdict);
    return verdict;
}

Changes between(const Verdict& before, const Verdict& after) { return changes(before, "a.json", after, "b.json"); }

std::vector<std::string> names(const std::vector<ChangedCase>& cases) {
    std::vector<std::string> names;
    for (const auto& c : cases) names.push_back(c.name);
    return names;
}

TEST(Changes, EveryCaseStandsInOneList) {
    const Changes found = between(
        of({golden("a", Status::pass), golden("b", Status::fail), golden("c", Status::pass), golden("d", Status::pass),
            golden("e", Status::fail, "code 3, want 2"), golden("f", Status::fail), golden("g", Status::pass)}),
        of({golden("a", Status::crash), golden("b", Status::pass), golden("c", Status::skipped),
            golden("e", Status::fail, "code 5, want 2"), golden("f", Status::timeout), golden("g", Status::pass),
            golden("h", Status::pass), golden("i", Status::fail)}));
    EXPECT_EQ(names(found.new_failures), (std::vector<std::string>{"golden/a", "golden/i"}));
    EXPECT_EQ(names(found.fixed), std::vector<std::string>{"golden/b"});
    EXPECT_EQ(names(found.other_status), (std::vector<std::string>{"golden/c", "golden/f"}));
    EXPECT_EQ(names(found.other_error), std::vector<std::string>{"golden/e"});
    EXPECT_EQ(found.other_error.front().code_before, 3);
    EXPECT_EQ(found.other_error.front().code_after, 5);
    EXPECT_EQ(names(found.lost), std::vector<std::string>{"golden/d"});
    EXPECT_EQ(names(found.added), std::vector<std::string>{"golden/h"});
    EXPECT_TRUE(found.worse());
}

TEST(Changes, ACodeIsThatOfTheCalls) {
    CaseResult right = golden("zeros/much", Status::pass), wrong = golden("zeros/much", Status::fail, "no words of it");
    right.calls = {{"", "cpu", {{7, 1}}}};
    wrong.calls = {{"", "cpu", {{2, 1}}}};
    const ChangedCase found = between(of({right}), of({wrong})).new_failures.at(0);
    EXPECT_EQ(found.code_before, 7);
    EXPECT_EQ(found.code_after, 2);
    wrong.calls[0].codes = {{0, 1}};
    EXPECT_FALSE(between(of({right}), of({wrong})).new_failures.at(0).code_after) << "a success has no error code";
    wrong.calls[0].codes = {{2, 1}, {3, 1}};
    EXPECT_FALSE(between(of({right}), of({wrong})).new_failures.at(0).code_after) << "which of them is not known";
}

TEST(Changes, ADriftWithinTheLimitIsTold) {
    CaseResult exact = golden("a", Status::pass), near = golden("b", Status::pass), gone = golden("c", Status::pass);
    gone.distance_per_mille = 30;
    near.distance_per_mille = 20;
    const Verdict before = of({exact, near, gone});
    exact.distance_per_mille = 1;
    near.distance_per_mille = 900;
    gone = golden("c", Status::fail);
    const Changes found = between(before, of({exact, near, gone}));
    ASSERT_EQ(found.drifts.size(), 2u) << "what fails is told otherwise";
    EXPECT_EQ(found.drifts[0].name, "golden/b");
    EXPECT_EQ(found.drifts[0].before, 20);
    EXPECT_EQ(found.drifts[0].after, 900);
    EXPECT_EQ(found.drifts[1].name, "golden/a");
    EXPECT_NE(reports::to_text(found).find("golden/b  20 ‰ → 900 ‰ of what is allowed"), std::string::npos);
    EXPECT_NE(reports::to_markdown(found).find("| `golden/a` | 0 | 1 |"), std::string::npos);
    EXPECT_EQ(nlohmann::json::parse(reports::to_json(found)).at("drifts").size(), 2u);
    EXPECT_NE(summary(found).find("2 drifted within their limits"), std::string::npos);
    EXPECT_FALSE(between(before, before).worse());
}

// As ci/gate compare reads it from a file.
Verdict read_as(const char* format, const Verdict& verdict) {
    auto json = nlohmann::json::parse(reports::to_json(verdict));
    json["format"] = format;
    return read_verdict(json.dump(), "it");
}

TEST(Changes, OfAnEarlierFormatNoDriftIsTold) {
    CaseResult near = golden("a", Status::pass);
    Verdict before = of({near});
    near.distance_per_mille = 900;
    Verdict after = of({near});
    after.run.candidate_sha256 = before.run.candidate_sha256 = std::string(64, 'a');
    after.run.functions_files = {"/opt/loaded.so"};
    after.run.functions_sha256 = std::string(64, 'b');
    const Changes found = between(read_as("verdict 1.5", before), read_as("verdict 1.6", after));
    EXPECT_TRUE(found.drifts.empty()) << "it does not say how far values were off";
    EXPECT_TRUE(found.facts.empty()) << "nor where its functions were: " << found.facts.front().name;
    EXPECT_EQ(between(read_as("verdict 1.6", before), read_as("verdict 1.6", after)).drifts.size(), 1u);
}

TEST(Changes, TheFindingOfAnEarlierFormatIsReadAsThatOfANewer) {
    const std::string found = "element 3: distance 5 ULP, limit 4";
    const Verdict before = of({golden("a", Status::fail, "Failed\n" + found)});
    EXPECT_TRUE(between(before, of({golden("a", Status::fail, found)})).other_error.empty());
    const Changes other = between(before, of({golden("a", Status::fail, "code 3, want 2")}));
    EXPECT_EQ(other.other_error.at(0).finding_before, found);
}

TEST(Changes, AnErrorThatDriftedIsTold) {
    const auto off = [](const std::string& distance) {
        return of({golden("a", Status::fail, "element 3: distance " + distance + " ULP, limit 4\n  call: f")});
    };
    const Changes found = between(off("5"), off("9"));
    EXPECT_FALSE(found.worse());
    ASSERT_EQ(found.other_error.size(), 1u);
    EXPECT_EQ(found.other_error[0].finding_before, "element 3: distance 5 ULP, limit 4");
    EXPECT_EQ(found.other_error[0].finding_after, "element 3: distance 9 ULP, limit 4");
    EXPECT_TRUE(between(off("5"), off("5")).other_error.empty());
}

TEST(Changes, OfAVerdictToItselfThereAreNone) {
    const Verdict verdict = page::failing_run();
    const Changes found = between(verdict, verdict);
    EXPECT_FALSE(found.worse());
    EXPECT_EQ(found.same, verdict.cases.size());
    EXPECT_TRUE(found.facts.empty());
    EXPECT_EQ(summary(found), "no new failure");
}

// A runtime that is the same file, and loads another library.
TEST(Changes, WhereTheFunctionsAreIsAFactWhereItIsNotTheCandidate) {
    const auto loading = [](char library) {
        Verdict verdict = page::failing_run();
        verdict.run.functions_files = {std::string("/opt/") + library + ".so"};
        verdict.run.functions_sha256.assign(64, library);
        return verdict;
    };
    const Changes found = between(loading('b'), loading('c'));
    ASSERT_EQ(found.facts.size(), 2u);
    EXPECT_EQ(found.facts[0].name, "where its functions are");
    EXPECT_EQ(found.facts[0].after, "/opt/c.so");
    EXPECT_EQ(found.facts[1].after, std::string(64, 'c'));
    Verdict library = page::failing_run(), other = library;
    library.run.functions_sha256 = library.run.candidate_sha256;
    other.run.functions_sha256 = other.run.candidate_sha256 = std::string(64, 'c');
    EXPECT_EQ(between(library, other).facts.size(), 1u) << "said once of a library";
}

TEST(Changes, WhatBothComputedWithIsTold) {
    Verdict before = of({golden("a", Status::pass)}), after = before;
    before.run.arithmetic = {{"AVX2", 1, "/lib/libblas.so.3", "Haswell", 1}};
    EXPECT_TRUE(between(before, after).facts.empty()) << "the later one does not say";
    after.run.arithmetic = {{"AVX2", 1, "/lib/libblas.so.3", "Haswell", 1},
                            {"DEFAULT", 1, "/lib/libblas.so.3", {}, {}}};
    const auto facts = between(before, after).facts;
    ASSERT_EQ(facts.size(), 3u);
    EXPECT_EQ(facts[0].name, "CPU capability");
    EXPECT_EQ(facts[0].before, "AVX2");
    EXPECT_EQ(facts[0].after, "AVX2; DEFAULT");
    EXPECT_EQ(facts[1].after, "Haswell; not known");
    EXPECT_EQ(facts[2].name, "BLAS's threads");
}

TEST(Changes, AKnownFailureIsAFailureStill) {
    const Changes found = between(of({golden("a", Status::known), golden("b", Status::pass)}),
                                  of({golden("a", Status::fail), golden("b", Status::known)}));
    EXPECT_EQ(names(found.new_failures), std::vector<std::string>{"golden/b"});
}

TEST(Changes, AStepThatNoLongerRunsIsWorse) {
    Verdict after = of({golden("a", Status::pass)});
    after.steps[0].status = StepStatus::not_run;
    const Changes found = between(of({golden("a", Status::pass)}), after);
    ASSERT_EQ(found.broken_steps.size(), 1u);
    EXPECT_TRUE(found.worse());
    EXPECT_EQ(summary(found), "no new failure, 1 step newly broken");
}

TEST(Changes, CountsOfACaseAreCompared) {
    CaseResult before = golden("a", Status::pass), after = before;
    before.counts = {{"code 0", 80}, {"code 2", 1}};
    after.counts = {{"code 0", 79}, {"code 3", 2}};
    const Changes found = between(of({before}), of({after}));
    ASSERT_EQ(found.counts.size(), 3u);
    EXPECT_EQ(found.counts[0].before, 80);
    EXPECT_EQ(found.counts[0].after, 79);
    EXPECT_FALSE(found.counts[1].after);
    EXPECT_FALSE(found.counts[2].before);
    EXPECT_FALSE(found.worse());
}

Verdict measured(double value) {
    Verdict verdict = of({golden("a", Status::pass)});
    std::vector<double> samples;
    for (int i = 0; i < 8; ++i) samples.push_back(value + i);
    verdict.measurements = {{"add/smallest", "add", "smallest", 1, "abi", "ns", samples, {}}};
    return verdict;
}

TEST(Changes, AMeasurementMovedWhereTheIntervalsDoNotOverlap) {
    const Changes far = between(measured(100), measured(200)), near = between(measured(100), measured(104));
    EXPECT_TRUE(far.measurements.at(0).moved);
    EXPECT_NEAR(*far.measurements.at(0).ratio, 203.5 / 103.5, 1e-12);
    EXPECT_FALSE(near.measurements.at(0).moved);
    Verdict few = measured(900);
    few.measurements[0].samples.resize(3);
    EXPECT_FALSE(between(measured(100), few).measurements.at(0).moved) << "three samples have no interval";
}

TEST(Changes, NothingInTheReportsMovesACursorOrIsMarkup) {
    const Changes found = between(page::passing_run(), page::hostile_run());
    ASSERT_TRUE(found.worse());
    for (const std::string& text :
         {reports::to_text(found), reports::to_markdown(found), reports::to_json(found), reports::to_html(found)}) {
        for (const char c : text)
            ASSERT_TRUE(c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= 0x20) << int{c};
        EXPECT_EQ(text.find("\\u001b"), std::string::npos);
    }
    EXPECT_EQ(reports::to_html(found).find("<b>"), std::string::npos);
}

TEST(Changes, TheJsonHasAllOfIt) {
    const auto json = nlohmann::json::parse(reports::to_json(between(page::passing_run(), page::failing_run())));
    EXPECT_EQ(json.at("format"), "comparison 1.1");
    EXPECT_EQ(json.at("worse"), true);
    EXPECT_GT(json.at("new_failures").size(), 50u);
    EXPECT_FALSE(json.at("new_failures").at(0).at("message").get<std::string>().empty());
}

}  // namespace
}  // namespace simple::gate
