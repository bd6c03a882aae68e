// bench_compare: two builds of the library, block against block.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "bench/compare/compare.h"
#include "bench/compare/cores.h"
#include "bench/compare/layouts.h"
#include "bench/compare/sampler.h"
#include "bench/compare/turns.h"
#include "bench/instructions/made_with.h"
#include "ci/host/run_program.h"

namespace {

using namespace simple;
using namespace simple::compare;
namespace fs = std::filesystem;

volatile std::sig_atomic_t g_interrupted = 0;

class ProgressLine {
  public:
    ProgressLine() : shown_(isatty(STDERR_FILENO)), start_(Clock::now()) {}
    void operator()(const std::string& what, double done) const {
        if (!shown_) return;
        const double spent = std::chrono::duration<double>(Clock::now() - start_).count();
        const std::string left = done > 0.05 ? fmt::format(", {:.0f} s left", spent / done - spent) : "";
        fmt::print(stderr, "\r\033[K{}: {:.0f} %{}", what, 100 * done, left);
        std::fflush(stderr);
    }
    void end() const {
        if (shown_) fmt::print(stderr, "\r\033[K");
    }

  private:
    using Clock = std::chrono::steady_clock;
    bool shown_;
    Clock::time_point start_;
};

void print_row(const Row& row) {
    if (row.judging().ratio.empty()) {
        fmt::print("{:<34}{:<14}{}\n", row.name, name_of(row.decision), row.message);
        return;
    }
    fmt::print("{:<34}{:<14}{:>12.1f}{:>12.1f}{:>8.3f}{:>17}{:>6}\n", row.name, name_of(row.decision),
               statistics::median(row.judging().baseline_ns), statistics::median(row.judging().candidate_ns), row.ratio,
               fmt::format("{:.3f} to {:.3f}", row.interval.low, row.interval.high), row.judging().ratio.size());
}

// What passed is told by its number, unless all is asked for.
void print_table(const Report& report, bool all) {
    std::vector<const Row*> rows;
    for (const Row& row : report.rows)
        if (all || row.decision != Decision::pass) rows.push_back(&row);
    std::stable_sort(rows.begin(), rows.end(), [](const Row* a, const Row* b) { return a->ratio > b->ratio; });
    if (!rows.empty())
        fmt::print("{:<34}{:<14}{:>12}{:>12}{:>8}{:>17}{:>6}\n", "call", "", "baseline ns", "now ns", "ratio",
                   "interval", "n");
    for (const Row* row : rows) print_row(*row);
    std::vector<double> ratios, nulls;
    size_t passed = 0;
    for (const Row& row : report.rows) {
        passed += row.decision == Decision::pass;
        if (row.judging().ratio.empty()) continue;
        ratios.push_back(row.ratio);
        nulls.push_back(statistics::median(row.judging().null));
    }
    if (ratios.empty()) return;
    fmt::print(
        "{} of {} calls pass; median of all {:.3f}, of the baseline against its copy {:.3f} ({:.3f} to {:.3f})\n",
        passed, report.rows.size(), statistics::median(ratios), statistics::median(nulls),
        *std::min_element(nulls.begin(), nulls.end()), *std::max_element(nulls.begin(), nulls.end()));
    if (!report.baseline_version.empty())
        fmt::print("in turns: the baseline's process runs on {}, the candidate's on {}\n", report.baseline_version,
                   report.version);
    if (report.interrupted) fmt::print("interrupted: what was measured until then is judged\n");
    if (!report.off.copies.empty())
        fmt::print("invalid: the baseline differs from its own copy in {} calls, {} first\n", report.off.copies.size(),
                   report.off.copies.front());
    if (!report.off.relinks.empty())
        fmt::print("invalid: layouts of the baseline differ from each other one way in {} calls, {} first\n",
                   report.off.relinks.size(), report.off.relinks.front());
}

// What compiled the candidate, and the baseline where that was another: a part of what makes runs comparable.
std::string compilers(const std::string& baseline, const std::string& candidate) {
    const auto of = [](const std::string& library) -> std::string {
        try {
            return bench::made_with(library, "").compiler;
        } catch (const std::runtime_error&) {
            return "unknown compiler";
        }
    };
    const std::string before = of(baseline), now = of(candidate);
    return before == now ? now : now + " beside " + before;
}

}  // namespace

