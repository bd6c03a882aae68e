// bench_latency: a backend's latency under Google Benchmark: every function at two sizes, its error path, one thread
// and two, memory, the first call. Links no LibTorch. Linked in other ways it is bench_latency.static, .dynamic and
// .loaded, one for each way in which a runtime can have the library.
#include <benchmark/benchmark.h>
#include <dlfcn.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "bench/latency/benchmarks.h"
#include "ci/agent/program_symbols.h"
#include "impl/dynload/rt_dl.h"

namespace {

using namespace simple;

// Of a process that does nothing else: loading, and the first call.
int first_call(const std::string& path) {
    const auto start = std::chrono::steady_clock::now();
    const Backend backend = load_backend(path);
    if (backend.available) backend.available();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::printf("%.9f\n", seconds.count());
    return 0;
}

// Found by the runtime's own loader, which keeps it open.
Backend through_rt_dlopen(const std::string& path) {
    const int64_t library = rt_dlopen(path.c_str(), RT_DL_NOW);
    if (library <= 0) {
        char* reason = rt_dlerror();
        throw std::runtime_error(reason);
    }
    return make_backend(path,
                        [library](const char* symbol) { return reinterpret_cast<void*>(rt_dlsym(library, symbol)); });
}

}  // namespace

int main(int argc, char** argv) try {
    CLI::App app(
        "Times a backend's calls under Google Benchmark; its options (--benchmark_filter, --benchmark_out, …) go to "
        "it.");
    std::string path;
    bool first = false, rt_dl = false;
    app.option_defaults()->disable_flag_override();
    app.add_option("--backend", path, "the library to time; without it the functions of this program")
        ->check(CLI::ExistingFile);
    app.add_flag("--rt-dlopen", rt_dl, "find the functions through rt_dlopen and rt_dlsym");
    app.add_flag("--first-call", first, "print the seconds of loading and one call")->group("");
    app.allow_extras();
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 64;
    }
    if (first) return first_call(path);

    std::vector<std::string> words = app.remaining();
    std::vector<char*> rest{argv[0]};
    for (std::string& word : words) rest.push_back(word.data());
    int count = static_cast<int>(rest.size());
    benchmark::Initialize(&count, rest.data());
    if (benchmark::ReportUnrecognizedArguments(count, rest.data())) return 64;

    const Backend backend = path.empty() ? backend_in_program() : rt_dl ? through_rt_dlopen(path) : load_backend(path);
    if (!backend.has(Fn::zeros) || !backend.has(Fn::free) || !backend.has(Fn::from_data)) {
        std::cerr
            << "bench_latency: " << (path.empty() ? "this program" : path)
            << " lacks rt_torch_tensor_zeros, _from_data or rt_torch_torchtensor_free; name a library with --backend\n";
        return 2;
    }
    if (backend.set_num_threads) backend.set_num_threads(1);
    // The resident set is watched before anything else has filled it.
    bench::register_memory(backend);
    bench::register_calls(backend);
    bench::register_forms(backend, path);
    if (!path.empty()) bench::register_first_call(std::filesystem::read_symlink("/proc/self/exe"), path);
    return benchmark::RunSpecifiedBenchmarks() > 0 ? 0 : 2;
} catch (const std::exception& error) {
    std::cerr << "bench_latency: " << error.what() << "\n";
    return 2;
}
