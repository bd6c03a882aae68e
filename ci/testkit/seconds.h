// Time in seconds: what a clock on the wall says, and what a program computes, however busy the machine is.
#pragma once

#include <sys/resource.h>

#include <chrono>

namespace simple {

// Since some moment before the process began.
inline double wall_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// whose: RUSAGE_SELF, or RUSAGE_CHILDREN, those that ended and were waited for.
inline double cpu_seconds(decltype(RUSAGE_SELF) whose) {
    rusage usage{};
    getrusage(whose, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

inline double cpu_seconds() { return cpu_seconds(RUSAGE_SELF) + cpu_seconds(RUSAGE_CHILDREN); }

}  // namespace simple
