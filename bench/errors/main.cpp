// bench_errors: what each error path of a library costs, as multiples of add and free of 4x4 tensors in the same
// rounds, and how many exceptions it throws. A process draws its own memory layout: the median is over several.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/calls/sampling_process.h"
#include "bench/errors/judge.h"
#include "bench/errors/sampler.h"
#include "ci/host/run_program.h"
#include "reports/statistics.h"

namespace {

using namespace simple;
using namespace simple::bench;
using Json = nlohmann::json;

MeasuredPath& path_of(Errors& errors, const Json& begin) {
    MeasuredPath& path = row_named(errors.paths, begin.at("begin"));
    path.function = begin.at("function");
    path.code = begin.at("code");
    return path;
}

void take(MeasuredPath& path, const Json& sample) {
    path.ns.push_back(sample.at("ns"));
    path.ratio.push_back(sample.at("ratio"));
    path.throws = sample.at("throws");
    path.others = sample.at("others");
}

// One process over the chosen paths, and another for those behind one that the first does not live through.
void sample(const std::string& backend, Choice choice, Errors& errors) {
    const std::vector<std::string> command{bin_folder() + "/bench_errors", "--backend", backend};
    for (;;) {
        MeasuredPath* path = nullptr;
        const Sampled sampled = run_sampling(command, choice, [&](const Json& line) {
            if (line.contains("version")) errors.version = line.at("version");
            if (line.contains("not_comparable")) errors.not_comparable = line.at("not_comparable");
            if (line.contains("begin")) path = &path_of(errors, line);
            if (line.contains("skipped")) path->skipped = line.at("skipped");
            if (line.contains("failed")) path->problem = line.at("failed");
            if (line.contains("ratio")) take(*path, line);
            if (!line.contains("begin") && path) choice.except.push_back(path->name);
        });
        if (sampled.unfinished.empty()) return;
        if (std::find(choice.except.begin(), choice.except.end(), sampled.unfinished) != choice.except.end())
            throw std::runtime_error(sampled.unfinished + " ends the process again, although it was left out");
        path->problem = sampled.hung ? "does not end" : "ends the process: " + sampled.ending;
        choice.except.push_back(sampled.unfinished);
    }
}

void print_table(const Errors& errors) {
    fmt::print("{:<50}{:>5}{:>8}{:>11}{:>9}\n", "path", "code", "throws", "ns", "ratio");
    for (const MeasuredPath& path : errors.paths) {
        if (path.ratio.empty()) {
            fmt::print("{:<50}{:>5}  {}{}\n", path.name, path.code, path.skipped, path.problem);
            continue;
        }
        fmt::print("{:<50}{:>5}{:>8}{:>11.1f}{:>9.2f}  {}{}{}\n", path.name, path.code, path.throws,
                   statistics::median(path.ns), value_of(path), path.reason,
                   path.reason.empty() || path.problem.empty() ? "" : "; ", path.problem);
    }
    if (errors.cheapest > 0)
        fmt::print("from {:.2f} to {:.2f} times add and free, {:.2f} at the median\n", errors.cheapest, errors.dearest,
                   errors.middle);
}

}  // namespace

int main(int argc, char** argv) try {
    CLI::App app("Times every error path of a library beside add and free of 4x4 tensors.");
    std::string backend, file, sample_file;
    int processes = 5;
    double factor = kFactor;
    Choice choice;
    app.add_option("--backend", backend, "the library to time")->required();
    app.add_option("--json", file, "where samples go");
    app.add_option("--processes", processes, "that every path is measured in [5]")->check(CLI::Range(1, 1000));
    app.add_option("--factor", factor, "how many times the median a path may cost [3]")->check(CLI::Range(1., 1e6));
    app.add_option("--filter", choice.filters, "only paths whose name matches (* and ?)")->delimiter(',');
    app.add_option("--except", choice.except)->delimiter(',')->group("");
    app.add_option("--sample", sample_file, "sample in this process alone, into a file")->group("");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 64;
    }
    if (!sample_file.empty()) return sample_errors(backend, choice, sample_file);
    Errors errors;
    errors.date = fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr)));
    for (int i = 0; i < processes && errors.not_comparable.empty(); ++i) sample(backend, choice, errors);
    judge(errors, factor);
    if (!file.empty()) {
        std::ofstream out(file);
        out << to_json(errors).dump(1) << '\n';
        if (!out.flush()) throw std::runtime_error("cannot write " + file);
    }
    if (!errors.not_comparable.empty()) {
        fmt::print("nothing to compare: {}\n", errors.not_comparable);
        return 3;
    }
    if (errors.paths.empty()) {
        fmt::print(stderr, "bench_errors: no path has such a name\n");
        return 64;
    }
    print_table(errors);
    return std::any_of(errors.paths.begin(), errors.paths.end(),
                       [](const auto& path) { return !path.problem.empty(); });
} catch (const std::exception& error) {
    fmt::print(stderr, "bench_errors: {}\n", error.what());
    return 2;
}
