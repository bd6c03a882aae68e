// bench_direct: what a call through the ABI costs beside the same LibTorch call made directly.
//
// Each process draws its own memory layout, which moves a call by some percent however often it is repeated in it: the
// process is the sample. A run starts several, one after another, and gives the median over them with an interval that
// holds whatever the distribution.
#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <link.h>
#include <torch/csrc/api/include/torch/version.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bench/direct/pair.h"
#include "bench/direct/sample.h"
#include "bench/statistics.h"
#include "ci/host/run_program.h"

namespace {

using namespace simple;
using namespace simple::bench;
using Json = nlohmann::ordered_json;

constexpr double kConfidence = 0.99;
constexpr double kNullAtMost = 0.02;  // how far from 1 the null's interval may lie

// Side by side means on the same LibTorch: one copy of it in this process, the one that this program was linked with.
void require_one_libtorch(const Backend& backend) {
    int copies = 0;
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* count) {
            if (std::strstr(info->dlpi_name, "libtorch_cpu.so")) ++*static_cast<int*>(count);
            return 0;
        },
        &copies);
    char* text = backend.version();
    const std::string version = text ? text : "";
    std::free(text);
    if (copies != 1 || version.rfind(TORCH_VERSION, 0) != 0)
        throw std::runtime_error(fmt::format("{} runs on LibTorch {}, this program on {}: nothing to compare",
                                             backend.path, version, TORCH_VERSION));
}

Backend load(const std::string& path) {
    Backend backend = load_backend(path);
    for (const Fn fn : {Fn::version, Fn::ones, Fn::from_data, Fn::add, Fn::sum, Fn::shape, Fn::free})
        if (!backend.has(fn)) throw std::runtime_error(fmt::format("{} lacks {}", path, function(fn).symbol));
    require_one_libtorch(backend);
    return backend;
}

// The pairs of these names, all when there are none, and always the null. Throws std::invalid_argument for a name that
// no pair has.
std::vector<Pair> chosen(std::vector<Pair> pairs, const std::vector<std::string>& names) {
    const auto has = [](const auto& values, const std::string& name) {
        return std::find(values.begin(), values.end(), name) != values.end();
    };
    std::vector<std::string> all;
    for (const Pair& pair : pairs) all.push_back(pair.name);
    for (const std::string& name : names)
        if (!has(all, name))
            throw std::invalid_argument(fmt::format("no call is named {}; there are: {}", name, fmt::join(all, ", ")));
    if (!names.empty())
        pairs.erase(std::remove_if(pairs.begin() + 1, pairs.end(), [&](const Pair& p) { return !has(names, p.name); }),
                    pairs.end());
    return pairs;
}

// The samples of one process, as JSON on stdout.
int sample_here(const std::string& path, const std::vector<std::string>& names, bool print) {
    at::set_num_threads(1);
    const Backend backend = load(path);
    Json rows = Json::array();
    for (const Sample& s : take_samples(chosen(make_pairs(backend), names), print))
        rows.push_back({{"abi_ns", s.abi_ns}, {"direct_ns", s.direct_ns}, {"ratio", s.ratio}});
    if (!print) std::cout << rows << '\n';
    return 0;
}

struct Row {
    Pair pair;
    std::vector<double> abi_ns, direct_ns, ratios;
};

void sample_in_processes(const std::string& path, const std::vector<std::string>& names, int processes,
                         std::vector<Row>& rows) {
    std::vector<std::string> command{bin_folder() + "/bench_direct", "--backend", path, "--sample"};
    if (!names.empty()) command.insert(command.end(), {"--filter", fmt::format("{}", fmt::join(names, ","))});
    const bool terminal = isatty(STDERR_FILENO);
    for (int i = 0; i < processes; ++i) {
        if (terminal) fmt::print(stderr, "\r{} of {} processes", i, processes);
        const ProgramRun ran = run_program(command);
        const Json samples = Json::parse(ran.output, nullptr, false);
        if (ran.exit_code != 0 || samples.is_discarded() || samples.size() != rows.size())
            throw std::runtime_error(fmt::format("a measuring process ended with {}: {}", ran.ending(), ran.errors));
        for (size_t row = 0; row < rows.size(); ++row) {
            rows[row].abi_ns.push_back(samples[row].at("abi_ns"));
            rows[row].direct_ns.push_back(samples[row].at("direct_ns"));
            rows[row].ratios.push_back(samples[row].at("ratio"));
        }
    }
    if (terminal) fmt::print(stderr, "\r{:30}\r", "");
}

