// What the process did with signals before the libraries that this one needs ran any code.
#pragma once

#include <csignal>
#include <cstdint>

namespace simple {

// A signal's action as the kernel has it: that of the C library has other flags and another mask, and UCX puts a
// sigaction of its own in front of it, which does not always set.
struct KernelAction {
    const void* handler;  // or what SIG_DFL and SIG_IGN are
    unsigned long flags;
    uint64_t rest[2];  // restorer and mask, in the processor's order
};

struct Handlers {
    static constexpr int kSignals = 64;
    KernelAction actions[kSignals + 1];  // by signal; of 0 nothing
    stack_t stack;                       // of the thread that loads
};

// Of the moment when the loader prepared this library: the program and all libraries that come with it are in memory
// then, and no constructor of theirs has run. What had been loaded earlier has had its say. On processors other than
// x86-64 and aarch64: the default for every signal. Hidden: a name that others could give is looked up at the first
// call.
[[gnu::visibility("hidden")]] const Handlers& handlers_before();

}  // namespace simple
