// Code in memory pages that this process has for itself.
//
// The pages of a library's file lie where the system put them when the file was read first, for every process alike.
// Which of them contend for the same sets of a cache is so drawn once for a file, and one of two equal files can be 3 %
// slower in a call, in all processes: neither more of them nor the null tells that from a change of the code. In pages
// of its own the code is drawn anew in every process, and what chance does is seen in the spread.
#pragma once

#include <string>
#include <vector>

#include "impl/abi/backend.h"

namespace simple::bench {

// Loads it and copies the code of all libraries that came with it to fresh pages, but for those
// that are large, as LibTorch, which is the same for whatever is compared. Where the system forbids that, it stays
// where it is. first: files that are loaded before it, which it would not find where it lies.
Backend load_on_fresh_pages(const std::string& path, const std::vector<std::string>& first = {});

// The same for the program's own code.
void move_program_to_fresh_pages();

}  // namespace simple::bench
