// A history as JSON Lines: one run a line, everything that was added.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "bench/history/store.h"

namespace simple::history {

// Gives the number of runs. Throws Refused where a run cannot be read or out cannot be written.
size_t export_lines(const Store& store, std::ostream& out);

struct Imported {
    size_t added = 0;
    size_t known = 0;  // runs that the history had
    struct Torn {
        size_t line;  // from 1
        std::string why;
    };
    std::vector<Torn> torn;
    std::filesystem::path set_aside;  // where torn lines are kept; "" where there is none
};

// Adds what the history does not have. Torn lines go, as they came, into a file in the history's folder that is named
// after them, so that the same lines make no second one. Ended at any moment and begun again it comes to the same.
Imported import_lines(Store& store, std::istream& in, const std::filesystem::path& folder);

}  // namespace simple::history
