// What becomes of a process that loads a candidate, makes a few calls, unloads it and ends (T3, E1).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ci/run/process.h"
#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::gate {

// Cases of the step `library` by this beginning. They fail on their own, and no step waits for them.
constexpr const char* kProcessCases = "process/";

// simple-probe's visit: the run of a process that has not loaded the candidate before.
Ran visit(const Settings& settings);

// What version() and backend_name() say, where the candidate was loaded and answered.
struct Answer {
    std::string version, backend;
    std::vector<std::string> symbols;  // of a program: those that were found in it,
    std::string where;                 // and where,
    std::vector<std::string> files;    // in which files,
    std::vector<std::string> loaded;   // what the process had loaded beside,
    std::vector<std::string> sha256;   // and of these files, in their order, what the process read of them
};
std::optional<Answer> answer_in(const Ran& visit);

// The files that the process had loaded when its calls were made; empty where it did not come so far.
std::vector<std::string> loaded_in(const Ran& visit);

// process/unchanged, process/silent, process/ends, process/leaves-nothing. Only where the candidate answered.
std::vector<CaseResult> check_process(const Ran& visit);

}  // namespace simple::gate
