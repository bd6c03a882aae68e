// What callgrind wrote: which instructions ran how often, and which function called which, one dump after another.
// Format: https://valgrind.org/docs/manual/cl-format.html
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace simple::bench {

struct Place {
    std::string_view object;    // path of the library or program
    std::string_view function;  // as the linker knows it; an address where there is no name
};

struct Dump {
    struct Cost {
        Place at;
        uint64_t address = 0;  // in the object, as its ELF file numbers it; 0 where the file has none
        uint64_t executed = 0;
    };
    struct Call {
        Place from;
        Place to;
        uint64_t address = 0;  // where the called function begins
        // Also while callgrind did not collect, and since the last dump in which the caller had a cost.
        uint64_t times = 0;
    };

    std::string label;  // what CALLGRIND_DUMP_STATS_AT named it; "" of the dump at the end
    std::vector<Cost> costs;
    std::vector<Call> calls;
};

// Gives each dump of a file, written with or without --combine-dumps, name compression, --dump-instr, to take; names
// are valid until it returns. The inclusive cost of a call is no cost of its caller's own. Throws std::runtime_error
// where the file is no such file, is cut short, or where the costs of a dump do not sum up to what it says.
void read_dumps(std::istream& in, const std::function<void(const Dump&)>& take);

}  // namespace simple::bench
