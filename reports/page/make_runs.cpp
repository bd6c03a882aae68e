// make_runs FOLDER: writes the reports of made-up runs into FOLDER/pass, fail, inconclusive, hostile, running,
// mixed, and compares two of them in FOLDER/compare.html. reports/page/test shows them to a browser,
// reports/junit_readers/test to readers of JUnit.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "reports/capabilities.h"
#include "reports/changes.h"
#include "reports/page/made_runs.h"
#include "reports/reports.h"

namespace {

using namespace simple;

void make(const std::string& folder) {
    const std::pair<const char*, gate::Verdict> runs[] = {
        {"pass", page::passing_run()},    {"fail", page::failing_run()},    {"inconclusive", page::inconclusive_run()},
        {"hostile", page::hostile_run()}, {"running", page::running_run()}, {"mixed", page::mixed_run()}};
    for (const auto& [name, verdict] : runs) {
        std::filesystem::create_directories(folder + "/" + name);
        const auto start = std::chrono::steady_clock::now();
        reports::write_all(verdict, folder + "/" + name);
        reports::write_whole(reports::to_capabilities_json(verdict), folder + "/" + name + "/capabilities.json");
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        fmt::print("{}: all reports of {} cases in {:.2f} s, page of {} bytes\n", name, verdict.cases.size(), seconds,
                   std::filesystem::file_size(folder + "/" + name + "/index.html"));
    }
    const gate::Changes changes =
        gate::changes(runs[2].second, "inconclusive/verdict.json", runs[1].second, "fail/verdict.json");
    std::ofstream(folder + "/compare.html") << reports::to_html(changes);
    std::ofstream(folder + "/same.html") << reports::to_html(
        gate::changes(runs[0].second, "pass/verdict.json", runs[0].second, "pass/verdict.json"));
    const gate::Changes hostile =
        gate::changes(runs[0].second, "pass/verdict.json", runs[3].second, "hostile/verdict.json");
    std::ofstream(folder + "/compare_hostile.html") << reports::to_html(hostile);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        fmt::print(stderr, "usage: make_runs FOLDER\n");
        return 64;
    }
    try {
        make(argv[1]);
        return 0;
    } catch (const std::exception& e) {
        fmt::print(stderr, "make_runs: {}\n", e.what());
        return 2;
    }
}
