// count_target: calls each function of a backend while callgrind collects, one dump a function and pass. It is run by
// count_instructions, under valgrind; it reports on descriptor 3, a JSON object a line.
#include <unistd.h>
#include <valgrind/callgrind.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "bench/calls/prepared_call.h"
#include "bench/instructions/target/dispatch.h"
#include "bench/instructions/target/heap.h"
#include "bench/instructions/target/watched_backend.h"
#include "ci/host/host_library.h"

namespace {

using namespace simple;
using namespace simple::bench;
using Json = nlohmann::ordered_json;

constexpr int kEventsFd = 3;

void report(const Json& event) {
    const std::string line = event.dump() + "\n";
    if (write(kEventsFd, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(1);
}

struct Options {
    std::string backend;
    int calls = 10;  // that a dump counts
    uint64_t seed = 1;
    std::vector<std::string> functions;
    bool realistic = false;
};

struct Planned {
    TimedCall call;
    bool fails;

    std::string name() const {
        return std::string(function(call.fn).name) + (fails                         ? "/error"
                                                      : call.size == Size::smallest ? "/smallest"
                                                                                    : "/realistic");
    }
};

std::vector<Planned> plan(const Options& options, bool control) {
    std::vector<Planned> planned;
    for (size_t i = 0; i < kFunctionCount; ++i) {
        const Fn fn = functions()[i].id;
        const auto& wanted = options.functions;
        if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), functions()[i].name) == wanted.end()) continue;
        if (auto call = timed_call(fn, options.realistic ? Size::realistic : Size::smallest, control))
            planned.push_back({*std::move(call), false});
        if (auto call = failing_call(fn); call && !options.realistic) planned.push_back({*std::move(call), true});
    }
    return planned;
}

class Counter {
  public:
    Counter(const Backend& backend, const Options& options) : backend_(backend), options_(options) {}

    // Made ready and warm: what a first call sets up is there. nullopt, reported, where the backend cannot do it.
    std::optional<PreparedCall> ready(const Planned& planned, bool say) const {
        try {
            if (backend_.clear_error) backend_.clear_error();  // last_error_* would tell of an older failure
            PreparedCall call(backend_, planned.call, planned.fails);
            call.prepare(options_.calls);
            call.run(options_.calls);
            call.finish();
            return call;
        } catch (const std::exception& e) {
            if (say) report({{"event", "uncounted"}, {"call", planned.name()}, {"reason", e.what()}});
            return std::nullopt;
        }
    }

    // callers: how often functions called others counts too, so nothing else may be called meanwhile.
    void count(const char* pass, const Planned& planned, PreparedCall& call, bool callers = false) const {
        const std::string label = std::string(pass) + "/" + planned.name();
        if (backend_.clear_error) backend_.clear_error();
        call.prepare(options_.calls);
        {
            const Watch watch(planned.call.fn, callers);
            // How often functions called others is forgotten with the dump of their costs, and not by zeroing these.
            if (callers)
                CALLGRIND_DUMP_STATS_AT("warm-up");
            else
                CALLGRIND_ZERO_STATS;
            call.run(options_.calls);
            CALLGRIND_DUMP_STATS_AT(label.c_str());
        }
        call.finish();
    }

    // Each call alone: next to no other tensor lives.
    void alone(const char* pass, const std::vector<Planned>& planned) const {
        for (const Planned& one : planned)
            if (auto call = ready(one, pass == std::string("plain"))) count(pass, one, *call);
    }

    // Everything is collected, the making of operands too, so that it is dumped and forgotten before the calls.
    void callers(const std::vector<Planned>& planned) const {
        CALLGRIND_TOGGLE_COLLECT;
        for (const Planned& one : planned)
            if (auto call = ready(one, false)) count("callers", one, *call, true);
        CALLGRIND_TOGGLE_COLLECT;
    }

    // All calls' operands live at the same time, and more besides.
    void among_many(const char* pass, const std::vector<Planned>& planned) const {
        constexpr int kMore = 1000;
        std::vector<int64_t> more;
        SplValue one[1] = {};
        one[0].tag = SPL_INT;
        one[0].as_int = 1;
        SplArray dims{one, 1, 1};
        for (int i = 0; backend_.zeros && i < kMore; ++i) more.push_back(backend_.zeros(&dims));
        std::vector<std::optional<PreparedCall>> calls;
        for (const Planned& one_of : planned) calls.push_back(ready(one_of, false));
        for (size_t i = 0; i < planned.size(); ++i)
            if (calls[i]) count(pass, planned[i], *calls[i]);
        for (const int64_t handle : more) backend_.free(handle);
    }

  private:
    const Backend& backend_;
    const Options& options_;
};

// While a process has one thread, libc and the handle table do without atomic instructions; some call of LibTorch's
// starts others. With one that waits, all calls are counted alike, and as a program with threads pays for them.
void have_second_thread() {
    std::thread([] {
        for (;;) pause();
    }).detach();
}

std::string version_of(const Backend& backend) {
    if (!backend.version) return "";
    char* text = backend.version();
    const std::string version = text ? text : "";
    std::free(text);
    return version;
}

int run(const Options& options) {
    have_second_thread();
    load_host_functions();
    const Backend real = load_backend(options.backend);
    const std::string version = version_of(real);
    const Dispatch dispatch = ask_dispatch(options.backend, version);
    report({{"event", "loaded"},
            {"version", version},
            {"valgrind", RUNNING_ON_VALGRIND != 0},
            {"dispatch", dispatch.found},
            {"objections", dispatch.objections}});
    if (!dispatch.objections.empty() || RUNNING_ON_VALGRIND == 0) return 1;
    const Backend backend = watched(real);
    const std::vector<Planned> planned = plan(options, real.has_all(Set::control));
    report({{"event", "planned"}, {"calls", planned.size()}, {"missing", real.missing}});
    const Counter counter(backend, options);
    CALLGRIND_START_INSTRUMENTATION;
    // The names are those that merged() of counts.h knows.
    counter.alone("plain", planned);
    report({{"event", "pass"}});
    for (const char* pass : {"heap1", "heap2"}) {
        const uint64_t seed = 2 * options.seed + (pass[4] - '1');
        const PerturbedHeap heap(seed);
        with_lower_stack(seed, [&] { counter.alone(pass, planned); });
        report({{"event", "pass"}});
    }
    counter.among_many("many", planned);
    report({{"event", "pass"}});
    counter.callers(planned);
    report({{"event", "end"}});
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("Calls each function of a backend while callgrind collects. Run by count_instructions.",
                 "count_target");
    app.option_defaults()->disable_flag_override();
    app.add_option("--backend", options.backend)->required();
    app.add_option("--calls", options.calls);
    app.add_option("--seed", options.seed);
    app.add_option("--functions", options.functions)->delimiter(',');
    app.add_flag("--realistic", options.realistic);
    CLI11_PARSE(app, argc, argv);
    try {
        return run(options);
    } catch (const std::exception& e) {
        fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
