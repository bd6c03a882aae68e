// simple-probe loads a library and writes what it measured as one JSON object to the events' descriptor. A program of
// its own, since a candidate may do anything to the process that loads it.
//
//   simple-probe LIBRARY load DEPENDENCY... [then [forms DYNCALL] [add-free STUB REFERENCE] [loaded MODULE]]
//                                                  its loading and first call, against that of its dependencies; then,
//                                                  a line each, what the last two below measure, and what host.loaded
//                                                  does (ci/host/call_latency.h), of which MODULE is a copy
//   simple-probe LIBRARY visit                     loading it, a few calls, unloading it: what they change
//   simple-probe LIBRARY arithmetic                with what a process computes that has loaded it
//   simple-probe STUB add-free REFERENCE [LIBRARY] the stub's add + free, against the library's own
//   simple-probe LIBRARY forms                     a dyncall form, against its core function
//
// "ratio" is what is judged (ci/steps/latency.h), "null" that of a side to itself; the rest is for people.
#include <dlfcn.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "ci/agent/program_symbols.h"
#include "ci/host/host_library.h"
#include "ci/host/wait_for_go.h"
#include "ci/run/process.h"
#include "ci/steps/loaded_libraries.h"
#include "ci/steps/paired_blocks.h"
#include "ci/steps/process_arithmetic.h"
#include "ci/steps/process_state.h"
#include "ci/testkit/seconds.h"
#include "impl/abi/backend.h"
#include "impl/abi/library_path.h"
#include "reports/arithmetic_json.h"
#include "reports/digest.h"
#include "reports/statistics.h"

namespace {

using namespace simple;
using Json = nlohmann::json;
using Words = std::vector<std::string>;

std::string text_of(char* (*function)()) {
    if (!function) return "";
    char* text = function();
    std::string copy = text ? text : "";
    std::free(text);
    return copy;
}

void write_line(const Json& json) {
    const std::string text = json.dump() + "\n";
    if (write(gate::Process::kEventsFd, text.data(), text.size()) < 0) throw std::runtime_error("nobody listens");
}

// An array with this one size, for the length of a full expression.
struct OneSize {
    explicit OneSize(int64_t size) {
        item.tag = SPL_INT;
        item.as_int = size;
    }
    const SplArray* dims() {
        array = {&item, 1, 1};
        return &array;
    }
    SplValue item{};
    SplArray array{};
};

// A call that computes: the first one of a thread may be what prepares it.
void compute(const Backend& backend) {
    if (!backend.ones || !backend.add || !backend.free) return;
    const int64_t one = backend.ones(OneSize(2).dims());
    const int64_t two = one > 0 ? backend.add(one, one) : 0;
    for (const int64_t tensor : {one, two})
        if (tensor > 0) backend.free(tensor);
}

// Seconds from starting this program with nothing to do to its end; the median of a few.
double start_seconds() {
    constexpr int kStarts = 5;
    std::vector<double> seconds;
    for (int i = 0; i < kStarts; ++i) {
        const char* argv[] = {"simple-probe", "", "nothing", nullptr};
        pid_t child = 0;
        int status = 0;
        const double before = wall_seconds();
        if (posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, const_cast<char**>(argv), environ) != 0 ||
            waitpid(child, &status, 0) != child || status != 0)
            throw std::runtime_error("cannot start this program again");
        seconds.push_back(wall_seconds() - before);
    }
    return statistics::median(seconds);
}

// Here, since a program may remove at its end what it unpacked. libcrypto may be the program's own, and fail.
Words digests(const Words& files) {
    Words all;
    for (const auto& file : files) try {
            all.push_back(sha256_of_file(file));
        } catch (const std::exception&) {
            all.emplace_back();
        }
    return all;
}

// What else is measured in a process that has loaded the library, a line each.
void measure_further(const std::string& path, Words words);

