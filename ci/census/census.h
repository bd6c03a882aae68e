// Which functions a program in Simple declares as extern, beside the function table, a candidate's symbols and what a
// run called.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ci/census/declarations.h"

namespace simple::census {

struct Row {
    std::string symbol;
    std::vector<std::string> places;  // FILE:LINE
    std::string signature;
    std::string set;                // core, control, dyncall; "" for a function that is in no table
    std::string defined;            // "exported by FILE", "in the symbol table of FILE"; "" where nobody defines it
    bool reachable = false;         // through the dynamic symbols: a loader, and dlsym, find it
    std::optional<int64_t> called;  // in the run that was counted
};

// What a ratchet file names as "KIND SUBJECT".
struct Problem {
    std::string kind;  // unknown, twice, signature, missing, uncalled, use, stale
    std::string subject;
    std::string text;  // FILE:LINE: a sentence

    std::string key() const { return kind + " " + subject; }
};

struct Census {
    std::vector<Row> rows;                // by symbol
    std::vector<std::string> undeclared;  // core functions that no file declares: for information
    size_t files = 0;
    size_t uses = 0;
    std::vector<Problem> problems;
    std::vector<Problem> accepted;  // by the ratchet
};

// Symbols of a candidate, by where they are defined.
struct Definitions {
    std::map<std::string, std::string> exported;  // symbol, file
    std::map<std::string, std::string> listed;    // in a symbol table alone
};
// Of the file and of the libraries that it is linked with; what it loads later it does not name. Throws as read_elf
// does.
void add_definitions(const std::string& candidate, Definitions& definitions);

struct Given {
    std::optional<Definitions> definitions;
    std::optional<std::map<std::string, int64_t>> called;
};
Census take_census(const std::vector<SourceFile>& sources, const std::vector<std::string>& roots, const Given& given);

// Moves what the file accepts out of the problems, and adds one for each of its lines that accepts nothing. Throws
// "FILE:LINE: what" for a line that is none.
void apply_ratchet(const std::string& file, Census& census);

// Problems of `use a.b.{c}`: no file for a.b below one of the roots, or no export c in it.
std::vector<Problem> unresolved_uses(const std::vector<SourceFile>& sources, const std::vector<std::string>& roots);

}  // namespace simple::census
