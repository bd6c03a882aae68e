#include "bench/compare/certificate.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace simple::compare {
namespace {

using Json = nlohmann::json;

Json samples(double ratio, size_t count) {
    Json json{{"ratio", Json::array()}, {"null", Json::array()}, {"noise", Json::array()}};
    for (size_t i = 0; i < count; ++i) {
        const double ns = 500 + static_cast<double>(i);
        json["ratio"].push_back(ratio);
        json["null"].push_back(1);
        json["noise"].push_back(0.001);
        json["baseline_ns"].push_back(ns);
        json["candidate_ns"].push_back(ns * ratio);
    }
    return json;
}

Json row(const std::string& name, const std::string& decision, double ratio, double p = 1, bool confirmed = false) {
    Json json{{"name", name},         {"function", name}, {"size", "smallest"},
              {"decision", decision}, {"ratio", ratio},   {"low", ratio},
              {"high", ratio},        {"p_value", p},     {"screened", samples(ratio, 6)}};
    if (confirmed) json["confirmed"] = samples(ratio, 20);
    return json;
}

Json report(const std::vector<Json>& rows) {
    return {{"not_comparable", ""},       {"interrupted", false},   {"comparability_key", "this machine"},
            {"nulls_off", Json::array()}, {"relinks_off", {"sub"}}, {"rows", rows}};
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const Setting kEqual{"now", "alone", "copy", {}};
const Setting kSlow{"now", "alone", "planted", {{"add/smallest", "constant", 3}}};

TEST(Certificate, CountsEqualBuilds) {
    const Counted count = counted(report({row("add/smallest", "pass", 1.0), row("sub", "inconclusive", 1.2, 1, true),
                                          row("exp", "improved", 0.9, 1e-6, true)}),
                                  kEqual);
    EXPECT_EQ(count.calls, 3u);
    EXPECT_EQ(count.judged, 2u);
    EXPECT_EQ(count.alarms, std::vector<std::string>{"exp"});
    EXPECT_EQ(count.relinks_off, std::vector<std::string>{"sub"});
    EXPECT_EQ(count.u_tests, 3u);
    EXPECT_EQ(count.u_alarms, 2u) << "20 values of 500 to 519 against the same, times 1.2 or 0.9";
    EXPECT_EQ(count.decisions.at("pass"), 1u);
}

TEST(Certificate, CountsWhatWasPlanted) {
    const Json compared =
        report({row("add/smallest", "regressed", 1.03, 2e-6, true), row("sub", "regressed", 1.03, 2e-6, true)});
    const Counted count = counted(compared, kSlow);
    ASSERT_EQ(count.slowed.size(), 1u);
    EXPECT_EQ(count.slowed[0].planted.name, "add/smallest");
    EXPECT_EQ(count.slowed[0].p_value, 2e-6);
    EXPECT_EQ(count.alarms, std::vector<std::string>{"sub"}) << "nothing was planted there";
    EXPECT_EQ(count.u_tests, 1u);
    ASSERT_EQ(misjudged(compared, kSlow).size(), 1u);
    EXPECT_EQ(misjudged(compared, kSlow)[0]["truth"], "equal");
}

TEST(Certificate, APassIsWrongFromFivePercent) {
    const Json compared = report({row("add/smallest", "pass", 1.0)});
    Setting setting = kSlow;
    EXPECT_EQ(misjudged(compared, setting).size(), 0u);
    setting.slowed[0].percent = 5;
    ASSERT_EQ(misjudged(compared, setting).size(), 1u);
    EXPECT_EQ(misjudged(compared, setting)[0]["truth"], "slower");
}

TEST(Certificate, NothingHalfIsCounted) {
    Json interrupted = report({row("add/smallest", "pass", 1)});
    interrupted["interrupted"] = true;
    EXPECT_THROW(counted(interrupted, kEqual), std::runtime_error);
    Json other = report({row("add/smallest", "pass", 1)});
    other["not_comparable"] = "the candidate runs on stub";
    EXPECT_THROW(counted(other, kEqual), std::runtime_error);
    EXPECT_THROW(counted(report({row("sub", "pass", 1)}), kSlow), std::runtime_error) << "add was not compared";
    Json crashed = report({row("add/smallest", "crash", 1)});
    crashed["rows"][0].erase("ratio");
    EXPECT_THROW(counted(crashed, kEqual), std::runtime_error);
    EXPECT_THROW(counted(Json::object(), kEqual), std::runtime_error);
}

TEST(Certificate, LinesAreReadAsTheyWereWritten) {
    Counted count = counted(report({row("add/smallest", "regressed", 1.03, 2e-6, true), row("sub", "pass", 1)}), kSlow);
    count.seconds = 78.2;
    count.elsewhere = 0.25;
    const nlohmann::ordered_json line = to_json(count);
    EXPECT_EQ(to_json(from_json(Json::parse(line.dump()))), line);
    EXPECT_THROW(from_json({{"format", "certificate 3"}}), std::runtime_error);
    EXPECT_THROW(from_json(Json::array()), std::runtime_error);
}

// Lines of series that were made when a comparison had one slowdown are kept.
TEST(Certificate, OldLinesAreRead) {
    Json line =
        Json::parse(to_json(counted(report({row("add/smallest", "regressed", 1.03, 2e-6, true)}), kSlow)).dump());
    line["format"] = "certificate 1";
    line["kind"] = "constant";
    line["percent"] = 3;
    line["slowed"][0].erase("kind");
    line["slowed"][0].erase("percent");
    const Counted count = from_json(line);
    ASSERT_EQ(count.slowed.size(), 1u);
    EXPECT_EQ(count.slowed[0].planted.kind, "constant");
    EXPECT_EQ(count.slowed[0].planted.percent, 3);
}

TEST(Certificate, EachSlowdownOfAComparisonIsCountedForItself) {
    const Setting setting{
        "now",
        "alone",
        "planted",
        {{"add/smallest", "constant", 3}, {"exp/smallest", "cache", 5}, {"exp/realistic", "cache", 5}}};
    const Json compared = report({row("add/smallest", "pass", 1.02), row("exp/smallest", "regressed", 1.05, 2e-6, true),
                                  row("exp/realistic", "pass", 1.0), row("sub/smallest", "pass", 1)});
    const Json wrong = misjudged(compared, setting);
    ASSERT_EQ(wrong.size(), 1u) << "a pass is wrong from 5 %";
    EXPECT_EQ(wrong[0]["row"]["name"], "exp/realistic");
    EXPECT_EQ(wrong[0]["kind"], "cache");
    const std::string text = tables({counted(compared, setting)}, "now");
    EXPECT_TRUE(has(text, "| constant 3 %, alone | smallest | 1.020 | 0 of 1 ")) << text;
    EXPECT_TRUE(has(text, "| cache 5 %, alone | smallest | 1.050 | 1 of 1 ")) << text;
    EXPECT_TRUE(has(text, "| cache 5 %, alone | realistic | 1.000 | 0 of 1 ")) << text;
}

TEST(Certificate, TablesOfWhatTodaysProcedureDid) {
    std::vector<Counted> lines;
    for (int i = 0; i < 100; ++i)
        lines.push_back(counted(report({row("add/smallest", "pass", 1, 1, i == 0), row("sub", "pass", 1)}), kEqual));
    for (int i = 0; i < 50; ++i)
        lines.push_back(
            counted(report({row("add/smallest", i < 49 ? "regressed" : "inconclusive", 1.03, 1e-6, true)}), kSlow));
    Setting old = kEqual;
    old.procedure = "before";
    lines.push_back(counted(report({row("add/smallest", "regressed", 1.1)}), old));
    const std::string text = tables(lines, "now");
    EXPECT_TRUE(has(text, "On this machine:")) << text;
    EXPECT_TRUE(has(text, "| alone | itself | 0 of 100 (0.0 to 3.0 %) | 0 | 0 of 200 |")) << text;
    EXPECT_TRUE(has(text, "| constant 3 %, alone | smallest | 1.030 | 49 of 50 (90.9 to 99.9 %) | 1 | 0 | 0 |"))
        << text;
    EXPECT_TRUE(has(text, "1 comparisons by earlier forms of the procedure are kept, and are not counted here"))
        << text;
    EXPECT_TRUE(has(tables(lines, "new"), "Nothing was measured with today's procedure yet")) << tables(lines, "new");
}

TEST(Certificate, FoundIsWhatAComparisonOfAllCallsWouldFind) {
    // p 0.001 is enough among two judged calls (0.01 / 4), and not among twenty (0.01 / 40).
    std::vector<Counted> lines{counted(report({row("add/smallest", "regressed", 1.03, 1e-3, true)}), kSlow)};
    std::vector<Json> rows;
    for (int i = 0; i < 20; ++i) rows.push_back(row("call" + std::to_string(i), "pass", 1, 1, i < 2));
    lines.push_back(counted(report(rows), kEqual));
    EXPECT_TRUE(has(tables(lines, "now"), "| smallest | 1.030 | 1 of 1 ")) << tables(lines, "now");
    for (Json& one : rows) one = row(one["name"], "pass", 1, 1, true);
    lines.push_back(counted(report(rows), kEqual));
    EXPECT_TRUE(has(tables(lines, "now"), "| smallest | 1.030 | 0 of 1 ")) << tables(lines, "now");
}

}  // namespace
}  // namespace simple::compare
