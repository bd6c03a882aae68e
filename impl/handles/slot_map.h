// The table behind handles: tensors and streams in one slot map with generations.
//
// A handle is a 31-bit generation above a 32-bit slot index, so it is positive and never 0. Freeing a slot advances its
// generation; a handle of an older one, or a forged number, is found to be none (H2), and a slot whose generations are
// spent is retired, so no handle ever names a second object. A use pins its slot for the length of the call: a free
// that meets a pinned slot takes effect for all later calls at once and leaves the destruction to the last pin (H4).
//
// Each thread owns a chunk that it takes slots from, and counts its live objects; the counts of all threads are summed
// when asked for (H3). A slot goes back to its chunk, and the memory of chunks that are wholly free goes back to the
// system. Freeing allocates nothing and cannot fail. The table is there before any constructor runs and after the last
// destructor, and in a forked child the slots of its parent's other threads are everybody's.
#pragma once

#include <pthread.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <new>
#include <type_traits>
#include <utility>

#include "impl/errors/fast_tls.h"
#include "impl/errors/thread_end.h"
#include "impl/handles/chunk.h"

namespace simple {

template <typename TensorObject, typename StreamObject>
class SlotMap {  // NOLINT(clang-analyzer-optin.performance.Padding): there is one, and its order is for reading
    static constexpr size_t kBytes = sizeof(TensorObject) > sizeof(StreamObject) ? sizeof(TensorObject)
                                                                                 : sizeof(StreamObject);
    static_assert(alignof(TensorObject) <= 8 && alignof(StreamObject) <= 8);
    using Slot = simple::Slot<kBytes>;
    using Chunk = simple::Chunk<Slot>;

  public:
    // A pinned object; empty when the handle named none of the wanted kind. Move only, unpins when destroyed.
    template <typename Object>
    class Pin {
      public:
        Pin() = default;
        explicit Pin(Slot* slot) : slot_(slot) {}
        Pin(Pin&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
        Pin& operator=(Pin&& other) noexcept {
            std::swap(slot_, other.slot_);
            return *this;
        }
        ~Pin() {
            if (slot_) unpin(slot_);
        }
        explicit operator bool() const { return slot_ != nullptr; }
        Object& operator*() const { return *slot_->template object<Object>(); }
        Object* operator->() const { return slot_->template object<Object>(); }

      private:
        Slot* slot_ = nullptr;
    };

    static SlotMap& instance() { return table_; }

    template <typename Object>
    int64_t insert(Object&& object) {
        return insert_made<Object>([&]() -> Object&& { return std::forward<Object>(object); });
    }

    // What make() returns is made in its slot; where it throws, nothing was inserted.
    template <typename Object, typename Make>
    int64_t insert_made(Make&& make) {
        Local* local = local_or_null();
        const auto [chunk, name] = local ? take(*local) : take_shared();
        Slot* slot = chunk->slot(name);
        try {
            new (slot->storage) Object(make());
        } catch (...) {
            give_back(chunk, name);
            throw;
        }
        const uint64_t generation = slot->generation();
        slot->state.store(generation << Slot::kGenerationShift | Slot::kLive | kind_of<Object>(),
                          std::memory_order_release);
        count<Object>(local, 1);
        return static_cast<int64_t>(generation << 32 | chunk->index(name));
    }

    template <typename Object>
    Pin<Object> pin(int64_t handle) {
        Slot* slot = find(handle);
        if (!slot) return {};
        const uint64_t live = live_state<Object>(handle);
        uint64_t state = slot->state.load(std::memory_order_relaxed);
        do {
            if ((state & ~Slot::kPins) != live) return {};
        } while (!change(slot->state, state, state + 1));
        return Pin<Object>(slot);
    }

    // False when the handle named no object of this kind.
    template <typename Object>
    bool free(int64_t handle) noexcept {
        Chunk* chunk = chunk_of(handle);
        if (!chunk) return false;
        const uint32_t name = name_of(handle);
        Slot* slot = chunk->slot(name);
        const uint64_t live = live_state<Object>(handle);
        uint64_t state = slot->state.load(std::memory_order_acquire);
        do {
            if ((state & ~Slot::kPins) != live) return false;
        } while (!change(slot->state, state, state & ~Slot::kLive));
        count<Object>(t_local, -1);  // no record is made here: freeing allocates nothing
        if ((state & Slot::kPins) == 0) reclaim(chunk, name);
        return true;
    }

    template <typename Object>
    int64_t live() {
        const std::lock_guard<std::mutex> lock(mutex_);
        int64_t total = unowned_live_[kind_index<Object>()].load(std::memory_order_relaxed);
        for (const Local* local = locals_; local; local = local->next)
            total += local->live[kind_index<Object>()].load(std::memory_order_relaxed);
        return total;
    }

