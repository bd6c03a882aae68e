// Memory, dyncall forms, the first call.
#include <benchmark/benchmark.h>
#include <dlfcn.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "bench/latency/benchmarks.h"
#include "ci/host/run_program.h"

namespace simple::bench {
namespace {

// A line of /proc/self/status, in KiB.
double status_kib(const std::string& key) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.rfind(key + ":", 0) == 0) return std::stod(line.substr(key.size() + 1));
    return 0;
}

void handles(benchmark::State& state, const Backend& backend) {
    constexpr size_t kHandles = 100000;
    SplValue one{};
    one.tag = SPL_INT;
    one.as_int = 1;
    const SplArray dims{&one, 1, 1};
    double bytes = 0;
    for (auto _ : state) {
        std::vector<int64_t> made(kHandles);
        std::memset(made.data(), 1, made.size() * sizeof(int64_t));  // its pages are there before
        const double before = status_kib("VmRSS");
        for (int64_t& handle : made) handle = backend.zeros(&dims);
        bytes = (status_kib("VmRSS") - before) * 1024 / kHandles;
        for (const int64_t handle : made) backend.free(handle);
    }
    state.counters["bytes_a_handle"] = bytes;
    state.counters["peak_MiB"] = status_kib("VmHWM") / 1024;
}

int64_t bits(double number) {
    int64_t pattern;
    std::memcpy(&pattern, &number, sizeof pattern);
    return pattern;
}

}  // namespace

void register_memory(const Backend& backend) {
    // Once: the second time memory comes from what the first gave back.
    benchmark::RegisterBenchmark("memory/handles", [&](benchmark::State& state) { handles(state, backend); })
        ->Iterations(1)
        ->Unit(benchmark::kMillisecond);
}

void register_forms(const Backend& backend, const std::string& library) {
    void* const handle = dlopen(library.empty() ? nullptr : library.c_str(), RTLD_NOW | RTLD_NOLOAD);
    const auto find = [&](const char* symbol) { return handle ? dlsym(handle, symbol) : nullptr; };
    using Form2 = int64_t (*)(int64_t, int64_t);
    const auto add_scalar = reinterpret_cast<Form2>(find("rt_torch_torchtensor_add_scalar_bits"));
    const auto zeros_2d = reinterpret_cast<Form2>(find("rt_torch_tensor_zeros_2d"));
    const auto view_1d = reinterpret_cast<Form2>(find("rt_torch_torchtensor_view_1d"));
    const auto tensor = [zeros_2d] { return zeros_2d(4, 4); };
    if (!add_scalar || !zeros_2d || !view_1d) return;
    benchmark::RegisterBenchmark("forms/zeros_2d", [=, &backend](benchmark::State& state) {
        for (auto _ : state) backend.free(zeros_2d(4, 4));
    });
    benchmark::RegisterBenchmark("forms/view_1d", [=, &backend](benchmark::State& state) {
        const int64_t x = tensor();
        for (auto _ : state) backend.free(view_1d(x, 16));
        backend.free(x);
    });
    benchmark::RegisterBenchmark("forms/add_scalar_bits", [=, &backend](benchmark::State& state) {
        const int64_t x = tensor();
        for (auto _ : state) backend.free(add_scalar(x, bits(0.5)));
        backend.free(x);
    });
}

void register_first_call(const std::string& program, const std::string& library) {
    benchmark::RegisterBenchmark(
        "first-call",
        [=](benchmark::State& state) {
            for (auto _ : state) {
                const ProgramRun ran = run_program({program, "--backend", library, "--first-call"});
                if (ran.exit_code != 0) {
                    state.SkipWithError(("the process ended with " + ran.ending()).c_str());
                    return;
                }
                state.SetIterationTime(std::stod(ran.output));
            }
        })
        ->UseManualTime()
        ->Iterations(5)
        ->Unit(benchmark::kMillisecond);
}

}  // namespace simple::bench
