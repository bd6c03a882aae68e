// A process that is one sample of many calls: it writes JSON lines, {"begin": name, ...} before each call that it is
// about to time and what it found after, so that a call which ends the process is known.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace simple::bench {

struct Sampled {
    std::string unfinished;  // the call that was being timed when the process ended; "" where it came to its end
    bool hung = false;       // ended by its own alarm
    std::string ending;      // "signal 11"
};

// Runs command with "--sample FILE", and "--filter NAMES" where there are names, and gives each line to take. A line
// "ended" or "not_comparable" says that the process did its work. Throws std::runtime_error where it ended before any
// call.
Sampled run_sampling(std::vector<std::string> command, const std::vector<std::string>& names,
                     const std::function<void(const nlohmann::json&)>& take);

}  // namespace simple::bench
