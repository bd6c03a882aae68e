// Sides that do comparable work, timed against each other in one process: in short blocks of some 20 µs, one side right
// after the other in an order drawn anew each round, so that whatever slows the machine for longer than that slows all
// sides of a round. Only ratios within a round are judged.
#pragma once

#include <functional>
#include <vector>

namespace simple::gate {

struct Side {
    std::function<void(int calls)> run;
};

// ns[side][round], nanoseconds a call; every side has the same number of rounds.
using Rounds = std::vector<std::vector<double>>;

Rounds time_rounds(const std::vector<Side>& sides);

// The median over the rounds of figure(round's times, by side): of a ratio, for example.
double median_over_rounds(const Rounds& rounds, const std::function<double(const std::vector<double>&)>& figure);

}  // namespace simple::gate
