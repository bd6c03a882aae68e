// The table behind handles: tensors and streams in one slot map with generations.
//
// A handle is a 31-bit generation above a 32-bit slot index, so it is positive and never 0. Freeing a slot advances its
// generation; a handle of an older one, or a forged number, is found to be none (H2), and a slot whose generations are
// spent is retired, so no handle ever names a second object. A use pins its slot for the length of the call: a free
// that meets a pinned slot takes effect for all later calls at once and leaves the destruction to the last pin (H4).
//
// Inserting and freeing touch no shared cache line in the common case: each thread keeps free slots and live counts of
// its own, and the counts of all threads are summed when asked for (H3).
#pragma once

#include <sys/single_threaded.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "impl/errors/fast_tls.h"

namespace simple {

template <typename TensorObject, typename StreamObject>
class SlotMap {
    struct Slot;

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

    // The map lives as long as the process: threads may free handles while statics are being destroyed.
    static SlotMap& instance() {
        static SlotMap* map = new SlotMap;
        return *map;
    }

    template <typename Object>
    int64_t insert(Object object) {
        return insert_made<Object>([&]() -> Object&& { return std::move(object); });
    }

    // What make() returns is made in its slot; where it throws, nothing was inserted.
    template <typename Object, typename Make>
    int64_t insert_made(Make&& make) {
        Local* local = local_or_null();
        const uint32_t index = local ? take(*local) : take_shared();
        Slot* slot = slot_at(index);
        try {
            new (slot->storage) Object(make());
        } catch (...) {
            give_back(index);
            throw;
        }
        slot->kind.store(kind_of<Object>(), std::memory_order_relaxed);
        const uint64_t generation = slot->state.load(std::memory_order_relaxed) >> kGenerationShift;
        slot->state.store(generation << kGenerationShift | kLive, std::memory_order_release);
        count<Object>(local, 1);
        return static_cast<int64_t>(generation << 32 | index);
    }

    template <typename Object>
    Pin<Object> pin(int64_t handle) {
        Slot* slot = find(handle);
        if (!slot) return {};
        const uint64_t live = live_state(handle);
        uint64_t state = slot->state.load(std::memory_order_relaxed);
        do {
            if ((state & ~kPins) != live) return {};
        } while (!change(slot->state, state, state + 1));
        Pin<Object> pinned(slot);
        if (slot->kind.load(std::memory_order_relaxed) != kind_of<Object>()) return {};
        return pinned;
    }

    // False when the handle named no object of this kind.
    template <typename Object>
    bool free(int64_t handle) {
        Slot* slot = find(handle);
        if (!slot) return false;
        const uint64_t live = live_state(handle);
        uint64_t state = slot->state.load(std::memory_order_acquire);
        do {
            if ((state & ~kPins) != live || slot->kind.load(std::memory_order_relaxed) != kind_of<Object>())
                return false;
        } while (!change(slot->state, state, state & ~kLive));
        count<Object>(local_or_null(), -1);
        if ((state & kPins) == 0) reclaim(slot);
        return true;
    }

    template <typename Object>
    int64_t live() {
        const std::lock_guard<std::mutex> lock(mutex_);
        int64_t total = gone_live_[kind_of<Object>()].load(std::memory_order_relaxed);
        for (const Local* local : locals_) total += local->live[kind_of<Object>()].load(std::memory_order_relaxed);
        return total;
    }

  private:
    static constexpr uint32_t kChunkBits = 12;
    static constexpr uint32_t kChunkSlots = 1u << kChunkBits;
    static constexpr uint32_t kChunks = 1u << (32 - kChunkBits);
    static constexpr size_t kCacheSlots = 256;  // free slots that a thread keeps before it hands half of them back

    // A slot's state: generation, then whether it is live, then the number of pins.
    static constexpr int kGenerationShift = 33;
    static constexpr uint64_t kLive = uint64_t{1} << 32;
    static constexpr uint64_t kPins = kLive - 1;
    static constexpr uint64_t kLastGeneration = (uint64_t{1} << 31) - 1;