  private:
    static constexpr uint32_t kChunks = 1u << (32 - Chunk::kBits);
    // A chunk that nobody owns is taken from again when this much of it is free: the lock is then rarely met.
    static constexpr uint32_t kWorthTaking = Chunk::kSlots / 8;
    static constexpr size_t kSpareBytes = 1 << 20;
    // Wholly free chunks that keep their memory, for programs that make and free the same number again and again.
    static constexpr uint32_t kSpare =
        sizeof(Slot) * Chunk::kSlots < kSpareBytes ? kSpareBytes / (sizeof(Slot) * Chunk::kSlots) : 1;

    // What a thread has of its own, which shares no cache line with another thread's: every call that makes or frees
    // writes here. Records outlive their threads and serve later ones.
    struct alignas(64) Local {
        Chunk* chunk = nullptr;
        std::array<std::atomic<int64_t>, 2> live{};
        bool used = true;
        Local* next = nullptr;
    };

    constexpr SlotMap() = default;

    template <typename Object>
    static constexpr size_t kind_index() {
        static_assert(std::is_same_v<Object, TensorObject> || std::is_same_v<Object, StreamObject>);
        return std::is_same_v<Object, StreamObject> ? 1 : 0;
    }
    template <typename Object>
    static constexpr uint64_t kind_of() {
        return kind_index<Object>() ? Slot::kStream : 0;
    }
    template <typename Object>
    static uint64_t live_state(int64_t handle) {
        return static_cast<uint64_t>(handle) >> 32 << Slot::kGenerationShift | Slot::kLive | kind_of<Object>();
    }

    // The calling thread's record; null when there is no memory for one, or the thread has given it up at its end.
    static Local* local_or_null() noexcept {
        if (__builtin_expect(t_local != nullptr, 1)) return t_local;
        return t_ended ? nullptr : table_.start_thread();
    }

    Local* start_thread() noexcept {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (!guard_forks()) return nullptr;
        Local* local = locals_;
        while (local && local->used) local = local->next;
        if (!local) {
            local = new (std::nothrow) Local;
            if (!local) return nullptr;
            local->next = locals_;
            locals_ = local;
        }
        local->used = thread_end_.promise(local);
        return t_local = local->used ? local : nullptr;
    }

    static void end_thread(void* what) {
        const std::lock_guard<std::mutex> lock(table_.mutex_);
        table_.give_up(*static_cast<Local*>(what));
        t_local = nullptr;
        t_ended = true;
    }

    // The fork waits until no other thread is within the table, and the child takes what those threads had.
    bool guard_forks() noexcept {
        if (!forks_guarded_)
            forks_guarded_ = pthread_atfork([] { table_.mutex_.lock(); }, [] { table_.mutex_.unlock(); },
                                            [] {
                                                for (Local* local = table_.locals_; local; local = local->next)
                                                    if (local != t_local && local->used) table_.give_up(*local);
                                                table_.mutex_.unlock();
                                            }) == 0;
        return forks_guarded_;
    }

    static Chunk* chunk_of(int64_t handle) {
        if (handle <= 0) return nullptr;
        return __atomic_load_n(&chunks_[static_cast<uint32_t>(handle) >> Chunk::kBits], __ATOMIC_ACQUIRE);
    }
    static uint32_t name_of(int64_t handle) { return static_cast<uint32_t>(handle) % Chunk::kSlots + 1; }

    static Slot* find(int64_t handle) {
        Chunk* chunk = chunk_of(handle);
        return chunk ? chunk->slot(name_of(handle)) : nullptr;
    }

    struct Taken {
        Chunk* chunk;
        uint32_t name;
    };

    Taken take(Local& local) {
        if (__builtin_expect(local.chunk != nullptr, 1))
            if (const uint32_t name = local.chunk->take(); __builtin_expect(name != 0, 1)) return {local.chunk, name};
        const std::lock_guard<std::mutex> lock(mutex_);
        return take_elsewhere(local);
    }

    Taken take_shared() {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (shared_.chunk)
            if (const uint32_t name = shared_.chunk->take()) return {shared_.chunk, name};
        return take_elsewhere(shared_);
    }

    // Under the mutex: from another chunk than the one owned so far, which has no free slot left.
    Taken take_elsewhere(Local& local) {
        Chunk* chunk = listed_ ? listed_ : released_ ? released_ : add_chunk();
        if (chunk == listed_) {
            unlist(chunk);
        } else if (chunk == released_) {
            released_ = chunk->next;
        }
        chunk->own();
        if (local.chunk) {
            local.chunk->disown();
            settle(local.chunk);
        }
        local.chunk = chunk;
        return {chunk, chunk->take()};
    }

    Chunk* add_chunk() {
        Chunk* chunk = chunk_count_ < kChunks && guard_forks() ? Chunk::make(chunk_count_) : nullptr;
        if (!chunk) throw std::bad_alloc();
        __atomic_store_n(&chunks_[chunk_count_++], chunk, __ATOMIC_RELEASE);
        return chunk;
    }

    // Under the mutex: what a thread that is no more had.
    void give_up(Local& local) {
        if (Chunk* chunk = std::exchange(local.chunk, nullptr)) {
            chunk->disown();
            settle(chunk);
        }
        local.used = false;
    }

