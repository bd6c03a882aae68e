// What the gate tells suites, agents and measuring programs of time: how much longer anything may take here than on the
// machine that limits were set on. Whoever starts them by hand says nothing, and limits are as they are written.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>

namespace simple {

constexpr const char* kTimeScale =
    "SIMPLE_TIME_SCALE";  // the variable; its value is a number above 0, without exponent

// Throws std::runtime_error where the variable has another value.
inline double time_scale() {
    const char* text = std::getenv(kTimeScale);
    if (!text) return 1;
    const char* end = text + std::strlen(text);
    double scale = 0;
    const auto [stop, error] = std::from_chars(text, end, scale, std::chars_format::fixed);
    if (error != std::errc() || stop != end || !(scale > 0 && std::isfinite(scale)))
        throw std::runtime_error(std::string(kTimeScale) + " is " + text + ", and no number above 0");
    return scale;
}

// By how much what is waited for out of patience grows: limits below those that were set make nothing give back sooner.
inline double patience_scale() { return std::max(1.0, time_scale()); }

// SIGALRM ends this process when so many seconds, grown by the scale, are over; the last call counts.
inline void end_after(double seconds) {
    constexpr double kMost = 1e8;  // three years
    alarm(static_cast<unsigned>(std::ceil(std::min(seconds * time_scale(), kMost))));
}

}  // namespace simple
