// The case that is running: what the suite has to know of it beside what GoogleTest knows. A process runs one at a
// time.
#pragma once

#include <atomic>
#include <string>

namespace simple {

struct RunningCase {
    std::string capability;                 // what it lacks, and is skipped for
    bool threw = false;                     // ended by an exception, not by an expectation that failed
    std::atomic<bool> lacks_symbol{false};  // called a core function that the backend lacks, on whatever thread
    double distance = 0;  // how far off the values of a case that passes are, of what is allowed: the largest share

    void begin() {
        capability.clear();
        threw = lacks_symbol = false;
        distance = 0;
    }
};

RunningCase& running_case();

}  // namespace simple
