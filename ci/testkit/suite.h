// A suite is a GoogleTest program over this header: it registers cases, and `int main(argc, argv) { return
// simple::suite_main("golden", argc, argv, register_cases); }`. Run by hand it behaves like any GoogleTest program with
// `--backend X.so`; run by the gate it also streams events (JSON lines) to the descriptor named by --events-fd. That of
// a case's end says with which dtypes and where its function was called (ci/testkit/recorded_calls.h).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "impl/abi/backend.h"

namespace simple {

struct Case {
    std::string id;        // unique in the suite, stable: "softmax/negative-dim-f32"
    std::string function;  // the function's short name ("softmax"), or "" for what concerns the whole library
    std::vector<std::string> promises;  // ids of the contract: {"E4", "V4"}
    bool quick = false;                 // part of the gate's --quick run
    std::function<void()> body;         // uses GoogleTest's EXPECT_ and ASSERT_ macros
    // "cuda": where there is none the case is skipped (cuda), and the gate runs it on simulated devices if it can.
    std::string needs = {};
};

// Options common to all suites (--backend, --filter, --seed, --examples, --second X.so, --device ...).
struct SuiteOptions {
    std::string backend;  // path; "" = the functions in this process
    std::string second;   // a second backend, for differential and property suites; "" = the suite's default
    uint64_t seed = 1;
    int examples = 0;    // examples a property; 0 = the suite's default
    int leak_calls = 0;  // how often a round of the leak cases repeats a call; 0 = twice as often as there are examples
    std::string device = "cpu";  // or cuda:N: the cases' tensors live there; skipped (cuda) where there is none
};

// Called once after options are parsed and the backend is loaded.
using RegisterCases = std::function<std::vector<Case>(const Backend&, const SuiteOptions&)>;

int suite_main(const char* name, int argc, char** argv, const RegisterCases& register_cases);

// Ends the running case as skipped for want of a capability ("cuda", "control", "symbol"). Call as `return
// skip("cuda");`.
void skip(const char* capability);

}  // namespace simple
