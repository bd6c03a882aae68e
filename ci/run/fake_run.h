// For tests: cases of fake_suite, run by the supervisor.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "ci/run/supervisor.h"

namespace simple::gate {

using Results = std::map<std::string, CaseResult>;

inline Results run_fake_cases(const std::vector<std::string>& ids, const Limits& limits, GivenUp& given_up,
                              std::vector<std::string>& problems) {
    std::vector<PlannedCase> cases;
    for (const auto& id : ids) {
        PlannedCase c;
        c.id = id;
        c.promises = {"V4"};
        cases.push_back(c);
    }
    Results by_id;
    for (auto& result : run_cases({FAKE_SUITE_PROGRAM}, cases, limits, given_up, problems,
                                  [](const CaseResult&, size_t) { return true; }))
        EXPECT_TRUE(by_id.emplace(result.id, result).second) << "reported twice: " << result.id;
    return by_id;
}

}  // namespace simple::gate