    static void unpin(Slot* slot) noexcept {
        const uint64_t state = subtract(slot->state, 1);
        if (__builtin_expect((state & (Slot::kLive | Slot::kPins)) == 1, 0)) table_.reclaim_unpinned(slot);
    }

    // A free met the pin, which is rare enough to look for the slot's chunk.
    [[gnu::noinline]] void reclaim_unpinned(Slot* slot) noexcept {
        for (Chunk** chunk = chunks_;; ++chunk)
            if (Chunk* c = __atomic_load_n(chunk, __ATOMIC_ACQUIRE); c->holds(slot))
                return reclaim(c, c->name_of(slot));
    }

    void reclaim(Chunk* chunk, uint32_t name) noexcept {
        Slot* slot = chunk->slot(name);
        const uint64_t state = slot->state.load(std::memory_order_relaxed);
        if (state & Slot::kStream)
            slot->template object<StreamObject>()->~StreamObject();
        else
            slot->template object<TensorObject>()->~TensorObject();
        const uint64_t generation = state >> Slot::kGenerationShift;
        if (generation == Slot::kLastGeneration) return;  // retired
        slot->state.store((generation + 1) << Slot::kGenerationShift, std::memory_order_release);
        give_back(chunk, name);
    }

    void give_back(Chunk* chunk, uint32_t name) noexcept {
        if (t_local && t_local->chunk == chunk) return chunk->put(name);
        const uint64_t back = chunk->give_back(name, name, 1);
        if (Chunk::owned(back)) return;
        if (chunk->free_slots(back) != kWorthTaking && !chunk->wholly_free(back)) return;
        const std::lock_guard<std::mutex> lock(mutex_);
        settle(chunk);
    }

    // Under the mutex: puts a chunk where it belongs by the number of its free slots.
    void settle(Chunk* chunk) {
        const uint64_t back = chunk->given_back.load(std::memory_order_acquire);
        if (Chunk::owned(back) || chunk->spare || chunk->begun.load(std::memory_order_relaxed) == 0) return;
        if (chunk->wholly_free(back) && spares_ == kSpare) {
            if (chunk->listed) unlist(chunk);
            chunk->release();
            chunk->next = released_;
            released_ = chunk;
            return;
        }
        if (chunk->wholly_free(back)) {
            chunk->spare = true;
            ++spares_;
        }
        if (chunk->free_slots(back) >= kWorthTaking && !chunk->listed) list(chunk);
    }

    void list(Chunk* chunk) {
        chunk->listed = true;
        chunk->previous = nullptr;
        chunk->next = listed_;
        if (listed_) listed_->previous = chunk;
        listed_ = chunk;
    }
    void unlist(Chunk* chunk) {
        (chunk->previous ? chunk->previous->next : listed_) = chunk->next;
        if (chunk->next) chunk->next->previous = chunk->previous;
        chunk->listed = false;
        if (std::exchange(chunk->spare, false)) --spares_;
    }

    // Only the owning thread writes its counts, so no read-modify-write is needed.
    template <typename Object>
    void count(Local* local, int64_t change) noexcept {
        if (!local) {
            unowned_live_[kind_index<Object>()].fetch_add(change, std::memory_order_relaxed);
            return;
        }
        auto& live = local->live[kind_index<Object>()];
        live.store(live.load(std::memory_order_relaxed) + change, std::memory_order_relaxed);
    }

    static SlotMap table_;
    // 4 MB of address space, of which few pages are ever touched; zeros need no constructor.
    static Chunk* chunks_[kChunks];
    SIMPLE_FAST_TLS static __thread Local* t_local;
    SIMPLE_FAST_TLS static __thread bool t_ended;

    ThreadEnd thread_end_{end_thread};
    Local shared_;      // of threads that have no record; guarded as what follows
    std::mutex mutex_;  // guards what follows
    uint32_t chunk_count_ = 0;
    Chunk* listed_ = nullptr;    // with free slots enough to be worth taking
    Chunk* released_ = nullptr;  // without memory
    uint32_t spares_ = 0;
    Local* locals_ = nullptr;
    bool forks_guarded_ = false;
    std::array<std::atomic<int64_t>, 2> unowned_live_{};  // counts of those threads
};

template <typename TensorObject, typename StreamObject>
SlotMap<TensorObject, StreamObject> SlotMap<TensorObject, StreamObject>::table_;
template <typename TensorObject, typename StreamObject>
typename SlotMap<TensorObject, StreamObject>::Chunk* SlotMap<TensorObject, StreamObject>::chunks_[kChunks];
template <typename TensorObject, typename StreamObject>
SIMPLE_FAST_TLS __thread
    typename SlotMap<TensorObject, StreamObject>::Local* SlotMap<TensorObject, StreamObject>::t_local;
template <typename TensorObject, typename StreamObject>
SIMPLE_FAST_TLS __thread bool SlotMap<TensorObject, StreamObject>::t_ended;

}  // namespace simple
