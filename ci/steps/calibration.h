// How fast this machine is now, at what suites do: copying memory, allocating, computing with floats. Times of suites
// are counted in passes of this work, measured right before and after the suite with as many threads as it has workers,
// so that neither a slow machine, nor busy neighbours, nor a CPU quota makes a suite look slow.
#pragma once

namespace simple::gate {

// One pass of the three parts, by each of several threads at once. Seconds.
struct CalibrationPass {
    double wall = 0;                                // until the last thread is through
    double cpu = 0;                                 // of one thread, on average
    double memory = 0, allocation = 0, floats = 0;  // wall time of the parts, on average over the threads
    double ended = 0;                               // by the steady clock
};
CalibrationPass calibrate(unsigned threads);

// By how much time limits grow: the latest pass over one on the machine that they were set on, at least 1. The first
// call calibrates where nothing has.
double slowness();

}  // namespace simple::gate
