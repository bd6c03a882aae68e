// How much of the machine's CPU time others take while something is measured. A time over its limit counts only where
// the machine was quiet; under its limit it counts anyway, since noise only adds.
#pragma once

namespace simple::gate {

class QuietMeter {
  public:
    QuietMeter() : start_(now()) {}

    // Since construction: CPU time of everything but this process and its ended children, of all cores' time; 0 to 1.
    double others() const;
    bool quiet() const { return others() < kQuiet; }

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

// Seconds of one run of a fixed loop (sorting in fresh memory): the unit that recorded times of suites are given in, so
// that they fit machines of any speed. The fastest of several runs.
double calibration_seconds();

}  // namespace simple::gate
