// What a library's instructions depend on besides its source: counts of one are no measure of another.
#pragma once

#include <string>

namespace simple::bench {

struct MadeWith {
    std::string compiler;  // "gcc 12.2.0", "clang 14.0.6": as the file's .comment names it
    std::string libtorch;  // "1.13.0", as the backend's version() says; the whole text of another, "stub"
    std::string machine;   // "x86_64"
    std::string flags;     // of the build that count_instructions is of; "" of a library of unknown make

    // "gcc-12_libtorch-1.13.0_x86_64.tsv"; "gcc-12_stub_x86_64.tsv"
    std::string file_name() const;
    // What differs, as a sentence's end: "they are of gcc 12.2.0, and this is gcc 12.3.0"; "" where nothing does.
    std::string difference(const MadeWith& other) const;
};

// Throws std::runtime_error where the file does not name its compiler.
MadeWith made_with(const std::string& library, const std::string& version);

}  // namespace simple::bench
