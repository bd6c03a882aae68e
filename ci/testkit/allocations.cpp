#include "ci/testkit/allocations.h"

#include <malloc.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>

#include "impl/abi/sanitized.h"

namespace {

std::atomic<bool> g_counting{false};
std::atomic<int64_t> g_blocks{0}, g_bytes{0};

}  // namespace

#if !SIMPLE_SANITIZED
extern "C" {

void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* block, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* block);

// A handle's free may be the last thing that a thread does: nothing here allocates or needs to be set up.
static void* given(void* block) {
    if (block && g_counting.load(std::memory_order_relaxed)) {
        g_blocks.fetch_add(1, std::memory_order_relaxed);
        g_bytes.fetch_add(static_cast<int64_t>(malloc_usable_size(block)), std::memory_order_relaxed);
    }
    return block;
}
static void taken(void* block) {
    if (!block || !g_counting.load(std::memory_order_relaxed)) return;
    g_blocks.fetch_sub(1, std::memory_order_relaxed);
    g_bytes.fetch_sub(static_cast<int64_t>(malloc_usable_size(block)), std::memory_order_relaxed);
}

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
    if (!g_counting.load(std::memory_order_relaxed)) return __libc_realloc(block, size);
    const auto before = block ? static_cast<int64_t>(malloc_usable_size(block)) : 0;
    void* const moved = __libc_realloc(block, size);
    const bool freed = !moved && size == 0 && block;
    if (!moved && !freed) return moved;
    g_blocks.fetch_add((moved && !block) - freed, std::memory_order_relaxed);
    g_bytes.fetch_add((moved ? static_cast<int64_t>(malloc_usable_size(moved)) : 0) - before,
                      std::memory_order_relaxed);
    return moved;
}
SIMPLE_REPLACES void free(void* block) {
    taken(block);
    __libc_free(block);
}

}  // extern "C"
#endif

namespace simple {

CountingAllocations::CountingAllocations() {
    g_blocks = 0;
    g_bytes = 0;
    g_counting = true;
}

CountingAllocations::~CountingAllocations() { g_counting = false; }

Allocations CountingAllocations::so_far() const { return {g_blocks.load(), g_bytes.load()}; }

}  // namespace simple
