// One self-test of its shards: what no fault covers is known when all of them are there.
#pragma once

#include <string>
#include <vector>

namespace simple::gate {

// Whether a folder holds the report of a self-test.
bool is_self_test(const std::string& folder);

// Prints the summary and writes self-test.json and self-test.md into `out`. Returns the exit code, as of a whole one;
// 2, naming it, where a shard is missing, there twice, not whole, or of something else.
int merge_self_tests(const std::vector<std::string>& folders, const std::string& out);

}  // namespace simple::gate
