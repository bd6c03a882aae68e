// The cases that a run may meet, known before it begins: from the recorded plans, and of the gate's own checks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ci/steps/settings.h"

namespace simple::gate {

struct KnownCase {
    std::string step;
    std::string suite;  // of the gate's own checks the step
    std::string id;
    std::string function;
    std::vector<std::string> promises;
    bool quick = true;
    std::string needs = {};  // "cuda", or nothing
};

// Of the steps and suites that the settings choose and that are built. Not among them: what the step performance counts
// and times, a row a function and size. Throws std::runtime_error where a plan is not there.
std::vector<KnownCase> known_cases(const Settings& settings);

// A filter that can take no case of such a run.
std::optional<std::string> idle_filter(const Settings& settings);

}  // namespace simple::gate
