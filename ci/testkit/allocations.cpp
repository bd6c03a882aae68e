#include "ci/testkit/allocations.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>

#include "impl/abi/sanitized.h"

namespace {

std::atomic<bool> g_counting{false};
simple::InUse g_in_use;

}  // namespace

#if !SIMPLE_SANITIZED
extern "C" {

void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* block, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* block);

static bool counting() { return g_counting.load(std::memory_order_relaxed); }
static void* given(void* block) { return counting() ? g_in_use.given(block) : block; }

#define SIMPLE_REPLACES __attribute__((visibility("default")))
SIMPLE_REPLACES void* malloc(size_t size) { return given(__libc_malloc(size)); }
SIMPLE_REPLACES void* calloc(size_t count, size_t size) { return given(__libc_calloc(count, size)); }
SIMPLE_REPLACES void* memalign(size_t alignment, size_t size) { return given(__libc_memalign(alignment, size)); }
SIMPLE_REPLACES void* aligned_alloc(size_t alignment, size_t size) { return given(__libc_memalign(alignment, size)); }
SIMPLE_REPLACES void* valloc(size_t size) { return memalign(static_cast<size_t>(sysconf(_SC_PAGESIZE)), size); }
SIMPLE_REPLACES void* pvalloc(size_t size) {
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    return memalign(page, (size + page - 1) / page * page);
}
SIMPLE_REPLACES int posix_memalign(void** block, size_t alignment, size_t size) {
    if (alignment % sizeof(void*) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) return EINVAL;
    void* const got = given(__libc_memalign(alignment, size));
    if (!got) return ENOMEM;
    *block = got;
    return 0;
}
SIMPLE_REPLACES void* realloc(void* block, size_t size) {
    return counting() ? g_in_use.moved(block, size, __libc_realloc) : __libc_realloc(block, size);
}
SIMPLE_REPLACES void free(void* block) {
    if (counting()) g_in_use.taken(block);
    __libc_free(block);
}

}  // extern "C"
#endif

namespace simple {

CountingAllocations::CountingAllocations() {
    g_in_use.reset();
    g_counting = true;
}

CountingAllocations::~CountingAllocations() { g_counting = false; }

Allocations CountingAllocations::so_far() const { return g_in_use.so_far(); }

}  // namespace simple
