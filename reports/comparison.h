// Two verdicts side by side, and what an earlier one says: --against-verdict and --rerun-failed.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "reports/verdict.h"

namespace simple::gate {

// What a verdict.json says.
struct Earlier {
    std::string outcome;
    std::map<std::string, Status> statuses;  // of every case, by suite/id
};
// Throws std::runtime_error where the file is no verdict.
Earlier read_earlier(const std::string& verdict_json);

std::set<std::string> names_of_failures(const std::map<std::string, Status>& statuses);

struct Comparison {
    std::vector<std::string> newly_failing;
    std::vector<std::string> newly_passing;
    std::vector<std::string> gone;
    std::vector<std::string> added;
};
Comparison compare(const std::map<std::string, Status>& before, const std::vector<CaseResult>& after);

void print(const Comparison& comparison, const std::string& against);

}  // namespace simple::gate
