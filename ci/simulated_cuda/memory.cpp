#include "ci/simulated_cuda/memory.h"

#include <c10/util/Exception.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "ci/simulated_cuda/settings.h"
#include "ci/simulated_cuda/streams.h"

namespace simple::simulated_cuda {
namespace {

constexpr size_t kAlignment = 512;      // as CUDA's
constexpr size_t kRange = 16ull << 30;  // addresses a device, room for holes included
constexpr size_t kStep = 4 << 20;       // by which the part in use grows
constexpr size_t kPoisoned = 16 << 20;  // at most, of one block: its first bytes

struct Block {
    c10::DeviceIndex device;
    size_t offset, bytes, room;  // in the device's range; as asked for; as taken
    StreamQueue* home;
    std::set<StreamQueue*> others;
};

struct DeviceMemory {
    std::map<size_t, size_t> holes;  // offset to size
    size_t end = 0;                  // of all blocks ever
    size_t usable = 0;               // pages that may be touched
    Figures figures;
    int64_t limit = device_bytes();
};

// Everything here lives to the process's end.
struct Memory {
    std::mutex mutex;
    char* addresses = nullptr;  // what tensors hold
    char* bytes = nullptr;      // what kernels touch
    std::vector<DeviceMemory> devices;
    std::map<size_t, Block*> live;  // by address
    Memory() : devices(static_cast<size_t>(std::max(1, device_count()))) {
        const size_t all = kRange * devices.size();
        void* made = mmap(nullptr, 2 * all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        TORCH_CHECK(made != MAP_FAILED, "CUDA error: no addresses for the simulated devices");
        addresses = static_cast<char*>(made);
        bytes = addresses + all;
    }
};

Memory& memory() {
    static auto* made = new Memory;
    return *made;
}

[[noreturn]] void out_of_memory(size_t bytes) {
    TORCH_CHECK_WITH(OutOfMemoryError, false, "CUDA out of memory. Tried to allocate ", bytes, " bytes (simulated)");
    __builtin_unreachable();
}

// The first hole that is large enough, else room at the end; SIZE_MAX where neither is.
size_t find_room(DeviceMemory& device, size_t room) {
    for (auto hole = device.holes.begin(); hole != device.holes.end(); ++hole) {
        if (hole->second < room) continue;
        const size_t offset = hole->first, left = hole->second - room;
        device.holes.erase(hole);
        if (left) device.holes[offset + room] = left;
        return offset;
    }
    if (room > kRange - device.end) return SIZE_MAX;
    const size_t offset = device.end;
    device.end += room;
    return offset;
}

bool make_usable(DeviceMemory& device, char* bytes) {
    if (device.end <= device.usable) return true;
    const size_t wanted = std::min(kRange, (device.end + kStep - 1) / kStep * kStep);
    if (mprotect(bytes + device.usable, wanted - device.usable, PROT_READ | PROT_WRITE) != 0) return false;
    device.usable = wanted;
    return true;
}

void give_room_back(DeviceMemory& device, size_t offset, size_t room) {
    auto next = device.holes.lower_bound(offset);
    if (next != device.holes.end() && offset + room == next->first) {
        room += next->second;
        next = device.holes.erase(next);
    }
    if (next != device.holes.begin()) {
        const auto previous = std::prev(next);
        if (previous->first + previous->second == offset) {
            previous->second += room;
            return;
        }
    }
    device.holes[offset] = room;
}

void poison(char* bytes, size_t count) { std::memset(bytes, kPoison, std::min(count, kPoisoned)); }

void reclaim(const Block& block) {
    Memory& m = memory();
    const std::lock_guard<std::mutex> lock(m.mutex);
    char* bytes = m.bytes + static_cast<size_t>(block.device) * kRange + block.offset;
    poison(bytes, block.room);
    // What is left of it costs no memory of the host.
    if (block.room > 2 * kPoisoned) madvise(bytes + kPoisoned, block.room - kPoisoned, MADV_DONTNEED);
    give_room_back(m.devices[static_cast<size_t>(block.device)], block.offset, block.room);
}

// In the order of the stream that the memory was taken on, as CUDA's caching allocator has it.
void give_back(void* context) {
    const std::shared_ptr<Block> block(static_cast<Block*>(context));
    {
        Memory& m = memory();
        const std::lock_guard<std::mutex> lock(m.mutex);
        m.devices[static_cast<size_t>(block->device)].figures.current -= static_cast<int64_t>(block->room);
        m.live.erase(static_cast<size_t>(block->device) * kRange + block->offset);
    }
    bool busy = !block->home->idle();
    for (StreamQueue* other : block->others) {
        if (other->idle()) continue;
        busy = true;
        block->home->add_wait(other->mark());
    }
    if (!busy) return reclaim(*block);
    block->home->add([block] { reclaim(*block); });
}

Block* take(c10::DeviceIndex device, size_t bytes) {
    StreamQueue* home = &StreamQueue::current(device);  // before the lock, which work on streams takes too
    Memory& m = memory();
    const std::lock_guard<std::mutex> lock(m.mutex);
    DeviceMemory& on = m.devices[static_cast<size_t>(device)];
    const size_t room = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    if (room < bytes || static_cast<int64_t>(room) > on.limit - on.figures.current) return nullptr;
    const size_t offset = find_room(on, room);
    char* base = m.bytes + static_cast<size_t>(device) * kRange;
    if (offset == SIZE_MAX) return nullptr;
    if (!make_usable(on, base)) {
        give_room_back(on, offset, room);
        return nullptr;
    }
    poison(base + offset, bytes);
    on.figures.current += static_cast<int64_t>(room);
    on.figures.peak = std::max(on.figures.peak, on.figures.current);
    auto* block = new Block{device, offset, bytes, room, home, {}};
    m.live[static_cast<size_t>(device) * kRange + offset] = block;
    return block;
}

}  // namespace

c10::DataPtr allocate(size_t bytes) {
    const c10::DeviceIndex device = current_device();
    const c10::Device where(c10::DeviceType::CUDA, device);
    if (bytes == 0) return c10::DataPtr(nullptr, where);
    Block* block = take(device, bytes);
    if (!block) {
        StreamQueue::synchronize_all();  // memory that waits for a stream comes back
        block = take(device, bytes);
    }
    if (!block) out_of_memory(bytes);
    return c10::DataPtr(memory().addresses + static_cast<size_t>(device) * kRange + block->offset, block, &give_back,
                        where);
}

void* bytes_at(const void* address) {
    if (!address) return nullptr;
    const Memory& m = memory();
    return m.bytes + (static_cast<const char*>(address) - m.addresses);
}

void record_stream(const void* address, const c10::Stream& stream) {
    if (!address) return;
    StreamQueue* queue = &StreamQueue::of(stream);
    Memory& m = memory();
    const std::lock_guard<std::mutex> lock(m.mutex);
    auto after = m.live.upper_bound(static_cast<size_t>(static_cast<const char*>(address) - m.addresses));
    if (after == m.live.begin()) return;
    Block* block = std::prev(after)->second;
    if (queue != block->home) block->others.insert(queue);
}

void limit_memory(int64_t more) {
    Memory& m = memory();
    const std::lock_guard<std::mutex> lock(m.mutex);
    for (DeviceMemory& on : m.devices) on.limit = more < 0 ? device_bytes() : on.figures.current + more;
}

Figures figures(c10::DeviceIndex device) {
    Memory& m = memory();
    const std::lock_guard<std::mutex> lock(m.mutex);
    return m.devices[static_cast<size_t>(device)].figures;
}

void reset_peak(c10::DeviceIndex device) {
    Memory& m = memory();
    const std::lock_guard<std::mutex> lock(m.mutex);
    Figures& of = m.devices[static_cast<size_t>(device)].figures;
    of.peak = of.current;
}

}  // namespace simple::simulated_cuda
