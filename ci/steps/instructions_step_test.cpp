#include "ci/steps/instructions_step.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace simple::gate {
namespace {

using Json = nlohmann::ordered_json;

Json call(const std::string& name, const std::string& result, const std::vector<std::string>& changes = {},
          bool missing = false) {
    return {{"function", name.substr(0, name.find('/'))},
            {"call", name},
            {"result", result},
            {"missing", missing},
            {"changes", changes}};
}

std::string report(const std::vector<Json>& calls, const std::string& verdict, const std::string& reason = "") {
    return Json{{"verdict", verdict},
                {"reason", reason},
                {"baseline", "old.so"},
                {"dispatch", {{"glibc", "SSE2"}}},
                {"calls", calls},
                {"measurements",
                 {{{"name", "add/smallest/instructions"},
                   {"function", "add"},
                   {"size", "smallest"},
                   {"threads", 1},
                   {"side", "candidate"},
                   {"unit", "instructions"},
                   {"samples", {351}}}}}}
        .dump();
}

Settings of_add() {
    Settings settings;
    settings.filters = {"add"};
    return settings;
}

TEST(InstructionsStep, FunctionIsAsGoodAsItsWorstCall) {
    const auto counts = read_instruction_counts(
        report({call("add/smallest", "reported", {"instructions 351 -> 352 (+1; the limit is +3)"}),
                call("add/error", "worse", {"locks 0 -> 1 (+1): pthread_mutex_lock +1"})},
               "fail"),
        of_add());
    ASSERT_EQ(counts.cases.size(), 1u);
    EXPECT_EQ(counts.cases[0].name(), "instructions/add");
    EXPECT_EQ(counts.cases[0].status, Status::fail);
    EXPECT_NE(counts.cases[0].message.find("351 -> 352"), std::string::npos);
    EXPECT_NE(counts.cases[0].message.find("add/error: locks 0 -> 1"), std::string::npos);
    ASSERT_EQ(counts.measurements.size(), 1u);
    EXPECT_EQ(counts.measurements[0].samples, std::vector<double>{351});
}

TEST(InstructionsStep, OneInstructionIsReportedAndPasses) {
    const auto counts = read_instruction_counts(
        report({call("add/smallest", "reported", {"instructions 351 -> 352"}), call("add/error", "same")}, "pass"),
        of_add());
    EXPECT_EQ(counts.cases.at(0).status, Status::pass);
    EXPECT_NE(counts.cases.at(0).message, "");
    EXPECT_NE(counts.notes.back().find("351 -> 352"), std::string::npos);
}

TEST(InstructionsStep, NothingToCompareWithIsNoPass) {
    const std::string text = report({}, "not measured", "no counts are committed");
    for (const auto& [settings, name] :
         {std::pair{Settings(), "instructions/(baseline)"}, {of_add(), "instructions/add"}}) {
        const auto counts = read_instruction_counts(text, settings);
        ASSERT_EQ(counts.cases.size(), 1u);
        EXPECT_EQ(counts.cases[0].name(), name);
        EXPECT_EQ(counts.cases[0].status, Status::inconclusive);
        EXPECT_EQ(counts.cases[0].message, "not measured: no counts are committed");
    }
}

TEST(InstructionsStep, WhatWasNotMeasuredIsMeasuredAgain) {
    Settings settings;
    settings.rerun_failed = true;
    settings.only = {"instructions/(baseline)"};
    EXPECT_THROW(read_instruction_counts(report({call("add/smallest", "same")}, "pass"), settings), std::runtime_error)
        << "all functions are asked for";
    settings.only = {"instructions/add"};
    EXPECT_EQ(read_instruction_counts(report({call("add/smallest", "same")}, "pass"), settings).cases.size(), 1u);
}

TEST(InstructionsStep, CallWithoutACountFailsAndOfAMissingFunctionIsSkippedWhilePartial) {
    const std::string text =
        report({call("add/smallest", "unknown", {"the candidate's was not counted"}, true)}, "fail");
    Settings settings = of_add();
    EXPECT_EQ(read_instruction_counts(text, settings).cases.at(0).status, Status::fail);
    settings.partial = true;
    EXPECT_EQ(read_instruction_counts(text, settings).cases.at(0).status, Status::skipped);
}

TEST(InstructionsStep, ReportThatCannotBeTrustedIsRefused) {
    const Settings add = of_add();
    EXPECT_THROW(read_instruction_counts("", add), std::runtime_error);
    EXPECT_THROW(read_instruction_counts("{}", add), std::runtime_error);
    EXPECT_THROW(read_instruction_counts(report({}, "pass"), add), std::runtime_error) << "add was not counted";
    EXPECT_THROW(read_instruction_counts(report({call("add/smallest", "same")}, "pass"), Settings()),
                 std::runtime_error)
        << "nor was any other";
    EXPECT_THROW(read_instruction_counts(report({call("add/smallest", "worse", {"locks"})}, "pass"), add),
                 std::runtime_error);
    EXPECT_THROW(read_instruction_counts(report({call("add/smallest", "same")}, "fail"), add), std::runtime_error);
    EXPECT_THROW(read_instruction_counts(report({call("add/smallest", "fine")}, "pass"), add), std::runtime_error);
    EXPECT_THROW(read_instruction_counts(report({call("add/smallest", "worse")}, "fail"), add), std::runtime_error);
    EXPECT_THROW(read_instruction_counts(report({}, "not measured"), add), std::runtime_error) << "and why not?";
}

}  // namespace
}  // namespace simple::gate
