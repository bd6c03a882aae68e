// simple-probe X.so load|latency: loads a library and writes what it measured as one JSON object to the events'
// descriptor. A program of its own, since a candidate may do anything to the process that loads it. Seconds everywhere.
#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

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

// What the library needs is loaded first, so that only its own share is measured.
Json load(const std::string& path) {
    for (const auto& needed : gate::read_elf(path).needed) dlopen(needed.c_str(), RTLD_NOW | RTLD_GLOBAL);
    const double before = now();
    const Backend backend = load_backend(path);
    const double loaded = now();
    if (backend.available) backend.available();
    const double called = now();
    return {{"load_seconds", loaded - before},
            {"first_call_seconds", called - loaded},
            {"version", text_of(backend.version)},
            {"backend", text_of(backend.backend_name)}};
}

// The fastest of many short blocks: noise only adds.
Json latency(const std::string& path) {
    constexpr int kBlocks = 60;
    constexpr int kCalls = 5000;
    const Backend backend = load_backend(path);
    if (!backend.zeros || !backend.add || !backend.free) throw std::runtime_error("zeros, add or free is missing");
    const int64_t a = zeros_4x4(backend);
    const int64_t b = zeros_4x4(backend);
    double best = std::numeric_limits<double>::infinity();
    for (int block = 0; block < kBlocks; ++block) {
        const double before = now();
        for (int i = 0; i < kCalls; ++i) backend.free(backend.add(a, b));
        best = std::min(best, (now() - before) / kCalls);
    }
    return {{"add_free_seconds", best}};
}

}  // namespace

int main(int argc, char** argv) {
    const std::string what = argc == 3 ? argv[2] : "";
    if (what != "load" && what != "latency") {
        std::cerr << "usage: simple-probe LIBRARY load|latency\n";
        return 64;
    }
    try {
        const Json result = what == "load" ? load(argv[1]) : latency(argv[1]);
        const std::string text = result.dump();
        if (write(gate::Process::kEventsFd, text.data(), text.size()) < 0) return 2;
    } catch (const std::exception& e) {
        std::cerr << e.what() << "\n";
        return 2;
    }
    return 0;
}
