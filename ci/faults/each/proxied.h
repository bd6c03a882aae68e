// A suite with the proxy in a backend's place, asked case by case.
#pragma once

#include <string>
#include <vector>

#include "ci/faults/served_proxy.h"
#include "ci/run/supervisor.h"

namespace simple {

struct Proxied {
    std::vector<std::string> program;
    std::string inner;  // the backend behind the proxy
};

// What the suite has with nothing planted. Throws std::runtime_error where it says none.
std::vector<gate::PlannedCase> cases_of(const Proxied& proxied);

// The results of the cases with the fault planted; "": none. Throws std::runtime_error where they did not all run, or
// nothing was planted.
std::vector<gate::CaseResult> run_planted(const Proxied& proxied, gate::ServedProxy& served, const std::string& fault,
                                          const std::vector<gate::PlannedCase>& cases);

}  // namespace simple
