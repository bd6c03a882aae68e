// What an earlier verdict says, and two of them side by side: --against-verdict.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "reports/verdict.h"

namespace simple::gate {

// What a verdict.json says.
struct Earlier {
    std::string outcome;
    Run run;
    std::map<std::string, Status> statuses;  // of every case, by suite/id
    std::vector<std::string> problems;       // why it was not whole: of the gate, of steps, of waivers
};
// Throws std::runtime_error where the file is no verdict.
Earlier read_earlier(const std::string& verdict_json);

// Fills verdict.comparison. With only_new, cases that did not pass before either become known.
void add_comparison(const std::map<std::string, Status>& before, const std::string& against, bool only_new,
                    Verdict& verdict);

void print(const Comparison& comparison);

}  // namespace simple::gate
