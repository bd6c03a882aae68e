#include "ci/simulated_cuda/streams.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <utility>

#include "ci/simulated_cuda/settings.h"

namespace simple::simulated_cuda {
namespace {

// Of all streams: work of one waits for another's. Work that is done may add work.
std::recursive_mutex& mutex() {
    static auto* made = new std::recursive_mutex;  // used to the process's end
    return *made;
}

using Lock = std::lock_guard<std::recursive_mutex>;

using Key = std::pair<c10::DeviceIndex, c10::StreamId>;

std::map<Key, std::unique_ptr<StreamQueue>>& queues() {
    static auto* made = new std::map<Key, std::unique_ptr<StreamQueue>>;
    return *made;
}

thread_local c10::DeviceIndex t_device = 0;
thread_local c10::StreamId t_streams[kMostDevices] = {};

}  // namespace

StreamQueue& StreamQueue::of(c10::Device device, c10::StreamId id) {
    const Lock lock(mutex());
    auto& queue = queues()[{device.index(), id}];
    if (!queue) queue = std::make_unique<StreamQueue>();
    return *queue;
}

StreamQueue& StreamQueue::current(c10::DeviceIndex device) {
    return of(c10::Device(c10::DeviceType::CUDA, device), current_stream(device));
}

void StreamQueue::add(std::function<void()> work) { push({{}, std::move(work), {}}); }

void StreamQueue::add_wait(const Mark& mark) {
    if (mark.queue && mark.queue != this) push({{}, {}, mark});
}

void StreamQueue::push(Entry entry) {
    const Lock lock(mutex());
    ++asked_;
    if (entry.wait.queue && is_reached(entry.wait)) return;
    last_due_ = std::max(last_due_, Clock::now());
    if (entry.work) last_due_ += next_delay();
    entry.due = last_due_;
    entries_.push_back(std::move(entry));
    ++added_;
}

Mark StreamQueue::mark() {
    const Lock lock(mutex());
    return {this, added_};
}

bool StreamQueue::idle() {
    const Lock lock(mutex());
    do_what_is_due(added_);
    return entries_.empty();
}

void StreamQueue::synchronize() {
    const Lock lock(mutex());
    do_until(added_);
}

bool StreamQueue::is_reached(const Mark& mark) {
    const Lock lock(mutex());
    // Nothing behind the mark is done: that may wait for the very work that asks. What is before it came earlier than
    // this question, and so did all that it waits for.
    if (!mark.queue || mark.queue->done_ >= mark.count) return true;
    mark.queue->do_what_is_due(mark.count);
    return mark.queue->done_ >= mark.count;
}

void StreamQueue::reach(const Mark& mark) {
    const Lock lock(mutex());
    if (mark.queue) mark.queue->do_until(mark.count);
}

void StreamQueue::synchronize_all() {
    const Lock lock(mutex());
    for (auto& [key, queue] : queues()) queue->do_until(queue->added_);
}

int64_t StreamQueue::busy_others() {
    const Lock lock(mutex());
    int64_t count = 0;
    for (auto& [key, queue] : queues()) count += key.second != 0 && !queue->entries_.empty();
    return count;
}

int64_t StreamQueue::work_of_others() {
    const Lock lock(mutex());
    int64_t sum = 0;
    for (auto& [key, queue] : queues()) sum += key.second != 0 ? queue->asked_ : 0;
    return sum;
}

void StreamQueue::do_first() {
    Entry entry = std::move(entries_.front());
    entries_.pop_front();
    if (entry.wait.queue) entry.wait.queue->do_until(entry.wait.count);
    if (entry.work) entry.work();
    ++done_;
}

void StreamQueue::do_until(uint64_t count) {
    while (done_ < count && !entries_.empty()) do_first();
}

void StreamQueue::do_what_is_due(uint64_t count) {
    const auto now = Clock::now();
    while (done_ < count && !entries_.empty() && entries_.front().due <= now) {
        if (!is_reached(entries_.front().wait)) return;
        do_first();
    }
}

c10::DeviceIndex current_device() { return t_device; }
void set_current_device(c10::DeviceIndex device) { t_device = device; }
c10::StreamId current_stream(c10::DeviceIndex device) { return t_streams[device]; }
void set_current_stream(c10::DeviceIndex device, c10::StreamId id) { t_streams[device] = id; }

c10::StreamId new_stream() {
    static std::atomic<c10::StreamId> next{1};
    return next++;
}

}  // namespace simple::simulated_cuda
