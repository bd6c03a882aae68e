// Two builds of the library compared, call by call.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/compare/decide.h"

namespace simple::compare {

struct Comparing {
    // Of the next process that samples (bench/calls/sampling_process.h), in the place of one of those at once.
    std::function<std::vector<std::string>(size_t place)> command;
    size_t at_once = 1;  // processes, each on cores of its own
    std::vector<std::string> filters;
    int screen = 6;    // processes that every call is measured in
    int confirm = 20;  // fresh ones, for the calls that are then suspect
    // Called before each process: what is measured, and how much of the work is done, 0 to 1.
    std::function<void(const std::string& what, double done)> progress = [](const std::string&, double) {};
    std::function<bool()> interrupted = [] { return false; };
};

struct Report {
    std::string version, baseline_version;  // the latter where the sides took turns
    nlohmann::ordered_json machine;         // bench/compare/machine.h
    std::string not_comparable;             // why nothing was measured; "" where it was
    std::vector<Row> rows;
    NullsOff off;
    bool interrupted = false;  // what was measured until then is judged
};

// Throws std::runtime_error where the processes do not do their work.
Report compare(const Comparing& comparing);

// 0: nothing is slower; 1: something is, or a side lacks or fails a call; 2: a null fired; 3: something is
// inconclusive, or nothing can be compared.
int exit_code(const Report& report);

nlohmann::ordered_json to_json(const Report& report);

}  // namespace simple::compare
