// The memory behind handles: slots, and the chunks of them that are taken from the system and given back to it.
#pragma once

#include <sys/mman.h>
#include <sys/single_threaded.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>

// Of a process with LeakSanitizer, its own or its host's; elsewhere null.
// NOLINTNEXTLINE(bugprone-reserved-identifier): its own name
extern "C" [[gnu::weak]] void __lsan_register_root_region(const void* begin, size_t size);

namespace simple {

// `word` becomes `after` unless it is no longer `before`, which then is what it is. A locked instruction costs 6 ns and
// waits for all stores before it; a process that never had a second thread needs none, and glibc knows.
inline bool change(std::atomic<uint64_t>& word, uint64_t& before, uint64_t after) {
    if (!__libc_single_threaded)
        return word.compare_exchange_weak(before, after, std::memory_order_acq_rel, std::memory_order_acquire);
    if (const uint64_t now = word.load(std::memory_order_relaxed); now != before) {
        before = now;
        return false;
    }
    word.store(after, std::memory_order_relaxed);
    return true;
}

// `word` less `number`; what it was before.
inline uint64_t subtract(std::atomic<uint64_t>& word, uint64_t number) {
    if (!__libc_single_threaded) return word.fetch_sub(number, std::memory_order_acq_rel);
    const uint64_t before = word.load(std::memory_order_relaxed);
    word.store(before - number, std::memory_order_relaxed);
    return before;
}

// Room for one object of up to `Bytes`, and what its handle must agree with.
template <size_t Bytes>
struct Slot {
    // From the top: the generation, whether the slot is live, whether it holds a stream, the number of pins.
    static constexpr int kGenerationShift = 33;
    static constexpr uint64_t kLive = uint64_t{1} << 32;
    static constexpr uint64_t kStream = uint64_t{1} << 31;
    static constexpr uint64_t kPins = kStream - 1;
    static constexpr uint64_t kLastGeneration = (uint64_t{1} << 31) - 1;

    std::atomic<uint64_t> state;
    union {
        alignas(8) unsigned char storage[Bytes];
        uint32_t next_free;  // of a free slot: the next in its list; see Chunk
    };

    uint64_t generation() const { return state.load(std::memory_order_relaxed) >> kGenerationShift; }
    template <typename Object>
    Object* object() {
        return std::launder(reinterpret_cast<Object*>(storage));
    }
};

// Slots that lie together. One thread at a time owns a chunk and takes slots from it without locks; any thread gives
// slots back. Slots in lists are named by their number in the chunk plus 1, and 0 is none.
template <typename Slot>
struct Chunk {
    static constexpr uint32_t kBits = 13;
    static constexpr uint32_t kSlots = 1u << kBits;
    static constexpr size_t kHeader = 4096;  // what stays when the slots' memory is given back

    // Slots that others than the owner gave back: the first in the list, above it their count, and who owns the chunk.
    static constexpr uint64_t kFirst = 0xffff;
    static constexpr int kCountShift = 16;
    static constexpr uint64_t kOwned = uint64_t{1} << 63;

    std::atomic<uint64_t> given_back;
    std::atomic<uint32_t> begun;  // slots from here on were never used, or not since their memory was given back
    uint32_t free;                // the owner's list
    uint32_t number;              // of the chunk: the upper bits of its slots' indices
    uint64_t generation;          // at which slots begin
    // Guarded by the table's mutex.
    bool listed;  // among the chunks with free slots
    bool spare;   // wholly free, its memory kept
    Chunk *previous, *next;

    // All zeros, so that no slot is live; null where there is no memory. It lives as long as the process, and not in
    // malloc's heap: from among the tensors there it would keep what lies below it from going back to the system.
    // Huge pages are not asked for: one holds many chunks, which come free one by one, and release() could give nothing
    // back but by splitting it.
    static Chunk* make(uint32_t number) {
        constexpr size_t kSize = kHeader + sizeof(Slot) * kSlots;
        void* memory = mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) return nullptr;
        // LeakSanitizer looks for pointers to tensors in what malloc gave, and in what it is told of.
        if (__lsan_register_root_region) __lsan_register_root_region(memory, kSize);
        auto* chunk = static_cast<Chunk*>(memory);
        chunk->number = number;
        chunk->generation = 1;
        return chunk;
    }

