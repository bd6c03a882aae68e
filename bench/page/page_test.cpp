#include "bench/page/page.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "bench/history/test_report.h"
#include "bench/page/cells.h"
#include "bench/page/instructions.h"
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

std::string written(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file) << text;
    return file;
}

TEST(Instructions, AreTakenByObject) {
    const history::TemporaryFolder temporary;
    const auto found = instructions_of(written(temporary.path() / "counts.json", R"({
        "candidate": "/some/new.so", "baseline": "/some/old.so",
        "objects": [{"call": "add/smallest", "candidate": {"the library": 101, "LibTorch": 800.5},
                     "baseline": {"the library": 100, "LibTorch": 780}},
                    {"call": "sub/smallest", "candidate": {"the library": 7}, "baseline": null}]})"));
    EXPECT_EQ(found["candidate"], "new.so");
    EXPECT_EQ(found["baseline"], "old.so");
    EXPECT_EQ(found["calls"][0].dump(),
              R"(["add/smallest",{"LibTorch":800.5,"the library":101.0},{"LibTorch":780.0,"the library":100.0}])");
    EXPECT_EQ(found["calls"][1].dump(), R"(["sub/smallest",{"the library":7.0},null])");
}

TEST(Instructions, OtherFilesAreRefusedByName) {
    const history::TemporaryFolder temporary;
    for (const char* text : {"", "{", "[]", "{}", R"({"objects": [1], "candidate": "", "baseline": ""})",
                             R"({"objects": [{"call": "a", "candidate": {"x": "y"}, "baseline": null}]})"}) {
        const std::string file = written(temporary.path() / "counts.json", text);
        try {
            instructions_of(file);
            FAIL() << text;
        } catch (const std::runtime_error& error) {
            EXPECT_NE(std::string(error.what()).find("counts.json is no report of ci/perf"), std::string::npos)
                << error.what();
        }
    }
    EXPECT_THROW(instructions_of("/nowhere.json"), std::runtime_error);
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
