// bench_direct: what each function costs beside the LibTorch call that it stands for, made directly.
//
// Each process draws its own memory layout, which moves a call by some percent however often it is repeated in it: the
// process is the sample. A run starts several, one after another, and gives the median over them with an interval that
// holds whatever the distribution.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>

#include "bench/direct/measure.h"
#include "bench/direct/sampler.h"
#include "ci/host/run_program.h"
#include "impl/abi/library_path.h"

namespace {

using namespace simple;
using namespace simple::bench;

void print_table(const Comparison& comparison) {
    fmt::print("{:<28}{:>8}{:>13}{:>13}{:>8}{:>18}{:>8}\n", "call", "threads", "ABI ns", "direct ns", "cost",
               "99 % interval", "limit");
    for (const Measured& row : comparison.rows) {
        if (row.cost.empty()) {
            fmt::print("{:<28}{:>8}  {}: {}\n", row.name, row.threads, name_of(row.judged), row.message);
            continue;
        }
        fmt::print("{:<28}{:>8}{:>13.1f}{:>13}{:>8.3f}{:>18}{:>8.2f}{}\n", row.name, row.threads,
                   statistics::median(row.abi_ns),
                   row.has_direct ? fmt::format("{:.1f}", statistics::median(row.direct_ns)) : "-",
                   statistics::median(row.cost), fmt::format("{:.3f} to {:.3f}", row.interval.low, row.interval.high),
                   row.limit,
                   row.judged == Judged::fail           ? "  over"
                   : row.judged == Judged::inconclusive ? "  unclear"
                                                        : "");
    }
}

// 1 where a row is over its limit or not carried out, 3 where only times are unclear.
int exit_code(const Comparison& comparison) {
    int code = 0;
    for (const Measured& row : comparison.rows) {
        if (row.judged == Judged::inconclusive && code == 0) code = 3;
        if (row.judged != Judged::pass && row.judged != Judged::inconclusive && row.judged != Judged::skipped) code = 1;
    }
    return code;
}

std::vector<std::string> sampling_command(const std::string& backend, const std::string& program) {
    const std::string bin = bin_folder();
    if (program.empty()) return {bin + "/bench_direct", "--backend", backend};
    return {"/usr/bin/env", "LD_PRELOAD=" + preloadable(bin + "/bench_direct.agent.so"), with_folder(program),
            "--backend", ""};
}

}  // namespace

int main(int argc, char** argv) try {
    CLI::App app("Times every function of the ABI beside the LibTorch call that it stands for, made directly.");
    std::string backend, program, file, sample_file;
    Measuring measuring;
    auto* backend_option = app.add_option("--backend", backend, "the library to time");
    app.add_option("--inside", program, "the program to time, with the functions in it")->excludes(backend_option);
    app.add_option("--json", file, "where samples and statistics go");
    app.add_option("--processes", measuring.processes, "that every row is measured in [8]")->check(CLI::Range(8, 1000));
    app.add_option("--confirm", measuring.confirm, "more processes for rows that are then undecided [5]")
        ->check(CLI::Range(1, 1000));
    app.add_option("--rounds", measuring.rounds, "of these, each with twice as many as the one before [5]")
        ->check(CLI::Range(0, 6));
    app.add_option("--filter", measuring.filters, "only rows whose name matches (* and ?), and the nulls")
        ->delimiter(',');
    std::vector<std::string> except;
    app.add_option("--except", except)->delimiter(',')->group("");
    app.add_option("--sample", sample_file, "sample in this process alone, into a file")->group("");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 64;
    }
    // What was found is in the file by now. LibTorch takes its time to end, and how a process ends is judged elsewhere.
    if (!sample_file.empty()) _exit(sample_rows(backend, {measuring.filters, except}, sample_file));
    if (backend.empty() && program.empty()) {
        fmt::print(stderr, "bench_direct: name a library with --backend, or a program with --inside\n");
        return 64;
    }
    measuring.command = sampling_command(backend, program);
    measuring.progress = isatty(STDERR_FILENO);
    const Comparison comparison = measure(measuring);
    if (!file.empty()) {
        std::ofstream out(file);
        out << to_json(comparison).dump(1) << '\n';
        if (!out.flush()) throw std::runtime_error("cannot write " + file);
    }
    if (!comparison.not_comparable.empty()) {
        fmt::print("nothing to compare: {}\n", comparison.not_comparable);
        return 3;
    }
    if (std::all_of(comparison.rows.begin(), comparison.rows.end(), [](const Measured& row) { return row.null; })) {
        fmt::print(stderr, "bench_direct: no row has such a name\n");
        return 64;
    }
    print_table(comparison);
    return exit_code(comparison);
} catch (const std::exception& error) {
    fmt::print(stderr, "bench_direct: {}\n", error.what());
    return 2;
}
