// Comparisons that were misjudged once, by this project or by what is usual, judged again: misjudged.jsonl has a line
// for each, {"truth": "equal" | "slower", "misjudged_by", "why", "row"}, the row as bench_compare's report has it.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "bench/compare/decide.h"
#include "bench/compare/u_test.h"

namespace simple::compare {
namespace {

using Json = nlohmann::json;

Samples samples_of(const Json& json) {
    Samples samples;
    samples.ratio = json.at("ratio").get<std::vector<double>>();
    samples.null = json.at("null").get<std::vector<double>>();
    samples.noise = json.at("noise").get<std::vector<double>>();
    samples.baseline_ns = json.at("baseline_ns").get<std::vector<double>>();
    samples.candidate_ns = json.at("candidate_ns").get<std::vector<double>>();
    if (json.contains("relink")) samples.relink = json["relink"].get<std::vector<double>>();
    return samples;
}

std::vector<Json> corpus() {
    std::vector<Json> lines;
    std::ifstream in(MISJUDGED);
    for (std::string line; std::getline(in, line);) lines.push_back(Json::parse(line));
    return lines;
}

TEST(Misjudged, EachIsJudgedRightNow) {
    const std::vector<Json> lines = corpus();
    ASSERT_FALSE(lines.empty());
    for (const Json& line : lines) {
        const Json& found = line.at("row");
        Row row;
        row.name = found.at("name");
        row.screened = samples_of(found.at("screened"));
        if (found.contains("confirmed")) row.confirmed = samples_of(found["confirmed"]);
        std::vector<Row> rows{row};
        decide(rows);
        const std::string told = name_of(rows[0].decision) + (": " + rows[0].message);
        if (line.at("truth") == "equal")
            EXPECT_TRUE(rows[0].decision != Decision::regressed && rows[0].decision != Decision::improved)
                << row.name << " is " << told << "; " << line.at("why");
        else
            EXPECT_TRUE(rows[0].decision != Decision::pass && rows[0].decision != Decision::improved)
                << row.name << " is " << told << "; " << line.at("why");
    }
}

// What stands there as an error of judging by what was screened is one.
TEST(Misjudged, TheFirstProcessesAloneWouldSayTwoPercent) {
    size_t errors = 0;
    for (const Json& line : corpus()) {
        if (line.at("misjudged_by") != "the processes it was picked by") continue;
        const Samples screened = samples_of(line.at("row").at("screened"));
        EXPECT_GT(std::abs(statistics::median(screened.ratio) - 1), 0.02) << line.at("row").at("name");
        EXPECT_TRUE(is_suspect(screened));
        ++errors;
    }
    EXPECT_GT(errors, 0u);
}

// What stands there as an error of compare.py's is one.
TEST(Misjudged, TheUTestAlarmsWhereItIsSaidTo) {
    size_t alarms = 0;
    for (const Json& line : corpus()) {
        if (line.at("misjudged_by") != "U test") continue;
        const Json& row = line.at("row");
        const Samples judging = samples_of(row.contains("confirmed") ? row["confirmed"] : row.at("screened"));
        EXPECT_EQ(line.at("truth"), "equal");
        EXPECT_LT(u_test(judging.baseline_ns, judging.candidate_ns), kUTestAlpha) << row.at("name");
        ++alarms;
    }
    EXPECT_GT(alarms, 0u);
}

}  // namespace
}  // namespace simple::compare