// Without a path the functions are those of the program around, which nothing is compared with.
Json load(const std::string& path, const Words& words) {
    if (path.empty()) {
        const Backend backend = backend_in_program();
        if (backend.available) backend.available();
        const FoundFunctions found = functions_in_program();
        write_line({{"version", text_of(backend.version)},
                    {"backend", text_of(backend.backend_name)},
                    {"symbols", found.symbols},
                    {"files", found.files},
                    {"loaded", gate::loaded_libraries()},
                    {"where", found.where}});
        return {{"arithmetic", gate::to_json<Json>(gate::process_arithmetic(nullptr))},
                {"sha256", digests(found.files)}};
    }
    const auto then = std::find(words.begin(), words.end(), "then");
    const double start = start_seconds();
    const double before = wall_seconds();
    std::for_each(words.begin(), then,
                  [](const std::string& dependency) { dlopen(dependency.c_str(), RTLD_NOW | RTLD_GLOBAL); });
    const double ready = wall_seconds();
    const Backend backend = load_backend(path);
    const double loaded = wall_seconds();
    if (backend.available) backend.available();
    const double called = wall_seconds();
    const double unit = std::max(start, (ready - before) / 100);
    const Json measured{{"ratio", (called - ready) / unit},        {"start_seconds", start},
                        {"dependencies_seconds", ready - before},  {"load_seconds", loaded - ready},
                        {"first_call_seconds", called - loaded},   {"version", text_of(backend.version)},
                        {"backend", text_of(backend.backend_name)}};
    if (then == words.end()) return measured;
    write_line(measured);
    measure_further(path, Words(then + 1, words.end()));
    _exit(0);
}

// What add + free is measured among: a program has tensors, and finding two of them must not take longer for that.
constexpr int kLiveTensors = 1000;

// Sides that are loaded and work, once nothing else runs.
gate::Rounds time_alone(const std::vector<gate::Side>& sides) {
    if (!wait_for_go()) throw std::runtime_error("nobody says when to measure");
    return gate::time_rounds(sides);
}

// Adds two 4x4 tensors and frees the result.
struct AddFree {
    explicit AddFree(const std::string& path) : backend(load_backend(path)) {
        if (!backend.zeros || !backend.add || !backend.free) return;
        for (int i = 0; i < kLiveTensors; ++i) {
            SplValue items[2]{};
            for (auto& item : items) {
                item.tag = SPL_INT;
                item.as_int = 4;
            }
            const SplArray dims{items, 2, 2};
            (i % 2 ? a : b) = backend.zeros(&dims);
        }
        const int64_t sum = backend.add(a, b);
        works = sum > 0;
        backend.free(sum);
    }
    gate::Side side() const {
        return {[this](int calls) {
            for (int i = 0; i < calls; ++i) backend.free(backend.add(a, b));
        }};
    }
    Backend backend;
    int64_t a = 0, b = 0;
    bool works = false;
};

// The unit is the candidate's own add + free, or half of the reference backend's where that is more: a candidate that
// is a stub itself, or whose add fails, computes nothing that would be a measure.
Json add_free(const std::string& path, const Words& others) {
    if (others.empty() || others.size() > 2) throw std::runtime_error("which reference, and which candidate?");
    const AddFree stub(path), reference(others[0]);
    if (!stub.works) throw std::runtime_error("the stub's add gives no tensor");
    if (!reference.works) throw std::runtime_error("the reference's add gives no tensor");
    std::vector<gate::Side> sides{stub.side(), stub.side(), reference.side()};
    std::optional<AddFree> candidate;
    if (others.size() == 2) candidate.emplace(others[1]);
    if (candidate && candidate->works) sides.push_back(candidate->side());
    const gate::Rounds rounds = time_alone(sides);
    const auto ns = [&](size_t side) {
        return side < rounds.size() ? Json(statistics::median(rounds[side])) : Json(nullptr);
    };
    return {{"ratio", gate::median_over_rounds(rounds,
                                               [](const std::vector<double>& side) {
                                                   const double own = side.size() > 3 ? side[3] : 0;
                                                   return side[0] / std::max(own, side[2] / 2);
                                               })},
            {"null", gate::median_over_rounds(rounds, [](const auto& side) { return side[1] / side[0]; })},
            {"stub_ns", ns(0)},
            {"reference_ns", ns(2)},
            {"candidate_ns", ns(3)}};
}

