// What the files of a program in Simple declare, export and use.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace simple::census {

struct Extern {
    std::string name;
    std::vector<std::string> parameters;  // their types: "i64", "[f64]"
    std::string result;                   // "void" for none
    std::string file;
    int line = 0;

    std::string signature() const;  // "(i64, [f64]) -> i64"
};

// Whether a name is one of this library's, as those of the function table are.
bool is_of_library(const std::string& name);

// use a.b.{c, d as e}: from the module a.b the exports c and d. Without braces the last word is an export of the module
// before it, or the module.
struct Use {
    std::vector<std::string> module;
    std::vector<std::string> names;  // empty: the module itself, or all of it
    bool braced = false;
    std::string file;
    int line = 0;
};

struct SourceFile {
    std::string path;
    std::vector<Extern> externs;
    std::vector<Use> uses;
    std::set<std::string> exports;                    // what it defines at its top, or passes on with `export`
    std::vector<std::vector<std::string>> passes_on;  // modules all of whose exports are its own: export use a.b.*
};

// Throws std::runtime_error, "FILE:LINE: what", for what it cannot read.
SourceFile read_source(const std::string& path);
SourceFile parse_source(const std::string& program, const std::string& path);

// The .spl files at a path, a file or a folder with all below it, links followed, each once, sorted. Throws where there
// is none.
std::vector<std::string> sources_at(const std::string& path);

}  // namespace simple::census
