#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "impl/abi/temporary_folder.h"
#include "reports/page/filled.h"
#include "reports/page/made_runs.h"
#include "reports/page/run_data.h"
#include "reports/reports.h"

namespace simple::page {
namespace {

using Json = nlohmann::ordered_json;

Json data_in(const std::string& html) {
    const std::string begin = "id=\"data\">";
    const size_t at = html.find(begin) + begin.size();
    return Json::parse(html.substr(at, html.find("</script>", at) - at));
}

TEST(RunPage, HoldsEveryCaseAsItEnded) {
    const gate::Verdict verdict = failing_run();
    const Json data = data_in(reports::to_html(verdict));
    const Json& columns = data["cases"]["columns"];
    const Json& tables = data["cases"]["tables"];
    ASSERT_EQ(columns["id"].size(), verdict.cases.size());
    for (size_t i = 0; i < verdict.cases.size(); ++i) {
        const gate::CaseResult& c = verdict.cases[i];
        const auto at = [&](const char* name) { return tables[name][columns[name][i].get<size_t>()]; };
        ASSERT_EQ(columns["id"][i], c.id);
        ASSERT_EQ(at("status"), to_string(c.status)) << c.id;
        ASSERT_EQ(at("message"), c.message) << c.id;
        ASSERT_EQ(at("function"), c.function) << c.id;
        std::string id = c.id, repro = at("repro")[0];
        std::replace(id.begin(), id.end(), ',', '?');
        if (at("repro").size() == 2) repro += id + at("repro")[1].get<std::string>();
        ASSERT_EQ(repro, c.repro) << c.id;
    }
}

TEST(RunPage, SaysWithWhatTheCandidateComputed) {
    const Json data = data_in(reports::to_html(passing_run()));
    EXPECT_EQ(data["run"]["arithmetic"],
              Json::array({"CPU capability AVX2, threads 1, BLAS /usr/lib/libblas.so.3 (core type Zen, threads 1)"}));
}

TEST(RunPage, SaysWhereTheFunctionsAreIfNotInTheCandidate) {
    gate::Verdict verdict = passing_run();
    EXPECT_EQ(run_data(verdict)["run"]["functions_files"], Json::array()) << "said already";
    EXPECT_EQ(run_data(verdict)["run"]["functions_sha256"], "");
    verdict.run.functions_files = {"/opt/loaded.so"};
    verdict.run.functions_sha256 = std::string(64, 'b');
    EXPECT_EQ(run_data(verdict)["run"]["functions_files"], Json::array({"/opt/loaded.so"}));
    EXPECT_EQ(run_data(verdict)["run"]["functions_sha256"], std::string(64, 'b'));
}

TEST(RunPage, NothingOfACandidateIsMarkupOrMovesACursor) {
    const std::string page = reports::to_html(hostile_run());
    const std::string data = data_in(page).dump();
    EXPECT_EQ(page.find("<img"), std::string::npos);
    EXPECT_EQ(page.find("<b>"), std::string::npos);
    for (const char c : page) ASSERT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << int{c};
    EXPECT_NE(data.find("<U+001B>[2J"), std::string::npos) << "an escape is its number";
    EXPECT_NE(data.find("<U+202E>"), std::string::npos) << "what turns text around is its number";
    EXPECT_EQ(data.find("\\u001b"), std::string::npos);
}

TEST(Filled, DoesNotSearchWhatItPutsIn) {
    EXPECT_EQ(filled("a @X@ b @Y@ c", {{"@X@", "@Y@"}, {"@Y@", "2"}}), "a @Y@ b 2 c");
    EXPECT_THROW(filled("a", {{"@X@", ""}}), std::logic_error);
}

// The least of several times: what else runs only adds to one.
template <typename Work>
double least_seconds(Work work) {
    double least = 1e9;
    for (int i = 0; i < 5; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work();
        least = std::min(least, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return least;
}

// Measured: 2.4 of a failing run. Something that grows with the square of the cases would be hundreds.
TEST(Reports, OfAWholeRunCostAFewTimesTheVerdictAlone) {
    const gate::Verdict verdict = failing_run();
    ASSERT_EQ(verdict.cases.size(), kCasesOfAWholeRun);
    const TemporaryFolder folder("reports-of-a-whole-run");
    const double alone = least_seconds([&] { return reports::to_json(verdict).size(); });
    const double all = least_seconds([&] { reports::write_all(verdict, folder.path()); });
    RecordProperty("seconds", std::to_string(all));
    std::printf("all reports of %zu cases: %.3f s, verdict.json alone %.3f s\n", verdict.cases.size(), all, alone);
    EXPECT_LT(all / alone, 15);
}

}  // namespace
}  // namespace simple::page
