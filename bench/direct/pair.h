// What is timed: a function of the ABI beside the LibTorch call that it stands for, made directly.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "impl/abi/backend.h"

namespace simple::bench {

// One side of a pair. prepare(n) is not timed and makes ready what run(n), which is, uses up in n calls.
struct Side {
    std::function<void(int)> run;
    std::function<void(int)> prepare = [](int) {};
};

struct Sides {
    Side abi;
    Side direct;
};

// What a limit is on: how many times as long as the direct call, or nanoseconds of the ABI's own call.
enum class Measure {
    ratio,
    nanoseconds
};

struct Pair {
    std::string name;
    std::string function;  // of the ABI
    int threads = 1;       // each calls on tensors of its own
    Measure measure = Measure::ratio;
    double limit = 0;
    int calls = 1;                 // in one timed block: some 20 µs
    std::function<Sides()> sides;  // called in the thread that will run them
};

// The pairs for a backend that is loaded. The first is a null: the direct call on both sides.
std::vector<Pair> make_pairs(const Backend& backend);

}  // namespace simple::bench
