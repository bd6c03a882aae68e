#include "ci/steps/performance_step.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "impl/abi/function_table.h"
#include "reports/measurements.h"

namespace simple::gate {
namespace {

using Json = nlohmann::json;

Json row(const std::string& function, const char* status = "pass", double low = 1.0, double high = 1.05) {
    return {{"name", function + "/smallest"},
            {"function", function},
            {"size", "smallest"},
            {"threads", 1},
            {"null", false},
            {"status", status},
            {"message", std::string(status) == "pass" ? "" : "costs 1.2 times the direct call"},
            {"value", (low + high) / 2},
            {"low", low},
            {"high", high},
            {"limit", 1.1},
            {"samples",
             {{"abi", {500.0, 510.0}}, {"direct", {490.0, 500.0}}, {"unit", {400.0, 410.0}}, {"cost", {low, high}}}}};
}

// All functions that have to be there, with one row changed.
std::string report(const Json& changed) {
    Json rows = Json::array();
    for (size_t i = 0; i < kFunctionCount; ++i)
        if (functions()[i].set == Set::core)
            rows.push_back(
                functions()[i].name == changed.value("function", "") ? changed : row(std::string(functions()[i].name)));
    return Json{{"not_comparable", ""}, {"rows", rows}}.dump();
}

Status status_of(const Json& changed) {
    for (const auto& c : read_benchmark(report(changed), {}).cases)
        if (c.function == "add") return c.status;
    return Status::error;
}

TEST(Performance, RowsBecomeCasesAndMeasurements) {
    EXPECT_EQ(status_of(row("add")), Status::pass);
    EXPECT_EQ(status_of(row("add", "fail", 1.15, 1.3)), Status::fail);
    EXPECT_EQ(status_of(row("add", "inconclusive", 1.05, 1.3)), Status::inconclusive);
    const Performance found = read_benchmark(report(row("add")), {});
    EXPECT_EQ(found.cases.front().id.rfind("latency/", 0), 0u);
    EXPECT_EQ(found.measurements.size(), 4 * found.cases.size());
    for (const Measurement& m : found.measurements)
        EXPECT_EQ(m.limit, m.side == "cost" ? std::optional<double>(1.1) : std::nullopt) << m.side;
    EXPECT_EQ(found.notes.back().rfind("against a baseline: not measured", 0), 0u);
    Json crashed = row("add", "crash");
    crashed.erase("samples");
    EXPECT_EQ(status_of(crashed), Status::crash);
}

TEST(Performance, ANullMayBeWide) {
    const auto with_null = [](const char* status, double low, double high) {
        Json null = row("add", status, low, high), whole = Json::parse(report(row("add")));
        null["name"] = "null/add";
        null["null"] = true;
        whole["rows"].push_back(null);
        return whole.dump();
    };
    EXPECT_NO_THROW(read_benchmark(with_null("pass", 0.9, 1.3), {}));
    EXPECT_NO_THROW(read_benchmark(with_null("inconclusive", 1.05, 1.3), {}));
    EXPECT_THROW(read_benchmark(with_null("fail", 1.15, 1.3), {}), std::runtime_error) << "no candidate's fault";
}

TEST(Performance, FiltersTakeTheirRows) {
    Settings settings;
    settings.filters = {"sum_dim"};
    const auto cases = read_benchmark(report(row("add")), settings).cases;
    ASSERT_EQ(cases.size(), 1u);
    EXPECT_EQ(cases[0].function, "sum_dim");
}

TEST(Performance, WhatIsNoReportIsRefused) {
    Json unnamed = row("add"), unjudged = row("add"), hollow = row("add"), infinite = row("add");
    unnamed.erase("name");
    unjudged["status"] = "fine";
    hollow.erase("samples");
    infinite["samples"]["abi"] = {nullptr};
    for (const Json& bad : {unnamed, unjudged, hollow, infinite, row("add", "pass", 1.2, 1.1),
                            row("add", "pass", 1.0, 1.2), row("add", "fail", 1.0, 1.2)})
        EXPECT_THROW(read_benchmark(report(bad), {}), std::runtime_error) << bad;
    for (const std::string text : {"{}", "[]", "x", R"({"not_comparable": "", "rows": []})"})
        EXPECT_THROW(read_benchmark(text, {}), std::runtime_error) << text;
    Json twice = Json::parse(report(row("add")));
    twice["rows"].push_back(row("add"));
    EXPECT_THROW(read_benchmark(twice.dump(), {}), std::runtime_error);
    Json without = Json::parse(report(row("add")));
    without["rows"].erase(5);
    EXPECT_THROW(read_benchmark(without.dump(), {}), std::runtime_error) << "a core function is missing";
}

TEST(Performance, WhatCannotBeComparedIsSaid) {
    EXPECT_EQ(read_benchmark(R"({"not_comparable": "it runs on LibTorch 9", "rows": []})", {}).not_comparable,
              "it runs on LibTorch 9");
}

TEST(Exports, NameTheSameFiguresInEachFormat) {
    Verdict verdict;
    for (const char* side : {"abi", "direct", "cost"})
        verdict.measurements.push_back({"add/smallest", "add", "smallest", 1, side, "ns", {3, 1, 2}});
    const Json google = Json::parse(reports::to_google_benchmark(verdict));
    ASSERT_EQ(google["benchmarks"].size(), 6u) << "a cost is no time";
    EXPECT_EQ(google["benchmarks"][1]["real_time"], 1);
    EXPECT_EQ(google["benchmarks"][1]["repetition_index"], 1);
    EXPECT_EQ(google["benchmarks"][3]["name"], "add/smallest/direct");
    const Json bencher = Json::parse(reports::to_bencher(verdict));
    EXPECT_EQ(bencher["add/smallest"]["latency"], (Json{{"value", 2}, {"lower_value", 1}, {"upper_value", 3}}));
    EXPECT_TRUE(bencher["add/smallest"].contains("cost"));
    const Json github = Json::parse(reports::to_github_action_benchmark(verdict));
    ASSERT_EQ(github.size(), 1u);
    EXPECT_EQ(github[0]["value"], 2);
    EXPECT_EQ(github[0]["range"], "± 1.0");
    EXPECT_NE(reports::to_csv(verdict).find("add/smallest,add,smallest,1,direct,ns,3,2\n"), std::string::npos);
}

}  // namespace
}  // namespace simple::gate