    struct alignas(64) Slot {
        std::atomic<uint64_t> state{uint64_t{1} << kGenerationShift};
        std::atomic<uint8_t> kind{0};
        uint32_t index = 0;
        alignas(TensorObject) alignas(
            StreamObject) unsigned char storage[sizeof(TensorObject) > sizeof(StreamObject) ? sizeof(TensorObject)
                                                                                            : sizeof(StreamObject)];

        template <typename Object>
        Object* object() {
            return std::launder(reinterpret_cast<Object*>(storage));
        }
    };

    struct Local {
        SlotMap* map;
        std::vector<uint32_t> free;
        std::array<std::atomic<int64_t>, 2> live{};

        explicit Local(SlotMap* owner) : map(owner) {
            free.reserve(kCacheSlots + 1);
            const std::lock_guard<std::mutex> lock(map->mutex_);
            map->locals_.push_back(this);
        }
        ~Local() {
            const std::lock_guard<std::mutex> lock(map->mutex_);
            map->free_.insert(map->free_.end(), free.begin(), free.end());
            for (size_t kind = 0; kind < live.size(); ++kind)
                map->gone_live_[kind].fetch_add(live[kind].load(std::memory_order_relaxed), std::memory_order_relaxed);
            for (Local*& local : map->locals_)
                if (local == this) {
                    local = map->locals_.back();
                    map->locals_.pop_back();
                    break;
                }
        }
    };

    template <typename Object>
    static constexpr uint8_t kind_of() {
        static_assert(std::is_same_v<Object, TensorObject> || std::is_same_v<Object, StreamObject>);
        return std::is_same_v<Object, StreamObject> ? 1 : 0;
    }

    // A state becomes `after` unless it is no longer `before`, which then is what it is. A locked instruction costs 6
    // ns and waits for all stores before it; a process that never had a second thread needs none, and glibc knows.
    static bool change(std::atomic<uint64_t>& state, uint64_t& before, uint64_t after) {
        if (!__libc_single_threaded)
            return state.compare_exchange_weak(before, after, std::memory_order_acq_rel, std::memory_order_acquire);
        if (const uint64_t now = state.load(std::memory_order_relaxed); now != before) {
            before = now;
            return false;
        }
        state.store(after, std::memory_order_relaxed);
        return true;
    }

    static uint64_t live_state(int64_t handle) {
        return static_cast<uint64_t>(handle) >> 32 << kGenerationShift | kLive;
    }

    // The calling thread's cache; null while the thread's locals are being destroyed.
    static Local* local_or_null() {
        SIMPLE_FAST_TLS static thread_local Local* cached = nullptr;
        if (cached) return cached;
        return make_local(&cached);
    }
    static Local* make_local(Local** cached) {
        struct Holder {
            Local** cached = nullptr;
            std::unique_ptr<Local> local;
            ~Holder() { *cached = nullptr; }
        };
        thread_local bool gone = false;
        struct Gone {
            bool* flag;
            ~Gone() { *flag = true; }
        };
        if (gone) return nullptr;
        thread_local Gone at_end{&gone};
        thread_local Holder holder;
        (void)at_end;
        holder.cached = cached;
        holder.local = std::make_unique<Local>(&instance());
        return *cached = holder.local.get();
    }

    Slot* slot_at(uint32_t index) {
        return chunks_[index >> kChunkBits].load(std::memory_order_acquire) + index % kChunkSlots;
    }

    Slot* find(int64_t handle) {
        if (handle <= 0) return nullptr;
        const auto index = static_cast<uint32_t>(handle);
        Slot* chunk = chunks_[index >> kChunkBits].load(std::memory_order_acquire);
        return chunk ? chunk + index % kChunkSlots : nullptr;
    }

