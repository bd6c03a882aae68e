#include "bench/compare/decide.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "bench/compare/compare.h"
#include "bench/compare/machine.h"

namespace simple::compare {
namespace {

std::vector<double> spread(double middle, size_t count, double width = 0.004) {
    std::vector<double> samples;
    for (size_t i = 0; i < count; ++i)
        samples.push_back(middle + width * (static_cast<double>(i) / static_cast<double>(count - 1) - 0.5));
    return samples;
}

Row row_of(double screened, double confirmed = 0, double null = 1) {
    Row row;
    row.name = "add/smallest";
    row.screened.ratio = spread(screened, 6);
    row.screened.null = spread(1, 6);
    if (confirmed > 0) {
        row.confirmed.ratio = spread(confirmed, 20);
        row.confirmed.null = spread(null, 20);
    }
    return row;
}

Decision decided(Row row) {
    std::vector<Row> rows{std::move(row)};
    decide(rows);
    return rows[0].decision;
}

TEST(SignTest, IsTheBinomialTail) {
    EXPECT_DOUBLE_EQ(sign_test(0, 20), 1);
    EXPECT_DOUBLE_EQ(sign_test(1, 1), 0.5);
    EXPECT_NEAR(sign_test(20, 20), 1 / 1048576., 1e-12);
    EXPECT_NEAR(sign_test(18, 20), 211 / 1048576., 1e-12);
}

TEST(Decide, EachWay) {
    EXPECT_EQ(decided(row_of(1.000)), Decision::pass);
    EXPECT_EQ(decided(row_of(1.030, 1.030)), Decision::regressed);
    EXPECT_EQ(decided(row_of(0.900, 0.900)), Decision::improved);
    EXPECT_EQ(decided(row_of(1.030, 1.000)), Decision::pass) << "only fresh samples judge";
    EXPECT_EQ(decided(row_of(1.030, 1.010)), Decision::pass) << "at the margin, and far from the resolution";
}

TEST(Decide, ScreeningAloneNeverAlarms) {
    EXPECT_EQ(decided(row_of(1.200)), Decision::inconclusive);
    EXPECT_TRUE(is_suspect(row_of(1.200).screened));
    EXPECT_TRUE(is_suspect(row_of(0.950).screened));
    EXPECT_FALSE(is_suspect(row_of(1.001).screened));
}

TEST(Decide, WideSamplesAreInconclusive) {
    Row row = row_of(1.05, 1.0);
    row.confirmed.ratio = spread(1.0, 20, 0.4);
    EXPECT_EQ(decided(row), Decision::inconclusive);
}

TEST(Decide, ANullThatFiresMakesTheRunInvalid) {
    std::vector<Row> rows{row_of(1.0), row_of(1.03, 1.03), row_of(1.03, 1.03, 1.05)};
    rows[2].name = "sub/smallest";
    EXPECT_EQ(decide(rows).copies, std::vector<std::string>{"sub/smallest"});
    EXPECT_EQ(rows[0].decision, Decision::pass) << "judged by samples whose null is not off";
    EXPECT_EQ(rows[1].decision, Decision::invalid);
    EXPECT_EQ(rows[2].decision, Decision::invalid);
}

TEST(Decide, LayoutsThatDifferOneWayMakeTheRunInvalid) {
    std::vector<Row> rows{row_of(1.0), row_of(1.03, 1.03), row_of(1.03, 1.03)};
    rows[1].confirmed.relink = spread(1.0, 20);
    rows[2].confirmed.relink = spread(1.04, 20);
    rows[2].name = "sub/smallest";
    Report report;
    report.rows = rows;
    report.off = decide(report.rows);
    EXPECT_EQ(report.off.relinks, std::vector<std::string>{"sub/smallest"});
    EXPECT_EQ(report.off.copies, std::vector<std::string>{});
    EXPECT_EQ(report.rows[0].decision, Decision::pass);
    EXPECT_EQ(report.rows[1].decision, Decision::invalid);
    EXPECT_EQ(report.rows[2].decision, Decision::invalid);
    EXPECT_NE(report.rows[1].message.find("one way in sub/smallest, by 1.040 times"), std::string::npos)
        << report.rows[1].message;
    EXPECT_EQ(exit_code(report), 2);
    EXPECT_EQ(to_json(report)["nulls_off"], nlohmann::ordered_json({"sub/smallest"}));
    EXPECT_EQ(to_json(report)["relinks_off"], nlohmann::ordered_json({"sub/smallest"}));
    EXPECT_EQ(to_json(report)["rows"][2]["confirmed"]["relink"].size(), 20u);
}

// A call that is 4 % slower in one of four layouts, and in which nothing changed: baseline, candidate and relink draw.
TEST(Decide, WhereCodeLiesIsNoChange) {
    std::mt19937 random(3);
    std::uniform_int_distribution<int> layout(0, 3);
    const auto draw = [&] { return layout(random) == 0 ? 1.04 : 1.0; };
    std::vector<Row> rows;
    for (int i = 0; i < 200; ++i) {
        Row row = row_of(1.0, 1.0);
        row.name = std::to_string(i);
        for (double& ratio : row.confirmed.ratio) {
            const double baseline = draw();
            ratio = draw() / baseline;
            row.confirmed.relink.push_back(draw() / baseline);
        }
        rows.push_back(std::move(row));
    }
    EXPECT_FALSE(decide(rows).any());
    for (const Row& row : rows) EXPECT_TRUE(row.decision == Decision::pass || row.decision == Decision::inconclusive);
}

TEST(ComparabilityKey, HasTheCompilerAndNothingMeasured) {
    nlohmann::ordered_json here = machine();
    const std::string without = comparability_key(here);
    EXPECT_NE(without.find("; libc.so.6 "), std::string::npos) << without;
    EXPECT_EQ(without, comparability_key(machine()));
    here["compiler"] = "gcc 12.2.0";
    EXPECT_EQ(comparability_key(here), without + "; gcc 12.2.0");
}

// 50 calls, each of whose processes lies beyond the margin with probability one half: the hypothesis at its edge.
TEST(Decide, TheFamilyErrorHolds) {
    std::mt19937 random(7);
    std::normal_distribution<double> process(1 + kMargin, 0.01);
    int runs_with_an_alarm = 0;
    constexpr int kRuns = 400;
    for (int run = 0; run < kRuns; ++run) {
        std::vector<Row> rows;
        for (int i = 0; i < 50; ++i) {
            Row row = row_of(1.0, 1.0);
            for (double& ratio : row.confirmed.ratio) ratio = process(random);
            rows.push_back(std::move(row));
        }
        decide(rows);
        runs_with_an_alarm +=
            std::any_of(rows.begin(), rows.end(), [](const Row& row) { return row.decision == Decision::regressed; });
    }
    // Binomial of 400 and at most 0.01: 13 or more have a probability of 2e-4.
    EXPECT_LT(runs_with_an_alarm, 13);
}

}  // namespace
}  // namespace simple::compare
