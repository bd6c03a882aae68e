#include "ci/steps/baseline_step.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "impl/abi/function_table.h"

namespace simple::gate {
namespace {

using Json = nlohmann::json;

Json row(const std::string& function, const char* decision = "pass") {
    Json row{{"name", function + "/smallest"}, {"function", function},     {"size", "smallest"},
             {"decision", decision},           {"message", "1.030 times"}, {"ratio", 1.03}};
    row["screened"] = {{"baseline_ns", {500.0}}, {"candidate_ns", {510.0}}, {"ratio", {1.02}}, {"null", {1.0}}};
    return row;
}

// All functions that have to be there, with one row changed.
Json report(const Json& changed, const Json& nulls_off = Json::array()) {
    Json rows = Json::array();
    for (size_t i = 0; i < kFunctionCount; ++i)
        if (functions()[i].set == Set::core)
            rows.push_back(
                functions()[i].name == changed.value("function", "") ? changed : row(std::string(functions()[i].name)));
    return {{"not_comparable", ""}, {"interrupted", false}, {"nulls_off", nulls_off}, {"rows", rows}};
}

Status status_of(const char* decision, const Json& nulls_off = Json::array()) {
    for (const auto& c : read_comparison(report(row("add", decision), nulls_off).dump(), {}).cases)
        if (c.function == "add") return c.status;
    return Status::error;
}

TEST(Baseline, DecisionsBecomeCases) {
    EXPECT_EQ(status_of("pass"), Status::pass);
    EXPECT_EQ(status_of("improved"), Status::pass);
    EXPECT_EQ(status_of("regressed"), Status::fail);
    EXPECT_EQ(status_of("not measured"), Status::fail) << "a function without a baseline is red";
    EXPECT_EQ(status_of("crash"), Status::crash);
    EXPECT_EQ(status_of("inconclusive"), Status::inconclusive);
    EXPECT_EQ(status_of("invalid", {"add/smallest"}), Status::inconclusive);
    const BaselineComparison found = read_comparison(report(row("add", "improved")).dump(), {});
    EXPECT_EQ(found.measurements.size(), 4 * found.cases.size());
    EXPECT_NE(found.notes.back().find("faster than the baseline: add/smallest"), std::string::npos);
}

TEST(Baseline, FiltersTakeTheirRows) {
    Settings settings;
    settings.filters = {"sum_dim"};
    const auto cases = read_comparison(report(row("add")).dump(), settings).cases;
    ASSERT_EQ(cases.size(), 1u);
    EXPECT_EQ(cases[0].function, "sum_dim");
}

TEST(Baseline, WhatCannotBeComparedIsNoPass) {
    Json other = report(row("add"));
    other["not_comparable"] = "the baseline runs on stub";
    const auto cases = read_comparison(other.dump(), {}).cases;
    ASSERT_EQ(cases.size(), 1u);
    EXPECT_EQ(cases[0].status, Status::inconclusive);
    EXPECT_EQ(cases[0].message, "not comparable: the baseline runs on stub");
}

TEST(Baseline, OtherLibTorchsAreTold) {
    Json other = report(row("add"));
    other.update({{"in_turns", true}, {"baseline_version", "1.13.0"}, {"version", "2.14.1+cpu"}});
    EXPECT_EQ(read_comparison(other.dump(), {}).notes.back(),
              "the baseline runs on 1.13.0, the candidate on 2.14.1+cpu: each in processes of its own, in turn");
}

TEST(Baseline, WhatIsNoReportIsRefused) {
    Json unjudged = row("add", "fine"), hollow = row("add"), infinite = row("add");
    hollow.erase("screened");
    infinite["screened"]["ratio"] = {nullptr};
    for (const Json& bad : {unjudged, hollow, infinite, row("add", "invalid")})
        EXPECT_THROW(read_comparison(report(bad).dump(), {}), std::runtime_error) << bad;
    Json without = report(row("add")), twice = report(row("add")), interrupted = report(row("add"));
    without["rows"].erase(5);
    twice["rows"].push_back(row("add"));
    interrupted["interrupted"] = true;
    for (const Json& bad : {without, twice, interrupted, Json::object(), Json::array()})
        EXPECT_THROW(read_comparison(bad.dump(), {}), std::runtime_error);
}

}  // namespace
}  // namespace simple::gate