    uint32_t take(Local& local) {
        if (local.free.empty()) refill(local.free);
        const uint32_t index = local.free.back();
        local.free.pop_back();
        return index;
    }

    uint32_t take_shared() {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (free_.empty()) add_chunk();
        const uint32_t index = free_.back();
        free_.pop_back();
        return index;
    }

    void refill(std::vector<uint32_t>& cache) {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (free_.empty()) add_chunk();
        const size_t count = std::min(free_.size(), kCacheSlots / 2);
        cache.insert(cache.end(), free_.end() - static_cast<std::ptrdiff_t>(count), free_.end());
        free_.resize(free_.size() - count);
    }

    void add_chunk() {
        if (chunk_count_ == kChunks) throw std::bad_alloc();
        auto chunk = std::make_unique<Slot[]>(kChunkSlots);
        free_.reserve(free_.size() + kChunkSlots);
        for (uint32_t i = kChunkSlots; i-- > 0;) {
            chunk[i].index = chunk_count_ << kChunkBits | i;
            free_.push_back(chunk[i].index);
        }
        chunks_[chunk_count_++].store(chunk.release(), std::memory_order_release);
    }

    static void unpin(Slot* slot) {
        uint64_t state = slot->state.load(std::memory_order_relaxed);
        while (!change(slot->state, state, state - 1)) {
        }
        if (__builtin_expect((state & (kLive | kPins)) == 1, 0)) instance().reclaim(slot);
    }

    void reclaim(Slot* slot) {
        if (slot->kind.load(std::memory_order_relaxed) == kind_of<StreamObject>())
            slot->template object<StreamObject>()->~StreamObject();
        else
            slot->template object<TensorObject>()->~TensorObject();
        const uint64_t generation = slot->state.load(std::memory_order_relaxed) >> kGenerationShift;
        if (generation == kLastGeneration) return;  // retired
        slot->state.store((generation + 1) << kGenerationShift, std::memory_order_release);
        give_back(slot->index);
    }

    void give_back(uint32_t index) {
        if (Local* local = local_or_null()) {
            local->free.push_back(index);
            if (local->free.size() > kCacheSlots) hand_back(local->free);
        } else {
            const std::lock_guard<std::mutex> lock(mutex_);
            free_.push_back(index);
        }
    }

    void hand_back(std::vector<uint32_t>& cache) {
        const auto half = cache.begin() + kCacheSlots / 2;
        const std::lock_guard<std::mutex> lock(mutex_);
        free_.insert(free_.end(), half, cache.end());
        cache.erase(half, cache.end());
    }

    // Only the owning thread writes its counts, so no read-modify-write is needed.
    template <typename Object>
    void count(Local* local, int64_t change) {
        if (!local) {
            gone_live_[kind_of<Object>()].fetch_add(change, std::memory_order_relaxed);
            return;
        }
        auto& live = local->live[kind_of<Object>()];
        live.store(live.load(std::memory_order_relaxed) + change, std::memory_order_relaxed);
    }

    // 8 MB, of which few pages are ever touched: calloc's zeros cost no time, while filling them took 30 ms at loading.
    struct FreeMemory {
        void operator()(void* memory) const { std::free(memory); }
    };
    using Chunks = std::unique_ptr<std::atomic<Slot*>[], FreeMemory>;
    static Chunks no_chunks() {
        void* zeros = std::calloc(kChunks, sizeof(std::atomic<Slot*>));
        if (!zeros) throw std::bad_alloc();
        return Chunks(static_cast<std::atomic<Slot*>*>(zeros));
    }

    Chunks chunks_ = no_chunks();
    std::mutex mutex_;  // guards what follows
    uint32_t chunk_count_ = 0;
    std::vector<uint32_t> free_;
    std::vector<Local*> locals_;
    std::array<std::atomic<int64_t>, 2> gone_live_{};  // counts of threads that ended
};

}  // namespace simple
