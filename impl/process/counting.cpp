#include "impl/process/counting.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace simple::process {
namespace {

// Of this thread: how many allocations are still to succeed, or kAll; what those after the failing one do; whether one
// failed, and whether a mapping did.
constexpr long kAll = -1;
__thread long t_left = kAll;
__thread After t_after = After::succeed;
__thread bool t_failed = false, t_mapping_failed = false;

// Code whose allocations succeed.
struct Code {
    uintptr_t begin, end;
};
constexpr int kMostSpared = 4;
Code g_spared[kMostSpared];
int g_spared_count = 0;

InUse g_in_use;

void spare(uintptr_t begin, uintptr_t end) {
    if (g_spared_count < kMostSpared) g_spared[g_spared_count++] = {begin, end};
}

int spare_library(dl_phdr_info* library, size_t, void*) {
    if (library->dlpi_addr != getauxval(AT_BASE) && !std::strstr(library->dlpi_name, "libgomp")) return 0;
    uintptr_t end = 0;
    for (int i = 0; i < library->dlpi_phnum; ++i)
        if (library->dlpi_phdr[i].p_type == PT_LOAD)
            end = library->dlpi_phdr[i].p_vaddr + library->dlpi_phdr[i].p_memsz;
    spare(library->dlpi_addr, library->dlpi_addr + end);
    return 0;
}

// What was loaded when the first allocation was to fail.
bool find_spared() {
    dl_iterate_phdr(spare_library, nullptr);
    Dl_info found;
    const ElfW(Sym)* symbol = nullptr;
    void* extra = &symbol;
    if (void* at_exit = dlsym(RTLD_DEFAULT, "__cxa_thread_atexit_impl"))
        if (dladdr1(at_exit, &found, static_cast<void**>(extra), RTLD_DL_SYMENT) != 0 && symbol)
            spare(reinterpret_cast<uintptr_t>(at_exit), reinterpret_cast<uintptr_t>(at_exit) + symbol->st_size);
    return true;
}

[[maybe_unused]] bool fails(const void* caller) {
    if (__builtin_expect(t_left == kAll, 1)) return false;
    const auto at = reinterpret_cast<uintptr_t>(caller);
    for (int i = 0; i < g_spared_count; ++i)
        if (at >= g_spared[i].begin && at < g_spared[i].end) return false;
    if (t_left > 0) {
        --t_left;
        return false;
    }
    if (t_after == After::succeed && t_failed) return false;
    return t_failed = true;
}

[[maybe_unused]] bool mapping_fails(const void* caller) {
    Dl_info from;
    if (t_left == kAll || dladdr(caller, &from) == 0 || !std::strstr(from.dli_fname, "simple_torch")) return false;
    return fails(caller) && (t_mapping_failed = true);
}

}  // namespace

void fail_allocation(long successes, After after) {
    static const bool found = find_spared();
    static_cast<void>(found);
    t_failed = t_mapping_failed = false;
    t_after = after;
    t_left = successes;
}

bool fail_no_allocation() {
    t_left = kAll;
    return t_failed;
}

bool allocation_failed() { return t_failed; }

bool mapping_failed() { return t_mapping_failed; }

Allocations in_use() { return g_in_use.so_far(); }

Spared::Spared() : left_(t_left) { t_left = kAll; }
Spared::~Spared() { t_left = left_; }

}  // namespace simple::process

#if !SIMPLE_SANITIZED

// Before the C library's.
extern "C" {
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);
void __libc_free(void*);

#define SIMPLE_MALLOC __attribute__((visibility("default")))
#define SIMPLE_GIVE(block) \
    (simple::process::fails(__builtin_return_address(0)) ? nullptr : simple::process::g_in_use.given(block))
SIMPLE_MALLOC void* malloc(size_t size) { return SIMPLE_GIVE(__libc_malloc(size)); }
SIMPLE_MALLOC void* calloc(size_t count, size_t size) { return SIMPLE_GIVE(__libc_calloc(count, size)); }
SIMPLE_MALLOC void* memalign(size_t alignment, size_t size) { return SIMPLE_GIVE(__libc_memalign(alignment, size)); }
SIMPLE_MALLOC void* aligned_alloc(size_t alignment, size_t size) {
    return SIMPLE_GIVE(__libc_memalign(alignment, size));
}
SIMPLE_MALLOC int posix_memalign(void** memory, size_t alignment, size_t size) {
    void* const block = SIMPLE_GIVE(__libc_memalign(alignment, size));
    if (!block) return ENOMEM;
    *memory = block;
    return 0;
}
SIMPLE_MALLOC void* realloc(void* memory, size_t size) {
    if (simple::process::fails(__builtin_return_address(0))) return nullptr;
    return simple::process::g_in_use.moved(memory, size, __libc_realloc);
}
SIMPLE_MALLOC void free(void* memory) {
    simple::process::g_in_use.taken(memory);
    __libc_free(memory);
}
SIMPLE_MALLOC void* mmap(void* at, size_t size, int access, int flags, int file, off_t from) noexcept {
    if (simple::process::mapping_fails(__builtin_return_address(0))) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    void* const memory = reinterpret_cast<void*>(syscall(SYS_mmap, at, size, access, flags, file, from));
    if (memory != MAP_FAILED) simple::process::g_in_use.mapped(size);
    return memory;
}
SIMPLE_MALLOC int munmap(void* memory, size_t size) noexcept {
    const auto status = static_cast<int>(syscall(SYS_munmap, memory, size));
    if (status == 0) simple::process::g_in_use.unmapped(size);
    return status;
}
#undef SIMPLE_GIVE
#undef SIMPLE_MALLOC
}

#endif
