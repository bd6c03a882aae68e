// The suites and steps that the gate knows: one list each.
#pragma once

#include <string>
#include <vector>

#include "ci/steps/suite_time.h"

namespace simple::gate {

struct Step {
    const char* name;
    const char* title;
    std::vector<const char*> tools;  // programs that its suites call
};

// In the order in which they run; a step runs only when those before it passed.
const std::vector<Step>& steps();

// A library that a suite is run on.
enum class Library {
    none,
    candidate,
    dyncall,  // the candidate, or the library beside it that adds the dyncall forms: X_dyncall.so
    stub,
    reference,
    preloaded,  // the candidate, preloaded into the suite's process, which calls it as linked
    archive     // this build's archive, linked into the suite's program: only where the candidate is this build's
};

struct Suite {
    const char* name;
    const char* program;  // in the build's bin folder; a suite whose program is not there is not built
    const char* source;   // where its cases are written, in the project
    const char* step;
    Library backend;
    Library second;       // as --second; where that is missing the suite counts as not built
    double case_seconds;  // time limit of a case, before --timeout-scale and the machine's slowness
    size_t batch;         // cases that are worth a process of their own
    bool quick_cases;     // only the cases marked as quick; not part of --quick runs
    Recorded recorded;    // for the gate of its time
};

const std::vector<Suite>& suites();

const Step* find_step(const std::string& name);
const Suite* find_suite(const std::string& name);

}  // namespace simple::gate
