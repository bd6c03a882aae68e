// Where drawn choices come from: a seed, or a recorded list of choices that a property framework draws and shrinks.
#pragma once

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace simple {

class Random {
  public:
    explicit Random(uint64_t seed) : engine_(seed) {}
    // Replays choices and then gives 0, which every draw takes for its simplest case: fewer and smaller choices mean a
    // simpler drawing, so that shrinking the list shrinks what is drawn (MacIver and Donaldson, "Test-Case Reduction
    // via Test-Case Generation", 2020).
    explicit Random(std::vector<uint64_t> choices) : replaying_(true), choices_(std::move(choices)) {}

    uint64_t next() {
        if (!replaying_) return engine_();
        return position_ < choices_.size() ? choices_[position_++] : 0;
    }
    // From lowest to highest, both included.
    int64_t between(int64_t lowest, int64_t highest) {
        return lowest + static_cast<int64_t>(next() % static_cast<uint64_t>(highest - lowest + 1));
    }
    bool chance(int percent) { return between(0, 99) >= 100 - percent; }
    double real(double lowest, double highest) {
        return lowest + (highest - lowest) * static_cast<double>(next() >> 11) * 0x1p-53;
    }
    template <typename T>
    T pick(const std::vector<T>& choices) {
        return choices[static_cast<size_t>(between(0, static_cast<int64_t>(choices.size()) - 1))];
    }

  private:
    std::mt19937_64 engine_;
    bool replaying_ = false;
    std::vector<uint64_t> choices_;
    size_t position_ = 0;
};

}  // namespace simple
