// What a runtime's own test suite called: a file that all of its processes map.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "impl/abi/function_table.h"

namespace simple {

constexpr const char* kSpecCounts = "SIMPLE_SPEC_COUNTS";  // the variable with the file's path

inline constexpr size_t kFormCount = 0
#define RT_DYNCALL(...) +1
#include "impl/dynload/dyncall.def"
#undef RT_DYNCALL
    ;

// Of all zeros a valid one.
struct SpecCounts {
    std::atomic<int64_t> processes;       // that the agent was in
    std::atomic<int64_t> with_functions;  // of these, in which there were any
    std::array<std::atomic<int64_t>, kFunctionCount + kFormCount> calls;
};

// In the order of the counts: the table's functions, then the dyncall forms.
inline std::vector<std::string> counted_symbols() {
    std::vector<std::string> symbols;
    for (size_t i = 0; i < kFunctionCount; ++i) symbols.emplace_back(functions()[i].symbol);
    for (const char* form : {
#define RT_DYNCALL(symbol, ...) #symbol,
#include "impl/dynload/dyncall.def"
#undef RT_DYNCALL
         })
        symbols.emplace_back(form);
    return symbols;
}

}  // namespace simple
