// Where a promise and a function stand in the project's own files, for reports that lead a reader there.
#pragma once

#include <string_view>

namespace simple::reports {

inline constexpr const char* kContractFile = "docs/contract.md";
inline constexpr const char* kTableFile = "impl/abi/functions.toml";

// Counted from 1, as the files were when this was built; 0 for what does not stand there.
int line_of_promise(std::string_view id);
int line_of_function(std::string_view name);  // short name

}  // namespace simple::reports
