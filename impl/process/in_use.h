// What a malloc has given out and not got back, counted by the malloc itself, and what was mapped where that is told
// too. mallinfo2 is no measure of it: what was freed and lies in a thread's cache is in use there, now more of it and
// now less (findings/mallinfo-cache.sh).
#pragma once

#include <malloc.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace simple {

// Bytes are what malloc reserves, which is a little more than was asked for.
struct Allocations {
    int64_t blocks = 0, bytes = 0;
};

// Of a program that replaces malloc and its relatives, which tell it of every block, on any thread. A free may be the
// last thing that a thread does: nothing here allocates or needs to be set up.
class InUse {
  public:
    void* given(void* block) {
        if (block) add(1, reserved(block));
        return block;
    }
    void taken(void* block) {
        if (block) add(-1, -reserved(block));
    }
    // realloc, by the C library's.
    template <typename Realloc>
    void* moved(void* block, size_t size, Realloc realloc) {
        const int64_t before = block ? reserved(block) : 0;
        void* const now = realloc(block, size);
        const bool freed = !now && size == 0 && block;
        if (now || freed) add((now && !block) - freed, (now ? reserved(now) : 0) - before);
        return now;
    }
    // mmap and munmap, which are told the size.
    void mapped(size_t size) { add(1, static_cast<int64_t>(size)); }
    void unmapped(size_t size) { add(-1, -static_cast<int64_t>(size)); }
    Allocations so_far() const { return {blocks_.load(), bytes_.load()}; }
    void reset() { blocks_ = bytes_ = 0; }

  private:
    static int64_t reserved(void* block) { return static_cast<int64_t>(malloc_usable_size(block)); }
    void add(int64_t blocks, int64_t bytes) {
        blocks_.fetch_add(blocks, std::memory_order_relaxed);
        bytes_.fetch_add(bytes, std::memory_order_relaxed);
    }

    std::atomic<int64_t> blocks_{0}, bytes_{0};
};

}  // namespace simple
