// The process that is one sample.
#pragma once

#include <string>
#include <vector>

namespace simple::bench {

struct SamplePaths {
    std::string baseline, copy, candidate;
};

// Compares the calls whose names match and writes JSON lines: one for what is about to be timed and one for what was
// found, so that a call which ends the process is known. Libraries are loaded in an order drawn anew. Returns the
// process's exit code.
int sample_calls(const SamplePaths& paths, const std::vector<std::string>& filters, const std::string& file);

}  // namespace simple::bench
