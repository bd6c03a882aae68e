// What the gate needs to know of a shared library or a program without loading it.
#pragma once

#include <string>
#include <vector>

namespace simple::gate {

struct ElfFile {
    int machine = 0;                    // e_machine
    int bits = 0;                       // 64 or 32
    bool program = false;               // an executable, position-independent or not
    bool shared = false;                // a shared library
    bool interpreted = false;           // the loader starts it, and can preload libraries
    std::vector<std::string> exported;  // defined dynamic symbols, sorted
    std::vector<std::string> listed;    // defined global symbols of the symbol table, sorted; none when stripped
    std::vector<std::string> needed;    // DT_NEEDED
    std::string build_id;               // of its note, hexadecimal; "" for none
    std::string libtorch_headers;       // the LibTorch that a library of this project was compiled against; "" unknown
};

// Throws std::runtime_error with a sentence for the reader: missing, unreadable, not ELF, damaged.
ElfFile read_elf(const std::string& path);

int own_machine();  // e_machine of this program
std::string machine_name(int machine);

}  // namespace simple::gate
