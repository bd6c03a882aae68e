// An earlier verdict and this one side by side: --against-verdict.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "reports/verdict.h"

namespace simple::gate {

// Of every case in the verdict.json of a run that ended, by suite/id. Throws std::runtime_error.
std::map<std::string, Status> statuses_to_compare(const std::string& path);

// Fills verdict.comparison. With only_new, cases that did not pass before either become known.
void add_comparison(const std::map<std::string, Status>& before, const std::string& against, bool only_new,
                    Verdict& verdict);

void print(const Comparison& comparison);

}  // namespace simple::gate
