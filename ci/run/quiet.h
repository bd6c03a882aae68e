// How much of the machine's CPU time others take while something is measured: a wall time over its limit counts only
// where the machine was quiet.
#pragma once

namespace simple::gate {

class QuietMeter {
  public:
    QuietMeter() : start_(now()) {}

    // Since construction: CPU time of everything but this process and its ended children, of all cores' time; 0 to 1.
    double others() const;

    static constexpr double kQuiet = 0.10;

  private:
    struct Reading {
        double wall = 0;  // all in seconds
        double busy = 0;  // of all cores
        double own = 0;
    };
    static Reading now();

    Reading start_;
};

}  // namespace simple::gate
