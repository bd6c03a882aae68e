// A sample of two libraries that cannot share a process: baseline, copy and candidate in a process each, whose blocks
// take turns as those within one process do.
#pragma once

#include <string>
#include <vector>

#include "bench/compare/sampler.h"

namespace simple::bench {

// Whether the two run on different LibTorchs, or on two files of one, or each with a library of the same name, as from
// beside itself. False where one of them does not say: what is
// wrong with it shows when it is measured.
bool need_turns(const std::string& baseline, const std::string& candidate);

void sample_in_turns(const SamplePaths& paths, const Choice& choice, const std::string& file);

}  // namespace simple::bench
