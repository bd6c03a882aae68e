// Counts in a file: tab-separated, a call a line, with what the counted library was made with. Committed for the
// compilers and LibTorchs that are tested, bench/instructions/*.tsv.
#pragma once

#include <string>

#include "bench/instructions/counts.h"
#include "bench/instructions/made_with.h"

namespace simple::bench {

struct CountTable {
    MadeWith made_with;
    Counts counts;
};

// As the file has it; what says how a count came about is left out.
std::string table_text(const CountTable& table);
// Throws std::runtime_error, with the file and the line, where text is no such table.
CountTable parse_table(const std::string& text, const std::string& file);

CountTable read_table(const std::string& file);
void write_table(const CountTable& table, const std::string& file);

}  // namespace simple::bench
