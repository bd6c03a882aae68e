// One run of count_target under callgrind, and what it counted.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/instructions/counts.h"

namespace simple::bench {

struct CountingOptions {
    std::string library;
    std::vector<std::string> functions;  // short names; empty: all
    bool realistic = false;              // operands of a training step in the place of 4x4, and no failing calls
    uint64_t seed = 1;                   // of the perturbed heaps and the size of the environment
    double limit_seconds = 1800;         // grown by the time scale (ci/testkit/time_scale.h)
};

struct Counted {
    Counts counts;
    std::map<std::string, std::string> uncounted;  // by call, why: the backend did not do what the call is to do
    std::vector<std::string> missing;              // symbols that the library lacks
    nlohmann::ordered_json dispatch;               // as target/dispatch.h found it
    std::string version;                           // of the backend
    double loading = 0;                            // seconds, valgrind's start included
    double seconds = 0;                            // of the whole run
};

// What must be installed, or built, before anything can be counted; "" where nothing is missing.
std::string what_is_missing();

// Says how far a run has come: "loading", "pass 2 of 4".
using Progress = std::function<void(const std::string&)>;

// Throws std::runtime_error where the run does not come to its end, or counts under other conditions than pinned.
Counted count(const CountingOptions& options, const Progress& progress);

}  // namespace simple::bench
