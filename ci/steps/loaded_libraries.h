// The OpenMP and BLAS libraries of a process: those that decide how fast a candidate is, and in which last bits its
// numbers end. One that brings its own may meet another that is there already.
#pragma once

#include <string>
#include <vector>

namespace simple::gate {

// The files that this process has loaded, links followed.
std::vector<std::string> loaded_libraries();

// Notes of a step: which of these are OpenMP runtimes and BLAS libraries, and a warning where there are two of a kind.
std::vector<std::string> notes_of_loaded(const std::vector<std::string>& libraries);

}  // namespace simple::gate
