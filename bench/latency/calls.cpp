#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>

#include "bench/calls/prepared_call.h"
#include "bench/latency/benchmarks.h"

namespace simple::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kBlockSeconds = 20e-6;
constexpr int kMostCalls = 2000;  // in a block

double block_seconds(PreparedCall& call, int calls) {
    call.prepare(calls);
    const auto start = Clock::now();
    call.run(calls);
    const auto end = Clock::now();
    call.finish();
    return std::chrono::duration<double>(end - start).count();
}

double quantile(std::vector<double>& samples, double q) {
    const auto at = samples.begin() + static_cast<ptrdiff_t>(q * static_cast<double>(samples.size() - 1));
    std::nth_element(samples.begin(), at, samples.end());
    return *at;
}

void run(benchmark::State& state, const Backend& backend, const TimedCall& timed, bool fails) {
    try {
        PreparedCall call(backend, timed, fails);
        double once = block_seconds(call, 1);
        for (int i = 0; i < 3; ++i) once = std::min(once, block_seconds(call, 8) / 8);
        const int calls = std::clamp(static_cast<int>(kBlockSeconds / once), 1, kMostCalls);
        std::vector<double> samples;
        while (state.KeepRunningBatch(calls)) {
            const double seconds = block_seconds(call, calls);
            state.SetIterationTime(seconds);
            samples.push_back(seconds / calls * 1e9);
        }
        state.SetLabel(timed.operands);
        state.counters["p50_ns"] = benchmark::Counter(quantile(samples, 0.50), benchmark::Counter::kAvgThreads);
        state.counters["p99_ns"] = benchmark::Counter(quantile(samples, 0.99), benchmark::Counter::kAvgThreads);
    } catch (const std::exception& error) {
        state.SkipWithError(error.what());
    }
}

void register_call(const Backend& backend, const TimedCall& timed, const std::string& name, bool fails) {
    for (const int threads : {1, 2})
        benchmark::RegisterBenchmark(
            name.c_str(), [&backend, timed, fails](benchmark::State& state) { run(state, backend, timed, fails); })
            ->UseManualTime()
            ->Threads(threads)
            ->Unit(benchmark::kNanosecond);
}

}  // namespace

void register_calls(const Backend& backend) {
    const bool control = backend.has(Fn::to_float32) && backend.has(Fn::from_i64_data);
    for (size_t i = 0; i < kFunctionCount; ++i) {
        const Fn fn = functions()[i].id;
        if (!backend.has(fn)) continue;
        for (const Size size : {Size::smallest, Size::realistic})
            if (const auto call = timed_call(fn, size, control)) register_call(backend, *call, call->name(), false);
        if (const auto call = failing_call(fn))
            register_call(backend, *call, std::string(functions()[i].name) + "/error", true);
    }
}

}  // namespace simple::bench