// A row's statistic, and how it stands to its limit.
Json judge(const Row& row) {
    const bool ratio = row.pair.measure == Measure::ratio;
    const std::vector<double>& samples = ratio ? row.ratios : row.abi_ns;
    const Interval interval = median_interval(samples, kConfidence);
    return {{"name", row.pair.name},       {"function", row.pair.function},
            {"threads", row.pair.threads}, {"unit", ratio ? "times the direct call" : "ns"},
            {"value", median(samples)},    {"low", interval.low},
            {"high", interval.high},       {"limit", row.pair.limit},
            {"abi_ns", row.abi_ns},        {"direct_ns", row.direct_ns},
            {"ratios", row.ratios}};
}

void print_table(const std::vector<Row>& rows, const std::vector<Json>& judged) {
    fmt::print("{:<24}{:>7}{:>12}{:>12}{:>9}{:>18}{:>10}\n", "call", "threads", "ABI ns", "direct ns", "ratio",
               "99 % interval", "limit");
    for (size_t i = 0; i < rows.size(); ++i) {
        const Row& row = rows[i];
        const Interval interval = median_interval(row.ratios, kConfidence);
        const std::string limit = row.pair.measure == Measure::ratio ? fmt::format("{:.2f}", row.pair.limit)
                                                                     : fmt::format("{:g} ns", row.pair.limit);
        const double low = judged[i].at("low"), high = judged[i].at("high");
        fmt::print("{:<24}{:>7}{:>12.1f}{:>12.1f}{:>9.3f}{:>18}{:>10}{}\n", row.pair.name, row.pair.threads,
                   median(row.abi_ns), median(row.direct_ns), median(row.ratios),
                   fmt::format("{:.3f} to {:.3f}", interval.low, interval.high), limit,
                   low > row.pair.limit    ? "  over"
                   : high > row.pair.limit ? "  unclear"
                                           : "");
    }
}

}  // namespace

int main(int argc, char** argv) try {
    CLI::App app("Times calls through the ABI beside the same LibTorch calls made directly.");
    std::string path, file;
    std::vector<std::string> names;
    int processes = 20;
    bool sample = false, one_process = false;
    app.add_option("--backend", path, "the library to time")->required();
    app.add_option("--json", file, "where raw samples and statistics go");
    app.add_option("--processes", processes, "how many processes are measured")->check(CLI::Range(8, 1000));
    app.add_option("--filter", names, "only the calls of these names, and the null")->delimiter(',');
    app.add_flag("--one-process", one_process, "measure in this process alone and print Google Benchmark's table");
    app.add_flag("--sample", sample, "measure in this process alone and print JSON")->group("");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 64;
    }
    if (sample || one_process) return sample_here(path, names, one_process);

    const Backend backend = load(path);
    std::vector<Row> rows;
    for (const Pair& pair : chosen(make_pairs(backend), names)) rows.push_back({pair, {}, {}, {}});
    sample_in_processes(path, names, processes, rows);
    std::vector<Json> judged;
    for (const Row& row : rows) judged.push_back(judge(row));
    print_table(rows, judged);

    if (const Interval null = median_interval(rows.front().ratios, kConfidence);
        null.low > 1 + kNullAtMost || null.high < 1 - kNullAtMost)
        throw std::runtime_error("the null pair, the same call on both sides, differs: these figures mean nothing");
    if (!file.empty()) {
        std::ofstream out(file);
        out << Json{{"libtorch", TORCH_VERSION}, {"processes", processes}, {"rows", judged}}.dump(1) << '\n';
        if (!out.flush()) throw std::runtime_error("cannot write " + file);
    }
    const bool over =
        std::any_of(judged.begin(), judged.end(), [](const Json& row) { return row.at("low") > row.at("limit"); });
    return over ? 1 : 0;
} catch (const std::invalid_argument& error) {
    fmt::print(stderr, "bench_direct: {}\n", error.what());
    return 64;
} catch (const std::exception& error) {
    fmt::print(stderr, "bench_direct: {}\n", error.what());
    return 2;
}
