// A comparison of a call between libraries: a baseline, a copy of it, a candidate and, where there is one, another
// layout of the baseline.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "bench/calls/side.h"

namespace simple::bench {

// A call at one size, or its failure.
struct ComparedCall {
    TimedCall call;
    bool fails = false;
    std::string name() const;  // "add/smallest", "add/error"
};

// Every call that is timed: each function at both sizes, and its failure where it can fail.
std::vector<ComparedCall> compared_calls(bool control);
// Whether the backend has the control functions that make operands.
bool makes_all_operands(const Backend& backend);

// What one process found of a call. Ratios are 1 + difference / max(baseline, floor): of a call that takes a nanosecond
// one percent is less than a cycle, so that differences are held against no less than the floor.
struct SlotSample {
    double baseline_ns = 0;
    double candidate_ns = 0;
    double ratio = 1;              // candidate to baseline
    double null = 1;               // the baseline's copy to the baseline
    std::optional<double> relink;  // another layout of the baseline to the baseline
    double noise = 0;              // how far apart the baseline's two blocks of a slot are, as a part of their mean
};

enum SideIndex : size_t {
    kBaseline,
    kCopy,
    kCandidate,
    kRelink  // may be absent
};
inline constexpr std::array<const char*, kRelink + 1> kSideNames{"baseline", "copy", "candidate", "relink"};

// Nanoseconds a call of one block of so many calls.
using Block = std::function<double(int calls)>;

// Times a call in slots: each side runs one block, in an order drawn anew, and then each once more in the reverse
// order, so that whatever changes steadily over a slot adds as much to all of them. Medians over the slots.
SlotSample in_slots(const std::vector<Block>& blocks, int calls, double floor_ns);

// The indices of so many sides, in an order drawn anew.
std::vector<size_t> drawn_order(size_t sides, std::mt19937& random);

using Libraries = std::vector<Backend>;  // by SideIndex

// The same in this process. Throws std::runtime_error that names the side whose call does not do what it is timed for.
SlotSample compare_in_slots(const ComparedCall& compared, const Libraries& libraries, double floor_ns);

// The floor: an eighth of what the baseline takes to add two 4x4 tensors.
double floor_ns(const Backend& baseline);

}  // namespace simple::bench