    Slot* slots() { return reinterpret_cast<Slot*>(reinterpret_cast<unsigned char*>(this) + kHeader); }
    Slot* slot(uint32_t name) { return slots() + (name - 1); }
    bool holds(const Slot* s) { return s >= slots() && s < slots() + kSlots; }
    uint32_t index(uint32_t name) const { return number << kBits | (name - 1); }
    uint32_t name_of(const Slot* s) { return static_cast<uint32_t>(s - slots()) + 1; }

    // The owner's: a free slot's name, or 0.
    uint32_t take() {
        if (__builtin_expect(free == 0, 0)) {
            const uint64_t back = given_back.load(std::memory_order_relaxed);
            if ((back & kFirst) == 0) return begin();
            free = static_cast<uint32_t>(given_back.exchange(kOwned, std::memory_order_acq_rel) & kFirst);
        }
        const uint32_t name = free;
        free = slot(name)->next_free;
        return name;
    }
    void put(uint32_t name) {
        slot(name)->next_free = free;
        free = name;
    }

    // Anyone's. What given_back has become.
    uint64_t give_back(uint32_t first, uint32_t last, uint32_t count) {
        uint64_t before = given_back.load(std::memory_order_relaxed), after;
        do {
            slot(last)->next_free = static_cast<uint32_t>(before & kFirst);
            after = ((before & ~kFirst) + (uint64_t{count} << kCountShift)) | first;
        } while (!change(given_back, before, after));
        return after;
    }
    static bool owned(uint64_t back) { return back & kOwned; }
    uint32_t count(uint64_t back) const { return static_cast<uint32_t>((back & ~kOwned) >> kCountShift); }
    bool wholly_free(uint64_t back) const { return count(back) == begun.load(std::memory_order_relaxed); }
    uint32_t free_slots(uint64_t back) const { return count(back) + kSlots - begun.load(std::memory_order_relaxed); }

    // Under the mutex, of a chunk that nobody owns.
    void own() { free = static_cast<uint32_t>(given_back.exchange(kOwned, std::memory_order_acq_rel) & kFirst); }
    // Under the mutex, by the owner or in its place.
    void disown() {
        uint32_t size = 0, last = 0;
        for (uint32_t name = free; name; name = slot(name)->next_free) ++size, last = name;
        if (size) give_back(free, last, size);
        free = 0;
        given_back.fetch_and(~kOwned, std::memory_order_acq_rel);
    }

    // Under the mutex, of a wholly free chunk: gives the slots' memory back to the system. Whoever still looks a stale
    // handle up finds what was there or zeros; neither is live.
    void release() {
        for (uint32_t i = begun.load(std::memory_order_relaxed); i-- > 0;)
            generation = std::max(generation, begun_slot(i)->generation());
        given_back.store(0, std::memory_order_relaxed);
        begun.store(0, std::memory_order_relaxed);
        const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
        const uintptr_t from = (reinterpret_cast<uintptr_t>(slots()) + page - 1) / page * page;
        const uintptr_t to = reinterpret_cast<uintptr_t>(slots() + kSlots) / page * page;
        if (to > from) madvise(reinterpret_cast<void*>(from), to - from, MADV_DONTNEED);
    }

  private:
    // Small slots begin a cache line apart, so that tensors made one after the other and used by several threads share
    // none until a quarter of the chunk is in use.
    static constexpr uint32_t kPerLine = sizeof(Slot) < 64 ? 64 / sizeof(Slot) : 1;

    Slot* begun_slot(uint32_t i) {
        constexpr uint32_t kLines = kSlots / kPerLine;
        return slots() + (i % kLines * kPerLine + i / kLines);
    }

    uint32_t begin() {
        const uint32_t i = begun.load(std::memory_order_relaxed);
        if (i == kSlots) return 0;
        Slot* slot = begun_slot(i);
        slot->state.store(generation << Slot::kGenerationShift, std::memory_order_release);
        begun.store(i + 1, std::memory_order_relaxed);
        return name_of(slot);
    }
};

}  // namespace simple
