// Which functions a case calls, and how the calls end: a file that the suite's process maps, and whoever sees its calls
// (ci/faults/proxy.cpp), children of the case and threads included. The suite clears it before each case.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>

#include "ci/testkit/mapped_file.h"
#include "impl/abi/function_table.h"

namespace simple {

constexpr const char* kCallRecord = "SIMPLE_CALL_RECORD";  // the variable; its value is the file's path
constexpr const char* kCalled = "called.";                 // before a function's name, among the counts of a case

struct CallRecord {
    std::atomic<uint32_t> codes[kFunctionCount];  // of each function the bits of the codes that its calls ended with
};
inline uint32_t code_bit(int32_t code) { return uint32_t{1} << (code >= 0 && code < 31 ? code : 31); }

// nullptr where the environment names no file, or none that can be mapped.
inline CallRecord* map_call_record() {
    const char* path = std::getenv(kCallRecord);
    return path ? mapped_file<CallRecord>(path) : nullptr;
}

}  // namespace simple
