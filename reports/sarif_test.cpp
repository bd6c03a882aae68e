#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "impl/abi/function_table.h"
#include "reports/contract_lines.h"
#include "reports/page/made_runs.h"
#include "reports/promises.h"
#include "reports/reports.h"

namespace simple::reports {
namespace {

using gate::CaseResult;
using gate::Status;
using gate::Verdict;
using Json = nlohmann::json;

Json run_of(const Verdict& verdict) { return Json::parse(to_sarif(verdict)).at("runs").at(0); }

Verdict with(Status status) {
    Verdict verdict;
    CaseResult c;
    c.step = "suite";
    c.suite = "golden";
    c.id = "softmax/a";
    c.function = "softmax";
    c.promises = {"E4", "V4"};
    c.status = status;
    c.message = "code 3, want 2";
    c.waiver = "issue 12";
    c.file = "golden/cases/soft max.json";
    verdict.cases = {c};
    verdict.outcome = gate::Outcome::fail;
    return verdict;
}

std::string line(const std::string& file, int number) {
    std::ifstream in(std::string(SIMPLE_SOURCE) + "/" + file);
    std::string text;
    for (int i = 0; i < number; ++i) std::getline(in, text);
    return text;
}

TEST(Sarif, EveryPromiseAndFunctionHasItsLine) {
    for (const auto& promise : gate::promises()) {
        const std::string id(promise.id);
        EXPECT_EQ(line(kContractFile, line_of_promise(id)).rfind("* **" + id + "**", 0), 0u) << id;
    }
    for (size_t i = 0; i < kFunctionCount; ++i) {
        const std::string name(functions()[i].name);
        EXPECT_EQ(line(kTableFile, line_of_function(name)), "name = \"" + name + "\"");
    }
    EXPECT_EQ(line_of_promise("Z9"), 0);
}

TEST(Sarif, AFailureLeadsToItsFunctionAndItsPromises) {
    const Json run = run_of(with(Status::fail));
    const Json& result = run.at("results").at(0);
    EXPECT_EQ(result.at("ruleId"), "E4");
    EXPECT_EQ(run.at("tool").at("driver").at("rules").at(result.at("ruleIndex").get<size_t>()).at("id"), "E4");
    EXPECT_EQ(result.at("level"), "error");
    const Json& place = result.at("locations").at(0).at("physicalLocation");
    EXPECT_EQ(place.at("artifactLocation").at("uri"), kTableFile);
    EXPECT_EQ(place.at("region").at("startLine"), line_of_function("softmax"));
    EXPECT_EQ(result.at("relatedLocations").size(), 3u);
    EXPECT_EQ(result.at("relatedLocations").at(2).at("physicalLocation").at("artifactLocation").at("uri"),
              "golden/cases/soft%20max.json");
    EXPECT_FALSE(result.contains("suppressions"));
}

TEST(Sarif, TellsWhatDidNotPassAndHowItIsAllowed) {
    for (const Status status : {Status::fail, Status::crash, Status::timeout, Status::error, Status::unexpected_pass})
        EXPECT_EQ(run_of(with(status)).at("results").at(0).at("kind"), "fail") << to_string(status);
    for (const Status status : {Status::pass, Status::skipped})
        EXPECT_TRUE(run_of(with(status)).at("results").empty()) << to_string(status);
    for (const Status status : {Status::waived, Status::known})
        EXPECT_EQ(run_of(with(status)).at("results").at(0).at("suppressions").at(0).at("kind"), "external");
    const Json unsure = run_of(with(Status::inconclusive)).at("results").at(0);
    EXPECT_EQ(unsure.at("kind"), "review");
    EXPECT_EQ(unsure.at("level"), "none");
}

TEST(Sarif, ARunThatDidNotDoItsWorkSaysSo) {
    Verdict verdict = with(Status::pass);
    verdict.outcome = gate::Outcome::error;
    verdict.problems = {"objdump is not on this machine"};
    const Json invocation = run_of(verdict).at("invocations").at(0);
    EXPECT_EQ(invocation.at("executionSuccessful"), false);
    EXPECT_EQ(invocation.at("exitCode"), 2);
    EXPECT_EQ(invocation.at("toolExecutionNotifications").at(0).at("message").at("text"),
              "objdump is not on this machine");
    EXPECT_EQ(run_of(with(Status::fail)).at("invocations").at(0).at("executionSuccessful"), true);
}

TEST(Sarif, WhatIsNewIsTold) {
    Verdict verdict = with(Status::fail);
    verdict.comparison = gate::Comparison{"before.json", false, {"golden/softmax/a"}, {}, {}, {}};
    EXPECT_EQ(run_of(verdict).at("results").at(0).at("baselineState"), "new");
    verdict.comparison->newly_failing.clear();
    EXPECT_EQ(run_of(verdict).at("results").at(0).at("baselineState"), "unchanged");
}

TEST(Sarif, HoldsNoControlCharacter) {
    const std::string text = to_sarif(page::hostile_run());
    EXPECT_EQ(text.find("\\u001b"), std::string::npos);
    for (const char c : text) ASSERT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
}

}  // namespace
}  // namespace simple::reports
