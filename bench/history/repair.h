// A damaged history: set aside, and begun anew with every run of it that can still be read.
#pragma once

#include <filesystem>

namespace simple::history {

struct Repaired {
    size_t kept = 0;
    size_t lost = 0;                  // runs that are there and cannot be read
    bool all_known = true;            // false where even their number cannot be read
    std::filesystem::path set_aside;  // the damaged file; nothing is removed
};

// Throws Refused where the folder is in use, or the file is none of a history's.
Repaired repair(const std::filesystem::path& folder);

}  // namespace simple::history
