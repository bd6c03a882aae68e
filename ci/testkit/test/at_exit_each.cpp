// Every function once before exit and once more in a handler that was registered before its first call: what a LibTorch
// makes for the process in that call is destroyed by then. The second call does what the first did, or says so.
//
//     at_exit_each BACKEND
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "ci/testkit/draw/calls.h"
#include "impl/process/process.h"

using namespace simple;
using namespace simple::process;

namespace {

constexpr uint64_t kDrawings = 3;

struct Call {
    Program program;  // the function's call is the last one
    std::vector<int32_t> codes;
};

const Backend* g_backend = nullptr;
std::vector<Call>* g_calls = nullptr;

std::vector<Call> drawn(Fn fn) {
    std::vector<Call> calls;
    for (uint64_t seed = 1; seed <= kDrawings; ++seed) {
        Random random(seed);
        Drawer drawer(random);
        const Step last = draw_valid(fn, drawer);
        calls.push_back({std::move(drawer.program), {}});
        calls.back().program.push_back(last);
    }
    return calls;
}

void run_all() {
    for (Call& call : *g_calls) {
        Runner runner(*g_backend);
        for (const Step& step : call.program) call.codes.push_back(runner.run(step).code);
    }
}

bool tells_of_the_end(const Outcome& outcome) {
    return outcome.code == 100 && (outcome.message.find("has ended with the process") != std::string::npos ||
                                   outcome.message.find("the thread is ending") != std::string::npos);
}

// A program ends where it is told of the end: what comes after would have nothing to work with.
void run_all_again() {
    for (const Call& call : *g_calls) {
        Runner runner(*g_backend);
        for (size_t i = 0; i < call.program.size(); ++i) {
            const Outcome outcome = runner.run(call.program[i]);
            if (tells_of_the_end(outcome)) break;
            if (outcome.code != call.codes[i])
                std::fprintf(stderr, "%s: code %d, and %d before exit: %s\n",
                             function(call.program[i].fn).symbol.data(), outcome.code, call.codes[i],
                             outcome.message.c_str());
            must(outcome.code == call.codes[i], "a call at exit gives what it gave before, or tells of the end");
        }
    }
    _Exit(0);  // LibTorch's own part in exit takes long
}

// Where another thread made the calls before, the one that ends the process makes its first one at exit.
bool holds(Fn fn, bool on_another_thread) {
    const int status = repeated(
        [&] {
            g_calls = new std::vector<Call>(drawn(fn));
            must(std::atexit(run_all_again) == 0, "a handler is registered");
            if (on_another_thread)
                std::thread(run_all).join();
            else
                run_all();
        },
        1, End::through_exit);
    if (status != 0)
        std::fprintf(stderr, "%s, first called on %s thread\n", function(fn).symbol.data(),
                     on_another_thread ? "another" : "the same");
    return status == 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    const Backend backend = load_backend(argv[1]);
    g_backend = &backend;
    int tried = 0;
    bool all_hold = true;
    for (size_t i = 0; i < kFunctionCount; ++i) {
        const Fn fn = functions()[i].id;
        if (!backend.has(fn) || !can_succeed(fn)) continue;
        ++tried;
        for (const bool on_another_thread : {false, true}) all_hold &= holds(fn, on_another_thread);
    }
    must(tried > 100, "the functions are tried");
    return all_hold ? 0 : 1;
}
