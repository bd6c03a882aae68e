// The suites and steps that the gate knows: one list each.
#pragma once

#include <string>
#include <vector>

namespace simple::gate {

struct Step {
    const char* name;
    const char* title;
};

// In the order in which they run; a step runs only when those before it passed.
const std::vector<Step>& steps();

// A library that a suite is run on.
enum class Library {
    none,
    candidate,
    dyncall,  // the candidate, or the library beside it that adds the dyncall forms: X_dyncall.so
    stub,
    reference
};

struct Suite {
    const char* name;
    const char* program;  // in the build's bin folder; a suite whose program is not there is not built
    const char* step;
    Library backend;
    Library second;       // as --second: without a stub the suite is not built, without a reference it does without
    double case_seconds;  // time limit of a case, before --timeout-scale
    std::vector<std::string> arguments;
};

const std::vector<Suite>& suites();

const Step* find_step(const std::string& name);
const Suite* find_suite(const std::string& name);

}  // namespace simple::gate
