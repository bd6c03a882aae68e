#include "bench/direct/sample.h"

#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <random>
#include <thread>

#include "bench/statistics.h"

namespace simple::bench {
namespace {

constexpr int kBlocks = 1500;  // of each side, some 20 µs each
constexpr int kWarmUp = 20;    // blocks that do not count

// Threads run the same side at the same time: what they share is then shared by calls of one kind.
class Rendezvous {
  public:
    explicit Rendezvous(int threads) : threads_(threads) {}
    void meet() {
        if (threads_ == 1) return;
        const unsigned round = round_.load();
        if (arrived_.fetch_add(1) + 1 == threads_) {
            arrived_.store(0);
            round_.fetch_add(1);
        }
        // Spinning keeps the start together; a machine with fewer free cores than threads needs the yield.
        for (int spins = 0; round_.load() == round; ++spins)
            if (spins > 2000) std::this_thread::yield();
    }

  private:
    const int threads_;
    std::atomic<int> arrived_{0};
    std::atomic<unsigned> round_{0};
};

// The blocks of all threads of one pair.
struct Blocks {
    explicit Blocks(int threads) : rendezvous(threads) {}
    Rendezvous rendezvous;
    std::mutex mutex;
    std::vector<double> abi_ns, direct_ns, ratios;
};

double block_ns(const Side& side, int calls, Rendezvous& rendezvous) {
    side.prepare(calls);
    rendezvous.meet();
    const auto start = std::chrono::steady_clock::now();
    side.run(calls);
    const auto end = std::chrono::steady_clock::now();
    return std::chrono::duration<double, std::nano>(end - start).count() / calls;
}

void run_pair(benchmark::State& state, const Pair& pair, Blocks& blocks) {
    const Sides sides = pair.sides();
    for (int i = 0; i < kWarmUp; ++i) {
        block_ns(sides.abi, pair.calls, blocks.rendezvous);
        block_ns(sides.direct, pair.calls, blocks.rendezvous);
    }
    // The order within a pair of blocks is drawn anew for each, alike in all threads.
    std::minstd_rand order(1);
    std::vector<double> abi, direct, ratios;
    for (auto _ : state) {
        const bool abi_first = order() >> 16 & 1;
        double of_abi = 0, of_direct = 0;
        if (abi_first) of_abi = block_ns(sides.abi, pair.calls, blocks.rendezvous);
        of_direct = block_ns(sides.direct, pair.calls, blocks.rendezvous);
        if (!abi_first) of_abi = block_ns(sides.abi, pair.calls, blocks.rendezvous);
        abi.push_back(of_abi);
        direct.push_back(of_direct);
        ratios.push_back(of_abi / of_direct);
        state.SetIterationTime(of_abi * pair.calls * 1e-9);
    }
    const auto shown = [&](const std::vector<double>& values) {
        return benchmark::Counter(median(values), benchmark::Counter::kAvgThreads);
    };
    state.counters["abi_ns"] = shown(abi);
    state.counters["direct_ns"] = shown(direct);
    state.counters["ratio"] = shown(ratios);
    const std::lock_guard lock(blocks.mutex);
    blocks.abi_ns.insert(blocks.abi_ns.end(), abi.begin(), abi.end());
    blocks.direct_ns.insert(blocks.direct_ns.end(), direct.begin(), direct.end());
    blocks.ratios.insert(blocks.ratios.end(), ratios.begin(), ratios.end());
}

class Silent : public benchmark::BenchmarkReporter {
    bool ReportContext(const Context&) override { return true; }
    void ReportRuns(const std::vector<Run>&) override {}
};

}  // namespace

std::vector<Sample> take_samples(const std::vector<Pair>& pairs, bool print) {
    std::vector<std::unique_ptr<Blocks>> blocks;
    for (const Pair& pair : pairs) {
        Blocks& own = *blocks.emplace_back(std::make_unique<Blocks>(pair.threads));
        benchmark::RegisterBenchmark(pair.name.c_str(), [&](benchmark::State& state) { run_pair(state, pair, own); })
            ->UseManualTime()
            ->Iterations(kBlocks)
            ->Threads(pair.threads);
    }
    benchmark::ConsoleReporter console(benchmark::ConsoleReporter::OO_Tabular);
    Silent silent;
    benchmark::RunSpecifiedBenchmarks(print ? static_cast<benchmark::BenchmarkReporter*>(&console) : &silent);
    std::vector<Sample> samples;
    for (const auto& own : blocks)
        samples.push_back({median(own->abi_ns), median(own->direct_ns), median(own->ratios)});
    return samples;
}

}  // namespace simple::bench
