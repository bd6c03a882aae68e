#include "bench/history/run.h"

#include <gtest/gtest.h>

#include "bench/history/test_report.h"

namespace simple::history {
namespace {

std::string refusal(const std::string& line) {
    try {
        from_line(line);
        return "taken";
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

TEST(Run, ALineIsTheRun) {
    const auto run = run_of(1.0 / 3);
    const auto again = from_line(to_line(run));
    EXPECT_EQ(again.report, run.report);
    EXPECT_EQ(to_line(again), to_line(run));
    EXPECT_EQ(id_of(again), id_of(run));
}

TEST(Run, TheIdIsOfWhatWasFoundAndWhereButNotWhen) {
    const auto run = run_of(1.02);
    EXPECT_EQ(id_of(run).size(), 36u);
    EXPECT_EQ(id_of(run)[14], '5') << "a name-based UUID of SHA-1";
    auto other = run;
    other.at = "2027-01-01T00:00:00Z";
    other.subject = "";
    EXPECT_EQ(id_of(other), id_of(run));
    for (std::string history::Run::*what : {&Run::commit, &Run::baseline, &Run::machine}) {
        other = run;
        other.*what += "x";
        EXPECT_NE(id_of(other), id_of(run));
    }
    EXPECT_NE(id_of(run_of(1.03)), id_of(run));
}

TEST(Run, TornAndForeignLinesAreRefusedWithTheReason) {
    const std::string line = to_line(run_of(1.02));
    for (size_t length = 0; length < line.size(); length += 7)
        EXPECT_EQ(refusal(line.substr(0, length)), "it is no JSON, or torn") << length;
    std::string changed = line;
    changed.replace(changed.find("add: faster"), 3, "sub");
    EXPECT_EQ(refusal(changed), "taken") << "the subject may be mended";
    changed = line;
    changed.replace(changed.find("1.02"), 4, "1.01");
    EXPECT_EQ(refusal(changed), "it was changed: its id is that of another run");
    EXPECT_NE(refusal("[1]").find("no run of a history"), std::string::npos);
    EXPECT_NE(refusal("{\"format\": 1}").find("no whole run"), std::string::npos);
}

TEST(Run, CallsAreWhatTheJudgingSamplesSay) {
    nlohmann::json report = report_of(1.02);
    auto calls = calls_of(report);
    ASSERT_EQ(calls.size(), 2u);
    EXPECT_EQ(calls[0].name, "add/smallest");
    ASSERT_TRUE(calls[0].measured);
    EXPECT_DOUBLE_EQ(calls[0].measured->ratio, 1.02);
    EXPECT_DOUBLE_EQ(calls[0].measured->null, 1.001);
    EXPECT_EQ(calls[0].measured->processes, 2);
    EXPECT_EQ(calls[1].decision, "not measured");
    EXPECT_FALSE(calls[1].measured);
    report["rows"][0]["confirmed"] = report["rows"][0]["screened"];
    report["rows"][0]["confirmed"]["null"] = {0.9, 0.9};
    calls = calls_of(report);
    EXPECT_DOUBLE_EQ(calls[0].measured->null, 0.9) << "fresh samples judge";
}

TEST(Run, AReportOfAnotherKindIsNamed) {
    try {
        calls_of({{"format", "direct 1.0"}});
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("direct 1.0"), std::string::npos) << error.what();
    }
}

TEST(Time, IsUtc) {
    EXPECT_EQ(utc_time("2026-11-29"), "2026-11-29T00:00:00Z");
    EXPECT_EQ(utc_time("2026-11-29T10:11:12Z"), "2026-11-29T10:11:12Z");
    EXPECT_EQ(utc_time("2026-11-29T01:30:00+02:00"), "2026-11-28T23:30:00Z");
    EXPECT_EQ(utc_time("2026-12-31T23:30:00-01:00"), "2027-01-01T00:30:00Z");
    for (const char* text : {"", "today", "2026-11", "2026-11-29T10:00", "2026-11-29T10:00:00", "2026-11-29 10:00:00Z",
                             "2026-13-01", "2026-02-30", "2026-11-29T10:00:00Zulu", "2026-11-29T10:00:00+2"})
        EXPECT_THROW(utc_time(text), std::runtime_error) << text;
}

}  // namespace
}  // namespace simple::history
