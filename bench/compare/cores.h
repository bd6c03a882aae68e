// Which cores a process samples on, so that two may at once.
#pragma once

#include <string>
#include <vector>

namespace simple::compare {

// Processes that sample at once, at most: more were not tried, and share what caches and memory there are.
inline constexpr size_t kMostAtOnce = 2;

// CPUs that share no core with those of another set, at most `most` sets and as even as may be, of those that this
// process may run on: {{0, 2}, {1, 3}} for two of four cores. One set where there is one core.
std::vector<std::vector<int>> sets_of_cores(size_t most);

// The same of CPUs grouped by the core that they are of.
std::vector<std::vector<int>> dealt(const std::vector<std::vector<int>>& cores, size_t most);

// Keeps this process, and what it starts, on these. Where the system forbids it, it stays where it is.
void stay_on(const std::vector<int>& cpus);

}  // namespace simple::compare
