// bench_threads: what two threads cost each other that call at the same time, each on tensors of its own. Two processes
// that make the same calls at the same time share the machine as the threads do, its caches and its clock, but nothing
// of the library; so the threads are held against them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/calls/block.h"
#include "bench/threads/partner.h"
#include "reports/statistics.h"

namespace {

using namespace simple;
using namespace simple::bench;

constexpr int kBlocks = 10;    // of some 20 us, that a measurement is long
constexpr int kBatches = 100;  // that the partner's calls of as long are counted in
constexpr int kWarmUp = 5;     // rounds that do not count

struct Row {
    std::string name;
    std::vector<double> alone, threads, processes;  // ns a call, each round's
    std::vector<double> ratio;                      // threads over processes
};

// Nanoseconds a call while the partner makes calls too, those of both counted; without a partner, alone.
double ns(Side& side, int calls, Partner* partner) {
    using Clock = std::chrono::steady_clock;
    if (partner) partner->ask(Asked::work);
    const int64_t before = partner ? partner->calls() : 0;
    const auto start = Clock::now();
    side.run(calls);
    const double time = std::chrono::duration<double, std::nano>(Clock::now() - start).count();
    if (!partner) return time / calls;
    const int64_t others = partner->calls() - before;
    partner->ask(Asked::rest);
    return 2 * time / static_cast<double>(calls + others);
}

Row timed(const Backend& backend, const TimedCall& call, int rounds) {
    const std::unique_ptr<Side> side = abi_side(backend, call);
    const int calls = kBlocks * calls_in_block(*side);
    const int batch = std::max(1, calls / kBatches);
    ProcessPartner process(*side, batch);
    ThreadPartner thread(backend, call, batch);
    Row row{call.name(), {}, {}, {}, {}};
    std::array<Partner*, 3> partners{nullptr, &thread, &process};
    std::array<double, 3> found{};
    std::mt19937 random(std::random_device{}());
    std::array<size_t, 3> order{0, 1, 2};
    for (int round = -kWarmUp; round < rounds; ++round) {
        std::shuffle(order.begin(), order.end(), random);
        for (const size_t i : order) found[i] = ns(*side, calls, partners[i]);
        if (round < 0) continue;
        row.alone.push_back(found[0]);
        row.threads.push_back(found[1]);
        row.processes.push_back(found[2]);
        row.ratio.push_back(found[1] / found[2]);
    }
    return row;
}

void print(const Row& row) {
    const statistics::Interval interval = statistics::median_interval(row.ratio, 0.99);
    fmt::print("{:<24} {:>10.1f} {:>12.1f} {:>14.1f} {:>8.3f} {:>18} {:>8.3f}\n", row.name,
               statistics::median(row.alone), statistics::median(row.threads), statistics::median(row.processes),
               statistics::median(row.ratio), fmt::format("{:.3f} to {:.3f}", interval.low, interval.high),
               statistics::median(row.threads) / statistics::median(row.alone));
}

}  // namespace

int main(int argc, char** argv) try {
    CLI::App app("Times calls of two threads, each on tensors of its own, beside those of two processes.");
    std::string library, samples;
    std::vector<std::string> names{"add",     "ndim",      "shape", "zeros", "from_data",
                                   "to_data", "transpose", "sum",   "matmul"};
    int rounds = 200;
    app.add_option("--backend", library, "the library to time")->required()->check(CLI::ExistingFile);
    app.add_option("--functions", names, "the calls to time, at their smallest size")
        ->delimiter(',')
        ->capture_default_str();
    app.add_option("--rounds", rounds, "of each call: alone, beside a thread, beside a process")
        ->capture_default_str()
        ->check(CLI::Range(8, 100'000));
    app.add_option("--samples", samples, "a file for every round: row, ns alone, of threads, of processes");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 64;
    }
    const Backend backend = load_backend(library);
    if (backend.set_num_threads) backend.set_num_threads(1);
    std::ofstream kept;
    if (!samples.empty()) kept.open(samples);
    fmt::print("{:<24} {:>10} {:>12} {:>14} {:>8} {:>18} {:>8}\n", "ns a call", "alone", "two threads", "two processes",
               "ratio", "99 %", "/ alone");
    for (const std::string& name : names) {
        const Function* row = find_function(name);
        const auto call = row ? timed_call(row->id, Size::smallest) : std::nullopt;
        if (!call || call->uses != Uses::nothing) {
            fmt::print(stderr, "bench_threads: there is no call of {} that can be repeated\n", name);
            return 64;
        }
        const Row found = timed(backend, *call, rounds);
        print(found);
        for (size_t i = 0; i < found.ratio.size(); ++i)
            kept << found.name << '\t' << found.alone[i] << '\t' << found.threads[i] << '\t' << found.processes[i]
                 << '\n';
    }
    if (!samples.empty() && !kept.flush()) throw std::runtime_error(samples + " cannot be written");
    return 0;
} catch (const std::exception& error) {
    fmt::print(stderr, "bench_threads: {}\n", error.what());
    return 2;
}
