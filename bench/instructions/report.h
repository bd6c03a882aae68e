// What a comparison of counts says, for people and for programs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/instructions/counting_run.h"
#include "bench/instructions/judgement.h"
#include "bench/instructions/made_with.h"

namespace simple::bench {

struct Comparison {
    std::string candidate;
    MadeWith candidate_made;
    Counted counted;
    std::string baseline;      // a library or a table; "" where there is none
    std::string not_measured;  // why nothing can be compared; "" where it can
    Counts baseline_counts;
    std::vector<Judgement> judgements;

    // Of the calls, and of those that could not be counted.
    bool worse() const;
};

// Every call's counts, in columns.
std::string count_columns(const Counts& counts);

// What changed, and how many calls did not.
std::string summary(const Comparison& comparison);

// {"verdict": "pass" | "fail" | "not measured", "reason", "candidate", "baseline", "made_with", "dispatch",
//  "calls": [{"function", "call", "result", "changes"}], "objects": [{"call", "candidate": {object: instructions},
//  "baseline": the same or null}], "measurements": [{"name", "function", "size", "threads",
//  "side", "unit", "samples"}]}
nlohmann::ordered_json as_json(const Comparison& comparison);

}  // namespace simple::bench
