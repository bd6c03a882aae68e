// The rt_torch functions of the running program.
#pragma once

#ifdef __cplusplus
#include <map>
#include <string>
#include <vector>

#include "impl/abi/backend.h"

namespace simple {

// Found through the global scope, in the program's own symbol table where it does not export them, or in a library that
// it loaded for itself. A program that was stripped of its table shows only what it exports.
Backend backend_in_program();

// Their symbols, of those in the tables and the dyncall forms, and a sentence on where they are.
struct FoundFunctions {
    std::vector<std::string> symbols;
    std::vector<std::string> files;  // that have them; most often one
    std::string where;               // "exported by /path/lib.so", "in the symbol table of /path/program"
};
FoundFunctions functions_in_program();

// The address of each of these symbols that is in the process; of those that the library with that handle has, where
// one is given.
std::map<std::string, void*> addresses_in_program(const std::vector<std::string>& symbols, void* library = nullptr);

// Whether a launcher, a script or the program's own main ran before the suite: what was written outside of cases may be
// theirs.
bool program_was_launched();

}  // namespace simple

extern "C" {
#endif

// Whether any function of the table is in the process; in the library with that handle, whose functions are then those
// of the program.
int simple_find_functions(void);
int simple_find_functions_in(void* library);
void simple_set_launched(void);

#ifdef __cplusplus
}
#endif
