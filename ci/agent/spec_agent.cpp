// Counts the calls of the rt_torch_* functions in every process of a runtime's own test suite, into which it is
// preloaded. Functions that are linked in are called where no symbol is looked up any more, so that each gets a
// breakpoint on its first instruction: the trap counts, executes that instruction alone, and sets the breakpoint again.
// While one thread does so another may pass uncounted; a function that is called at all is seen.
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "ci/agent/open_for.h"
#include "ci/agent/program_symbols.h"
#include "ci/agent/spec_counts.h"

namespace {

#ifdef __x86_64__

constexpr uint8_t kBreakpoint = 0xCC;  // int3
constexpr greg_t kSingleStep = 0x100;  // the trap flag

struct Watched {
    size_t index = 0;  // of its count
    uint8_t* address = nullptr;
    uint8_t first_byte = 0;
    uintptr_t library_begin = 0, library_end = 0;  // calls from there are the library's own; of a program none is
};

// Filled before a breakpoint is set, and read by the handler.
std::array<Watched, simple::kFunctionCount + simple::kFormCount> g_watched;
size_t g_watched_count = 0;
simple::SpecCounts* g_counts = nullptr;
struct sigaction g_before;
thread_local uint8_t* t_stepping = nullptr;

void on_trap(int signal, siginfo_t* info, void* context) {
    auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    if (t_stepping) {
        *t_stepping = kBreakpoint;
        t_stepping = nullptr;
        registers[REG_EFL] &= ~kSingleStep;
        return;
    }
    auto* at = reinterpret_cast<uint8_t*>(registers[REG_RIP] - 1);
    const uintptr_t caller = *reinterpret_cast<uintptr_t*>(registers[REG_RSP]);
    for (size_t i = 0; i < g_watched_count; ++i) {
        const Watched& watched = g_watched[i];
        if (watched.address != at) continue;
        if (caller < watched.library_begin || caller >= watched.library_end) ++g_counts->calls[watched.index];
        *at = watched.first_byte;
        t_stepping = at;
    }
    if (t_stepping) {
        registers[REG_RIP] = reinterpret_cast<greg_t>(at);
        registers[REG_EFL] |= kSingleStep;
    } else if (g_before.sa_flags & SA_SIGINFO) {
        g_before.sa_sigaction(signal, info, context);
    } else {
        sigaction(SIGTRAP, &g_before, nullptr);  // not ours
        raise(SIGTRAP);
    }
}

struct Range {
    uintptr_t address = 0, begin = 0, end = 0;
    bool program = false;
};

// Of the library around an address; nothing for the program itself, whose own calls are the ones that count.
Range library_around(void* address) {
    Range range;
    range.address = reinterpret_cast<uintptr_t>(address);
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* result) {
            auto& looked_for = *static_cast<Range*>(result);
            uintptr_t begin = UINTPTR_MAX, end = 0;
            for (int i = 0; i < info->dlpi_phnum; ++i) {
                const auto& header = info->dlpi_phdr[i];
                if (header.p_type != PT_LOAD) continue;
                begin = std::min<uintptr_t>(begin, info->dlpi_addr + header.p_vaddr);
                end = std::max<uintptr_t>(end, info->dlpi_addr + header.p_vaddr + header.p_memsz);
            }
            if (looked_for.address < begin || looked_for.address >= end) return 0;
            looked_for.program = !info->dlpi_name || !info->dlpi_name[0];
            looked_for.begin = begin;
            looked_for.end = end;
            return 1;
        },
        &range);
    if (range.program) range.begin = range.end = 0;
    return range;
}

bool make_writable(uint8_t* address) {
    const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    const uintptr_t begin = reinterpret_cast<uintptr_t>(address) & ~(page - 1);
    return mprotect(reinterpret_cast<void*>(begin), page, PROT_READ | PROT_WRITE | PROT_EXEC) == 0;
}

void watch(const std::map<std::string, void*>& addresses) {
    static const std::vector<std::string> symbols = simple::counted_symbols();
    const size_t before = g_watched_count;
    for (size_t index = 0; index < symbols.size(); ++index) {
        const auto found = addresses.find(symbols[index]);
        if (found == addresses.end()) continue;
        auto* address = static_cast<uint8_t*>(found->second);
        const bool known = std::any_of(g_watched.begin(), g_watched.begin() + static_cast<ptrdiff_t>(before),
                                       [&](const Watched& w) { return w.index == index || w.address == address; });
        if (known || g_watched_count == g_watched.size()) continue;
        if (!make_writable(address)) {
            std::fprintf(stderr, "spec: calls of %s cannot be counted: its code cannot be written\n",
                         symbols[index].c_str());
            continue;
        }
        const Range library = library_around(address);
        g_watched[g_watched_count++] = {index, address, *address, library.begin, library.end};
    }
    // Two symbols may have one address: both have its first byte by now.
    for (size_t i = before; i < g_watched_count; ++i) *g_watched[i].address = kBreakpoint;
    if (before == 0 && g_watched_count > 0) ++g_counts->with_functions;
}

void begin() {
    const char* path = std::getenv(simple::kSpecCounts);
    const int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void* mapped = mmap(nullptr, sizeof(simple::SpecCounts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (mapped == MAP_FAILED) return;
    g_counts = static_cast<simple::SpecCounts*>(mapped);
    ++g_counts->processes;
    struct sigaction action {};
    action.sa_sigaction = on_trap;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGTRAP, &action, &g_before);
    watch(simple::addresses_in_program(simple::counted_symbols()));
}

__attribute__((constructor)) void on_load() { begin(); }

#endif

}  // namespace

extern "C" __attribute__((visibility("default"))) void* dlopen(const char* file, int mode) noexcept {
    static SimpleOpen real;
    if (!real) real = reinterpret_cast<SimpleOpen>(dlsym(RTLD_NEXT, "dlopen"));
#ifdef __x86_64__
    if (g_counts) {
        void* library = simple_open_for(__builtin_return_address(0), real, file, mode);
        if (library) watch(simple::addresses_in_program(simple::counted_symbols(), library));
        return library;
    }
#endif
    return real(file, mode);
}
