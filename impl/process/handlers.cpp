// What a process does with signals is after loading the library and a first call what it was before (T3), whoever of
// the library's dependencies took which of them.
//
//     handlers LIBRARY [DEPENDENCY]    opens it; DEPENDENCY, where given, first, whose handlers then are the host's
//     handlers                         is linked with it (SIMPLE_LINKED)
#include <dlfcn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "impl/abi/rt_torch.h"

namespace {

constexpr int kSignals = 64;
constexpr std::array kTaken{SIGHUP, SIGILL, SIGBUS, SIGFPE, SIGSEGV};  // by UCX, in some version

// As the kernel has it: what a library puts in the place of sigaction has no say.
struct State {
    struct Action {
        uint64_t words[4];  // the handler, then flags, restorer and mask
    } actions[kSignals + 1];
    stack_t stack;
};

State now() {
    State state{};
    for (int signal = 1; signal <= kSignals; ++signal)
        syscall(SYS_rt_sigaction, signal, nullptr, &state.actions[signal], sizeof(uint64_t));
    sigaltstack(nullptr, &state.stack);
    return state;
}

// Says what differs, and whether nothing does.
bool same(const State& before, const State& after) {
    bool equal = true;
    for (int signal = 1; signal <= kSignals; ++signal) {
        if (signal >= __SIGRTMIN && signal < SIGRTMIN) continue;  // the C library's own, for threads
        const State::Action &a = before.actions[signal], &b = after.actions[signal];
        if (std::memcmp(&a, &b, sizeof a) == 0) continue;
        equal = false;
        std::fprintf(stderr, "signal %d, handler, flags, restorer, mask:", signal);
        for (const uint64_t word : a.words) std::fprintf(stderr, " %#lx", static_cast<unsigned long>(word));
        std::fputs("; then", stderr);
        for (const uint64_t word : b.words) std::fprintf(stderr, " %#lx", static_cast<unsigned long>(word));
        std::fputs("\n", stderr);
    }
    const stack_t &a = before.stack, &b = after.stack;
    if (a.ss_flags == b.ss_flags && ((a.ss_flags & SS_DISABLE) || (a.ss_sp == b.ss_sp && a.ss_size == b.ss_size)))
        return equal;
    std::fprintf(stderr, "the stack of handlers: %p, flags %d, then %p, %d\n", a.ss_sp, a.ss_flags, b.ss_sp,
                 b.ss_flags);
    return false;
}

int failed(const char* what) {
    std::fprintf(stderr, "not so: %s\n", what);
    return 1;
}

volatile sig_atomic_t g_came = 0;

void own(int) { g_came = g_came + 1; }
void own_with_info(int, siginfo_t*, void*) { g_came = g_came + 1; }

// Handlers as a host has them, one with everything that a sigaction says.
void take_all() {
    static char stack[65536];
    const stack_t alternate{stack, 0, sizeof stack};
    sigaltstack(&alternate, nullptr);
    for (const int signal : kTaken) {
        struct sigaction action = {};
        action.sa_handler = own;
        if (signal == SIGSEGV) {
            action.sa_sigaction = own_with_info;
            action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_NODEFER;
            sigaddset(&action.sa_mask, SIGUSR1);
            sigaddset(&action.sa_mask, SIGRTMAX);
        }
        sigaction(signal, &action, nullptr);
    }
}

// All of them come to the host's handlers.
bool all_come() {
    g_came = 0;
    for (const int signal : kTaken) raise(signal);
    return g_came == static_cast<int>(kTaken.size());
}

#ifdef SIMPLE_LINKED
constexpr bool kLinked = true;
bool first_call(const char*) {
    rt_torch_available();
    return true;
}
#else
constexpr bool kLinked = false;
bool first_call(const char* path) {
    void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void* available = library ? dlsym(library, "rt_torch_available") : nullptr;
    if (!available) return false;
    reinterpret_cast<bool (*)()>(available)();
    return true;
}
#endif

// What a program begins with, constructors aside: a handler does not outlive exec, only that a signal is ignored does.
State at_exec(bool hangup_ignored) {
    State state{};
    if (hangup_ignored) state.actions[SIGHUP].words[0] = reinterpret_cast<uintptr_t>(SIG_IGN);
    state.stack.ss_flags = SS_DISABLE;
    return state;
}

// In a process of its own, which began with the defaults, or for "nohup" with SIGHUP ignored.
int child(const std::string& what, const char* library, const char* dependency) {
    if (what == "own") take_all();
    if (what == "dependency" && !dlopen(dependency, RTLD_NOW | RTLD_LOCAL)) return failed(dlerror());
    const State before = kLinked ? at_exec(what == "nohup") : now();
    if (!first_call(library)) return failed("the library opens and has rt_torch_available");
    if (!same(before, now())) return failed("signals are handled as before");
    if (what == "own" && !all_come()) return failed("the host's handlers are called");
    if (what == "later") {
        take_all();
        if (!all_come()) return failed("handlers that the host sets after loading are called");
    }
    if (what == "hangup") raise(SIGHUP), failed("SIGHUP ends the process");
    if (what == "nohup") raise(SIGHUP);
    return 0;
}

// Whether the child ended as it should.
bool runs(const char* what, char** argv) {
    std::fflush(nullptr);
    const pid_t pid = fork();
    if (pid == 0) {
        constexpr unsigned kSeconds = 60;
        alarm(kSeconds);
        for (int signal = 1; signal <= SIGRTMAX; ++signal) std::signal(signal, SIG_DFL);
        if (std::strcmp(what, "nohup") == 0) std::signal(SIGHUP, SIG_IGN);
        setenv("SIMPLE_HANDLERS", what, 1);
        execv(argv[0], argv);
        _exit(127);
    }
    int status = 0;
    const bool ended = pid > 0 && waitpid(pid, &status, 0) == pid;
    const bool right =
        std::strcmp(what, "hangup") == 0 ? WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP : status == 0;
    if (!ended || !right) std::fprintf(stderr, "%s: it ended with status %#x\n", what, static_cast<unsigned>(status));
    return ended && right;
}

}  // namespace

int main(int argc, char** argv) {
    if (kLinked ? argc != 1 : argc < 2 || argc > 3) return 64;
    if (const char* what = std::getenv("SIMPLE_HANDLERS")) return child(what, argv[1], argc > 2 ? argv[2] : nullptr);
    bool right = true;
    if (argc > 2) return runs("dependency", argv) ? 0 : 1;
    for (const char* what : {"hangup", "nohup", "later"}) right = runs(what, argv) && right;
    if (!kLinked) right = runs("own", argv) && right;
    return right ? 0 : 1;
}
