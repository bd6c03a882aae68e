// simple-probe X.so load|add-free|forms: loads a library and writes what it measured as one JSON object to the events'
// descriptor. A program of its own, since a candidate may do anything to the process that loads it. Seconds everywhere.
#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "ci/agent/program_symbols.h"
#include "ci/engine/elf_file.h"
#include "ci/engine/process.h"
#include "impl/abi/backend.h"

namespace {

using namespace simple;
using Json = nlohmann::json;

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::string text_of(char* (*function)()) {
    if (!function) return "";
    char* text = function();
    std::string copy = text ? text : "";
    std::free(text);
    return copy;
}

int64_t zeros_4x4(const Backend& backend) {
    static SplArray dims = [] {
        static SplValue items[2]{};
        for (auto& item : items) {
            item.tag = SPL_INT;
            item.as_int = 4;
        }
        SplArray array{};
        array.items = items;
        array.len = array.cap = 2;
        return array;
    }();
    return backend.zeros(&dims);
}

// What the library needs is loaded first, so that only its own share is measured. Without a path the functions are
// those of the program around.
Json load(const std::string& path) {
    if (path.empty()) {
        const Backend backend = backend_in_program();
        if (backend.available) backend.available();
        return {{"version", text_of(backend.version)}, {"backend", text_of(backend.backend_name)}};
    }
    for (const auto& needed : gate::read_elf(path).needed) dlopen(needed.c_str(), RTLD_NOW | RTLD_GLOBAL);
    const double before = now();
    const Backend backend = load_backend(path);
    const double loaded = now();
    if (backend.available) backend.available();
    const double called = now();
    return {{"seconds", called - before},
            {"load_seconds", loaded - before},
            {"first_call_seconds", called - loaded},
            {"version", text_of(backend.version)},
            {"backend", text_of(backend.backend_name)}};
}

// Calls in a row per reading of the clock, and how often: the least time of many short blocks is what a call costs,
// everything else is the machine's.
constexpr int kCalls = 300;
constexpr int kBlocks = 200;

template <typename Call>
double block_seconds(const Call& make_call) {
    const double before = now();
    for (int i = 0; i < kCalls; ++i) make_call();
    return (now() - before) / kCalls;
}

// Two 4x4 tensors added and the result freed.
Json add_free(const std::string& path) {
    const Backend backend = load_backend(path);
    if (!backend.zeros || !backend.add || !backend.free) throw std::runtime_error("zeros, add or free is missing");
    const int64_t a = zeros_4x4(backend);
    const int64_t b = zeros_4x4(backend);
    double least = std::numeric_limits<double>::infinity();
    for (int block = 0; block < kBlocks; ++block)
        least = std::min(least, block_seconds([&] { backend.free(backend.add(a, b)); }));
    return {{"seconds", least}};
}

// What a dyncall form costs over its core function: view_1d + free over view + free. A short call that succeeds, takes
// an array, and has a form.
Json forms(const std::string& path) {
    using View1d = int64_t (*)(int64_t, int64_t);
    const Backend backend = load_backend(path);
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD);
    const auto view_1d = reinterpret_cast<View1d>(library ? dlsym(library, "rt_torch_torchtensor_view_1d") : nullptr);
    if (!view_1d) return {{"seconds", 0}, {"skipped", "dyncall"}};
    if (!backend.zeros || !backend.view || !backend.free) return {{"seconds", 0}, {"skipped", "symbol"}};
    const int64_t tensor = zeros_4x4(backend);
    double core = std::numeric_limits<double>::infinity(), form = core;
    const auto call_core = [&] {
        SplValue item{};
        item.tag = SPL_INT;
        item.as_int = 16;
        const SplArray dims{&item, 1, 1};
        backend.free(backend.view(tensor, &dims));
    };
    const auto call_form = [&] { backend.free(view_1d(tensor, 16)); };
    for (int block = 0; block < kBlocks; ++block) {
        core = std::min(core, block_seconds(call_core));
        form = std::min(form, block_seconds(call_form));
    }
    return {{"seconds", form - core}, {"form_seconds", form}, {"core_seconds", core}};
}

}  // namespace

int main(int argc, char** argv) {
    const std::map<std::string, Json (*)(const std::string&)> modes{
        {"load", load}, {"add-free", add_free}, {"forms", forms}};
    const auto mode = argc == 3 ? modes.find(argv[2]) : modes.end();
    if (mode == modes.end()) {
        std::cerr << "usage: simple-probe LIBRARY load|add-free|forms\n";
        return 64;
    }
    try {
        const std::string text = mode->second(argv[1]).dump();
        if (write(gate::Process::kEventsFd, text.data(), text.size()) < 0) return 2;
    } catch (const std::exception& e) {
        std::cerr << e.what() << "\n";
        return 2;
    }
    return 0;
}