int main(int argc, char** argv) try {
    CLI::App app("Compares two builds of the library, call by call, in several processes.");
    std::string baseline, candidate, copy, relink, file, sample_file;
    bool all = false, in_turns = false, alone = false;
    Comparing comparing;
    comparing.at_once = kMostAtOnce;
    app.option_defaults()->disable_flag_override();
    app.add_option("--baseline", baseline, "the library that was")->required();
    app.add_option("--candidate", candidate, "the library that is")->required();
    app.add_option("--copy", copy, "what stands for the baseline once more [a copy of it]");
    app.add_option("--json", file, "where samples and decisions go");
    app.add_option("--filter", comparing.filters, "only calls whose name matches (* and ?)")->delimiter(',');
    app.add_option("--screen", comparing.screen, "processes that every call is measured in [6]")
        ->check(CLI::Range(4, 1000));
    app.add_option("--confirm", comparing.confirm, "fresh processes for calls that look changed [20]")
        ->check(CLI::Range(12, 1000));
    app.add_flag("--all", all, "print the calls that pass, too");
    app.add_flag(
        "--in-turns", in_turns,
        "each side in processes of its own, block by block in turn [where the two run on different LibTorchs]");
    app.add_option("--at-once", comparing.at_once, "processes that sample, each on cores of its own [2, or 1]")
        ->check(CLI::Range(size_t{1}, kMostAtOnce));
    app.add_flag("--alone", alone, "without the relinks beside the two, NAME_padded_1.so and on beside NAME.so");
    std::vector<std::string> except;
    app.add_option("--except", except)->delimiter(',')->group("");
    app.add_option("--relink", relink)->group("");
    std::vector<int> cpus;
    app.add_option("--cpus", cpus)->delimiter(',')->group("");
    app.add_option("--sample", sample_file, "sample in this process alone, into a file")->group("");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 64;
    }
    if (!sample_file.empty()) {
        stay_on(cpus);
        const auto sample = in_turns ? bench::sample_in_turns : bench::sample_calls;
        bench::SamplePaths paths{baseline, copy, candidate};
        if (!relink.empty()) paths.push_back(relink);
        sample(paths, {comparing.filters, except}, sample_file);
        return 0;
    }
    for (const std::string& library : {baseline, candidate})
        if (!fs::is_regular_file(library)) {
            fmt::print(stderr, "bench_compare: {} is no file\n", library);
            return 64;
        }
    const bool turns = in_turns || bench::need_turns(baseline, candidate);
    Layouts layouts(baseline, candidate, copy, alone);
    // In turns a sample is processes that wait for each other: one sample at a time, wherever they run.
    const std::vector<std::vector<int>> cores = sets_of_cores(turns ? 1 : comparing.at_once);
    comparing.at_once = cores.size();
    comparing.command = [&](size_t place) {
        std::vector<std::string> command{bin_folder() + "/bench_compare"};
        const Layouts::Drawn drawn = layouts.draw();
        command.insert(command.end(),
                       {"--baseline", drawn.baseline, "--copy", drawn.copy, "--candidate", drawn.candidate});
        if (!drawn.relink.empty()) command.insert(command.end(), {"--relink", drawn.relink});
        if (turns) command.emplace_back("--in-turns");
        if (cores.size() > 1)
            command.insert(command.end(), {"--cpus", fmt::format("{}", fmt::join(cores[place], ","))});
        return command;
    };
    std::signal(SIGINT, [](int) { g_interrupted = 1; });
    std::signal(SIGTERM, [](int) { g_interrupted = 1; });
    comparing.interrupted = [] { return g_interrupted != 0; };
    const ProgressLine progress;
    comparing.progress = progress;
    Report report = compare::compare(comparing);
    if (report.machine.is_object()) report.machine["compiler"] = compilers(baseline, candidate);
    progress.end();
    if (!file.empty()) {
        std::ofstream out(file);
        out << to_json(report).dump(1) << '\n';
        if (!out.flush()) throw std::runtime_error("cannot write " + file);
    }
    if (!report.not_comparable.empty()) {
        fmt::print("nothing to compare: {}\n", report.not_comparable);
        return 3;
    }
    if (report.rows.empty()) {
        fmt::print(stderr, "bench_compare: no call has such a name\n");
        return 64;
    }
    print_table(report, all);
    fmt::print("{}\n", layouts.described());
    return exit_code(report);
} catch (const std::exception& error) {
    fmt::print(stderr, "bench_compare: {}\n", error.what());
    return 2;
}
