#include "bench/page/page.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "bench/history/test_report.h"
#include "bench/page/cells.h"
#include "bench/page/page_data.h"

namespace simple::page {
namespace {

using history::run_of;
using history::Store;

TEST(Cells, RatiosInSteps) {
    EXPECT_EQ(packed_ratio(1), 0);
    EXPECT_EQ(packed_ratio(1.01), 100);  // 99.5 steps
    EXPECT_EQ(packed_ratio(0.5), -6931);
    EXPECT_EQ(packed_ratio(1e9), INT16_MAX);
    EXPECT_EQ(packed_ratio(1e-9), -INT16_MAX);
    EXPECT_EQ(packed_ratio(0), kNoRatio);
}

TEST(Cells, RunLengths) {
    RunLengths codes;
    for (int i = 0; i < 300; ++i) codes.push(1);
    codes.push(4);
    EXPECT_EQ(codes.bytes(), std::string("\x01\xac\x02\x04\x01"));
    EXPECT_EQ(RunLengths().bytes(), "");
}

TEST(Cells, Base64OfTheRfc) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(PageData, HasEverySeriesAndCell) {
    const history::TemporaryFolder temporary;
    Store store(temporary.path(), Store::Mode::write);
    history::Run other = run_of(2, "2026-01-01T00:00:00Z");
    other.machine = "another";
    store.add_all({run_of(1.1), run_of(1.2, "2026-11-30T00:00:00Z"), other});
    const PageData data = page_data(store);
    ASSERT_EQ(data.json["series"].size(), 2u);
    const auto& series = data.json["series"][0];
    EXPECT_EQ(series["machine"], "this machine");
    EXPECT_EQ(series["runs"]["at"], nlohmann::ordered_json({"2026-11-29T10:00", "2026-11-30T00:00"}));
    EXPECT_EQ(data.json["calls"][0][0], "add/smallest");
    const std::string ratios = data.cells.substr(series["ratios"][0], series["ratios"][1]);
    std::string wanted;
    for (const double ratio : {1.1, 1.2, 0.0, 0.0}) append(wanted, packed_ratio(ratio));
    EXPECT_EQ(ratios, wanted);
    EXPECT_EQ(data.cells.substr(series["decisions"][0], series["decisions"][1]), "\x01\x02\x06\x02");
    EXPECT_EQ(series["intervals"][1], 16);
    EXPECT_NEAR(series["runs"]["null"][0][1].get<double>(), 1.001, 1e-9);
    EXPECT_NEAR(series["runs"]["detectable"][0][0].get<double>(), 0.02, 1e-9);
    // Of the one call that was measured: its interval reaches 1 % below its ratio, and the margin is 1 %.
    EXPECT_EQ(series["power"][1], nlohmann::ordered_json({0.03, 1.0}));
    EXPECT_EQ(series["power"][2], nlohmann::ordered_json({0.05, 1.0}));
}

TEST(Page, IsOneFileThatNoSubjectBreaksOutOf) {
    const history::TemporaryFolder temporary;
    Store store(temporary.path(), Store::Mode::write);
    history::Run run = run_of(1.1);
    run.subject = "</script><b>bold</b>";
    store.add(run);
    const auto file = write(store, temporary.path() / "site");
    std::ostringstream html;
    html << std::ifstream(file).rdbuf();
    EXPECT_EQ(html.str().find("<b>bold"), std::string::npos);
    EXPECT_NE(html.str().find("\\u003c/script>\\u003cb>bold"), std::string::npos);
    EXPECT_EQ(html.str().find("@DATA@"), std::string::npos);
    EXPECT_EQ(html.str().find("@CELLS@"), std::string::npos);
}

}  // namespace
}  // namespace simple::page
