// ci/gate annotate: what a CI service shows of a run beside its log.
#pragma once

#include <cstddef>
#include <string>

#include "reports/verdict.h"

namespace simple::gate {

int annotate(const std::string& root, int argc, char** argv);

// Lines that GitHub shows as annotations: its failures by group, at most as many as GitHub takes of one step, ten, and
// the problems of the run before them.
std::string github_annotations(const Verdict& verdict);

// At most `bytes`, cut between two lines with a line that says so: GitHub drops a job summary of more than 1 MiB whole.
std::string cut_summary(const std::string& markdown, size_t bytes);

}  // namespace simple::gate
