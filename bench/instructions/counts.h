// What one call of a function costs, counted: the same on every run, on a busy machine too.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "bench/instructions/atomic_instructions.h"
#include "bench/instructions/callgrind_file.h"

namespace simple::bench {

enum class Kind {
    instructions,        // in the candidate's own object alone
    allocations,         // calls of malloc, operator new and their like
    locks,               // calls of pthread_mutex_lock and its like
    dispatcher_entries,  // at::_ops::<name>::call and ::redispatch
    atomics,             // lock-prefixed instructions and xchg with memory, in the candidate's own object
};
inline constexpr size_t kKinds = 5;
inline constexpr std::array<Kind, kKinds> kAllKinds{Kind::instructions, Kind::allocations, Kind::locks,
                                                    Kind::dispatcher_entries, Kind::atomics};
const char* name_of(Kind kind);  // "dispatcher entries"

// All per call: a tenth is one in ten calls.
struct CallCount {
    std::array<double, kKinds> of{};
    bool varies = false;  // between passes of one run; then each number is the least
    double spread = 0;    // the most instructions of a pass, less the least
    // Instructions more where some 1,500 tensors live than where next to none does: what a look-up that walks costs.
    double growth = 0;
    // Allocations, locks and dispatcher entries by name: "malloc", "pthread_mutex_lock", "at::clone".
    std::map<std::string, double> callees;

    // For the report, and not kept with committed counts: instructions by function of the candidate's object, and those
    // in other objects: "LibTorch", "libc", "other".
    std::map<std::string, double> own;
    std::map<std::string, double> elsewhere;

    double operator[](Kind kind) const { return of[static_cast<size_t>(kind)]; }
    double& operator[](Kind kind) { return of[static_cast<size_t>(kind)]; }
};

// By call: "add/smallest", "add/error".
using Counts = std::map<std::string, CallCount>;

// Where an allocation, a lock or a dispatcher entry is told by the name of what is called.
struct Callee {
    Kind kind;
    std::string name;
};
// Kind::instructions of anything else.
Callee callee_of(std::string_view function);

// What a dump of `calls` calls counted, all but allocations and locks. own: the candidate's path as callgrind has it;
// target: the program's that calls. atomics: of the candidate's file; nullptr: not counted. Throws std::runtime_error
// where not exactly these calls came in, or they came in elsewhere than in the candidate.
CallCount counted(const Dump& dump, const std::string& own, const std::string& target,
                  const AtomicInstructions* atomics, int calls);

// Allocations and locks, of a dump that has nothing but `calls` calls: those that the candidate, LibTorch and the C++
// library make. Those of other libraries are left out: which BLAS and which oneDNN a machine has, and whether they
// lock, is no property of the candidate.
CallCount counted_callers(const Dump& dump, const std::string& own, const std::string& target, int calls);

// One call's count from its passes: "plain", "heap1", "heap2", "many", where many tensors live, and "callers", of
// counted_callers.
CallCount merged(const std::map<std::string, CallCount>& passes);

std::string number_text(double per_call);  // "483", "0.2"

}  // namespace simple::bench
