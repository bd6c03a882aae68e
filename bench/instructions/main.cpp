// count_instructions: what ci/perf --instructions runs. Counts each function's calls in a library's own object, and
// compares them with another library's, or with counts that were committed.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "bench/instructions/count_table.h"
#include "bench/instructions/report.h"
#include "ci/run/process.h"
#include "impl/abi/function_table.h"

namespace {

using namespace simple::bench;
namespace fs = std::filesystem;

enum Exit {
    kPass = 0,
    kWorse = 1,
    kNothingDone = 2,
    kNotMeasured = 3,
    kUsage = 64
};

struct Options {
    CountingOptions counting;
    std::string baseline;
    std::string committed;
    std::string json;
    bool update = false;
    bool table = false;
    int repeat = 0;
};

// On a terminal in place, elsewhere a line each.
class Teller {
  public:
    explicit Teller(std::string subject) : subject_(std::move(subject)) {}
    ~Teller() {
        if (tty_) fmt::print(stderr, "\r\033[K");
    }
    void operator()(const std::string& stage) const {
        fmt::print(stderr, tty_ ? "\r\033[K{}: {}" : "{}: {}\n", subject_, stage);
        fflush(stderr);
    }

  private:
    std::string subject_;
    bool tty_ = isatty(2) != 0;
};

std::string function_of(const std::string& call) { return call.substr(0, call.find('/')); }

// Whoever asks for a function and gets no call of it has measured nothing.
void demand_calls(const CountingOptions& options, const Counted& counted) {
    std::set<std::string> seen;
    for (const auto& [call, count] : counted.counts) seen.insert(function_of(call));
    for (const auto& [call, reason] : counted.uncounted) seen.insert(function_of(call));
    for (const std::string& name : options.functions)
        if (seen.count(name) == 0)
            throw std::runtime_error("there is no call of " + name + " to count in " + options.library);
    if (seen.empty()) throw std::runtime_error("there is no call to count in " + options.library);
}

Counted count_library(const CountingOptions& options) {
    const Teller teller("counting " + options.library);
    Counted counted = count(options, [&](const std::string& stage) { teller(stage); });
    demand_calls(options, counted);
    return counted;
}

std::string first_uncounted(const Counted& counted) {
    const auto& [call, reason] = *counted.uncounted.begin();
    return fmt::format("{} calls cannot be counted, the first {}: {}", counted.uncounted.size(), call, reason);
}

// FNV-1a: equal tables have equal digests.
std::string digest(const std::string& text) {
    uint64_t hash = 0xcbf29ce484222325;
    for (const unsigned char byte : text) hash = (hash ^ byte) * 0x100000001b3;
    return fmt::format("{:016x}", hash);
}

// "ndim/smallest by 12"
std::vector<std::string> varying(const Counts& counts) {
    std::vector<std::string> calls;
    for (const auto& [call, count] : counts)
        if (count.varies) calls.push_back(fmt::format("{} by {}", call, number_text(count.spread)));
    return calls;
}

// Counts in a row, each on other heaps: whether they are the same, within a run and between them.
int repeat(const Options& options) {
    Counts first;
    for (int run = 1; run <= options.repeat; ++run) {
        CountingOptions counting = options.counting;
        counting.seed = static_cast<uint64_t>(run);
        Counted counted = count_library(counting);
        if (!counted.uncounted.empty()) {
            fmt::print(stderr, "ci/perf: {}\n", first_uncounted(counted));
            return kNothingDone;
        }
        if (run == 1) first = counted.counts;
        fmt::print("run {} of {}: {} calls, digest {}, {:.1f} s of which loading {:.1f} s\n", run, options.repeat,
                   counted.counts.size(), digest(table_text({{}, counted.counts})), counted.seconds, counted.loading);
        fflush(stdout);
        if (const auto calls = varying(counted.counts); !calls.empty()) {
            fmt::print("run {} counts {} calls differently within itself: {}\n", run, calls.size(),
                       fmt::join(calls, ", "));
            return kWorse;
        }
        if (table_text({{}, counted.counts}) == table_text({{}, first})) continue;
        Comparison comparison;
        comparison.judgements = judge(counted.counts, first);
        comparison.baseline = "the first run";
        fmt::print("run {} differs from the first:\n{}", run, summary(comparison));
        return kWorse;
    }
    fmt::print("{} of {} runs counted the same\n", options.repeat, options.repeat);
    return kPass;
}

int update(const Options& options) {
    const Counted counted = count_library(options.counting);
    if (!counted.uncounted.empty()) {
        fmt::print(stderr, "ci/perf: nothing is written: {}\n", first_uncounted(counted));
        return kNothingDone;
    }
    const CountTable table{made_with(options.counting.library, counted.version), counted.counts};
    const std::string file = fs::proximate(fs::path(options.committed) / table.made_with.file_name()).string();
    if (fs::exists(file))
        for (const Judgement& judgement : judge(table.counts, read_table(file).counts))
            for (const std::string& change : judgement.changes) fmt::print("{}: {}\n", judgement.call, change);
    for (const std::string& call : varying(table.counts)) fmt::print("varies within this run: {}\n", call);
    write_table(table, file);
    fmt::print("{} calls written to {}\n", table.counts.size(), file);
    return kPass;
}

bool is_table(const std::string& path) { return fs::path(path).extension() == ".tsv"; }

void use_table(const std::string& file, Comparison& comparison) {
    const CountTable table = read_table(file);
    comparison.baseline = file;
    const std::string difference = table.made_with.difference(comparison.candidate_made);
    if (!difference.empty())
        comparison.not_measured = fmt::format("the counts in {} do not apply: {}", file, difference);
    comparison.baseline_counts = table.counts;
}

void find_baseline(const Options& options, Comparison& comparison) {
    if (is_table(options.baseline)) {
        use_table(options.baseline, comparison);
    } else if (!options.baseline.empty()) {
        CountingOptions counting = options.counting;
        counting.library = options.baseline;
        const Counted baseline = count_library(counting);
        comparison.baseline = options.baseline;
        comparison.baseline_counts = baseline.counts;
    } else if (options.committed.empty()) {
        comparison.not_measured = "there is nothing to compare with: name a library with --baseline";
    } else if (const fs::path file = fs::proximate(fs::path(options.committed) / comparison.candidate_made.file_name());
               fs::exists(file)) {
        use_table(file, comparison);
    } else {
        comparison.not_measured = fmt::format(
            "no counts are committed for this compiler and LibTorch ({}): name a library with --baseline, or "
            "write them with ci/perf --instructions --update",
            file.string());
    }
}

void keep_asked_for(const Options& options, Counts& counts) {
    const auto& wanted = options.counting.functions;
    for (auto i = counts.begin(); i != counts.end();) {
        const bool asked =
            wanted.empty() || std::find(wanted.begin(), wanted.end(), function_of(i->first)) != wanted.end();
        i = asked ? std::next(i) : counts.erase(i);
    }
}

int compare(const Options& options) {
    Comparison comparison;
    comparison.candidate = options.counting.library;
    comparison.counted = count_library(options.counting);
    comparison.candidate_made = made_with(comparison.candidate, comparison.counted.version);
    find_baseline(options, comparison);
    keep_asked_for(options, comparison.baseline_counts);
    if (comparison.not_measured.empty()) {
        comparison.judgements = judge(comparison.counted.counts, comparison.baseline_counts);
        for (Judgement& judgement : comparison.judgements)
            if (const auto reason = comparison.counted.uncounted.find(judgement.call);
                reason != comparison.counted.uncounted.end())
                judgement.changes.push_back(reason->second);
    }
    if (options.table || !comparison.not_measured.empty()) fmt::print("{}\n", count_columns(comparison.counted.counts));
    if (!comparison.counted.uncounted.empty()) fmt::print("{}\n", first_uncounted(comparison.counted));
    fmt::print("{}", summary(comparison));
    if (!options.json.empty()) {
        std::ofstream out(options.json);
        out << as_json(comparison).dump(1) << "\n";
        if (!out.flush()) throw std::runtime_error(options.json + " cannot be written");
    }
    if (comparison.counted.counts.empty()) return kNothingDone;
    return !comparison.not_measured.empty() ? kNotMeasured : comparison.worse() ? kWorse : kPass;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app(
        "Counts the instructions of each function's call in the library's own object, and compares them. Exit: 0 "
        "nothing\n"
        "is worse, 1 something is, 2 it could not be counted, 3 there is nothing to compare with, 64 bad usage.",
        "ci/perf --instructions");
    app.option_defaults()->disable_flag_override();
    app.add_option("--candidate", options.counting.library, "the library [the one just built]")
        ->required()
        ->type_name("FILE");
    app.add_option("--baseline", options.baseline, "a library, or counts of one (.tsv) [those committed]")
        ->type_name("FILE");
    app.add_option("--committed", options.committed, "where committed counts are")->type_name("DIR");
    app.add_flag("--update", options.update, "write the counts to where committed ones are");
    app.add_option("--repeat", options.repeat, "count N times, on other heaps, and say whether all are the same")
        ->check(CLI::Range(2, 1000))
        ->type_name("N")
        ->excludes("--baseline")
        ->excludes("--update");
    app.add_option("--functions", options.counting.functions, "only these, separated by commas")
        ->delimiter(',')
        ->type_name("NAME");
    app.add_flag("--realistic", options.counting.realistic, "operands of a training step in the place of 4x4");
    app.add_flag("--table", options.table, "print every call's counts");
    app.add_option("--json", options.json, "write a report for programs")->type_name("FILE");
    try {
        app.parse(argc, argv);
        for (const std::string& name : options.counting.functions)
            if (!simple::find_function(name)) throw CLI::ValidationError("no function is named " + name);
        if (options.update &&
            (options.committed.empty() || options.counting.realistic || !options.counting.functions.empty()))
            throw CLI::ValidationError("--update writes the counts of all functions, to where --committed says");
    } catch (const CLI::Success& e) {
        return app.exit(e);
    } catch (const CLI::ParseError& e) {
        fmt::print(stderr, "ci/perf: {} (--help lists all options)\n", e.what());
        return kUsage;
    }
    try {
        if (const std::string missing = what_is_missing(); !missing.empty()) throw std::runtime_error(missing);
        simple::gate::catch_signals();
        return options.repeat > 0 ? repeat(options) : options.update ? update(options) : compare(options);
    } catch (const std::exception& e) {
        fmt::print(stderr, "ci/perf: {}\n", e.what());
        return kNothingDone;
    }
}