// view_1d + free over view + free: a short call that succeeds, takes an array, and has a form. What the form adds is
// held against no less than a sixth of the reference backend's add + free: a backend that only knows shapes answers in
// so few nanoseconds that one more call is 6 % of them.
Json forms(const std::string& path, const Words& words) {
    using View1d = int64_t (*)(int64_t, int64_t);
    const Backend backend = load_backend(path);
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD);
    const auto view_1d = reinterpret_cast<View1d>(library ? dlsym(library, "rt_torch_torchtensor_view_1d") : nullptr);
    if (!view_1d) return {{"skipped", "dyncall"}};
    if (!backend.zeros || !backend.view || !backend.free) return {{"skipped", "symbol"}};
    if (words.size() != 1) throw std::runtime_error("which reference?");
    const AddFree reference(words[0]);
    if (!reference.works) throw std::runtime_error("the reference's add gives no tensor");
    const int64_t tensor = backend.zeros(OneSize(16).dims());
    const gate::Side core{[&](int calls) {
        for (int i = 0; i < calls; ++i) backend.free(backend.view(tensor, OneSize(16).dims()));
    }};
    const gate::Side form{[&](int calls) {
        for (int i = 0; i < calls; ++i) backend.free(view_1d(tensor, 16));
    }};
    const gate::Rounds rounds = time_alone({form, core, core, reference.side()});
    const auto ratio = [](const auto& side) { return 1 + (side[0] - side[1]) / std::max(side[1], side[3] / 6); };
    return {{"ratio", gate::median_over_rounds(rounds, ratio)},
            {"null", gate::median_over_rounds(rounds, [](const auto& side) { return side[2] / side[1]; })},
            {"form_ns", statistics::median(rounds[0])},
            {"core_ns", statistics::median(rounds[1])},
            {"reference_ns", statistics::median(rounds[3])}};
}

// The module's functions find the library where a program's would, when it is loaded.
void measure_loaded(const std::string& path, const std::string& module) {
    setenv("RT_TORCH_LIBRARY", with_folder(path).c_str(), 1);
    void* loaded = dlopen(module.c_str(), RTLD_NOW | RTLD_LOCAL);
    void* measure = loaded ? dlsym(loaded, "measure_call_latency") : nullptr;
    if (!measure) throw std::runtime_error(dlerror());
    if (reinterpret_cast<int (*)()>(measure)() != 0) throw std::runtime_error("a call of it is not measured");
}

void measure_further(const std::string& path, Words words) {
    for (auto word = words.begin(); word != words.end();) {
        const std::string what = *word++;
        const auto next = [&] { return word == words.end() ? throw std::runtime_error("of what, then?") : *word++; };
        const std::string library = next();
        if (what == "forms")
            write_line(forms(library, {next()}));
        else if (what == "add-free")
            write_line(add_free(library, {next(), path}));
        else
            measure_loaded(path, library);  // the last: it ends no line
    }
}

// A process that has nothing of the library sees what it changes for good, its constructors and destructors included.
// Two lines, since unloading it may end the process.
Json visit(const std::string& path, const Words&) {
    const gate::ProcessState before;
    const Backend backend = load_backend(path);
    if (backend.available) backend.available();
    write_line({{"version", text_of(backend.version)}, {"backend", text_of(backend.backend_name)}});
    compute(backend);
    const Words libraries = gate::loaded_libraries();
    auto changes = before.changed_handlers();
    if (void* library = dlopen(with_folder(path).c_str(), RTLD_NOW | RTLD_NOLOAD)) {
        dlclose(library);
        dlclose(library);  // load_backend's
    }
    changes.merge(before.changes());  // where both tell of a handler, the one that could name its library
    Words changed;
    for (const auto& [what, how] : changes) changed.push_back(what + ": " + how);
    return {{"changed", changed}, {"loaded", libraries}};
}

Json arithmetic(const std::string& path, const Words&) {
    compute(load_backend(path));
    void* library = dlopen(with_folder(path).c_str(), RTLD_NOW | RTLD_NOLOAD);
    return {{"arithmetic", gate::to_json<Json>(gate::process_arithmetic(library))}};
}

Json nothing(const std::string&, const Words&) { return {}; }

}  // namespace

int main(int argc, char** argv) {
    const std::map<std::string, Json (*)(const std::string&, const Words&)> modes{
        {"load", load},         {"visit", visit}, {"arithmetic", arithmetic},
        {"add-free", add_free}, {"forms", forms}, {"nothing", nothing}};
    const auto mode = argc >= 3 ? modes.find(argv[2]) : modes.end();
    if (mode == modes.end()) {
        std::cerr << "usage: simple-probe LIBRARY load DEPENDENCY... | LIBRARY visit | LIBRARY arithmetic | "
                     "STUB add-free REFERENCE [LIBRARY] | LIBRARY forms REFERENCE\n";
        return 64;
    }
    try {
        if (argv[1][0] && argv[2] != std::string("nothing")) load_host_functions();
        const Json measured = mode->second(argv[1], Words(argv + 3, argv + argc));
        const std::string text = measured.dump();
        if (!measured.is_null() && write(gate::Process::kEventsFd, text.data(), text.size()) < 0) return 2;
        // Of these the time of calls is wanted. How a process that loads the library ends, "visit" shows.
        if (mode->second == add_free || mode->second == forms) _exit(0);
    } catch (const std::exception& e) {
        std::cerr << e.what() << "\n";
        return 2;
    }
    return 0;
}
