// An earlier verdict and this one side by side: --against-verdict.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "reports/verdict.h"

namespace simple::gate {

std::map<std::string, Status> statuses_of(const Verdict& verdict);  // of every case, by suite/id

// Fills verdict.comparison. With only_new, cases that did not pass before either become known.
void add_comparison(const std::map<std::string, Status>& before, const std::string& against, bool only_new,
                    Verdict& verdict);

void print(const Comparison& comparison);

}  // namespace simple::gate
