// Streams: work in order, done as late as can be.
//
// Work that lies on a stream is done when somebody waits for it - a synchronisation, another stream that waits for an
// event and is itself waited for, more work that needs results of the same stream - and otherwise when its delay is
// over and any call passes by. So whoever forgets to wait finds the old bytes, each time: nothing depends on which
// thread is faster. There are no threads of its own; everything that can tell late work from early passes through here.
#pragma once

#include <c10/core/Stream.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

namespace simple::simulated_cuda {

class StreamQueue;

// A place in a stream's work: everything before it.
struct Mark {
    StreamQueue* queue = nullptr;
    uint64_t count = 0;
};

class StreamQueue {
  public:
    // The queue of a stream, which lives as long as the process.
    static StreamQueue& of(c10::Device device, c10::StreamId id);
    static StreamQueue& of(const c10::Stream& stream) { return of(stream.device(), stream.id()); }
    // That of the calling thread's current stream of a device.
    static StreamQueue& current(c10::DeviceIndex device);

    void add(std::function<void()> work);
    void add_wait(const Mark& mark);  // what follows waits for the mark; a mark of its own is none
    Mark mark();
    bool idle();         // whether all is done by now
    void synchronize();  // does all of it

    static bool is_reached(const Mark& mark);
    static void reach(const Mark& mark);
    static void synchronize_all();
    // Of all streams but each device's first.
    static int64_t busy_others();
    static int64_t work_of_others();

  private:
    using Clock = std::chrono::steady_clock;

    struct Entry {
        Clock::time_point due;
        std::function<void()> work;
        Mark wait;
    };

    void push(Entry entry);
    void do_until(uint64_t count);
    void do_what_is_due(uint64_t count);
    void do_first();

    std::deque<Entry> entries_;
    uint64_t added_ = 0, done_ = 0;
    int64_t asked_ = 0;  // to do or to wait for, done already or not
    Clock::time_point last_due_;
};

// The calling thread's choice, as CUDA keeps it.
c10::DeviceIndex current_device();
void set_current_device(c10::DeviceIndex device);
c10::StreamId current_stream(c10::DeviceIndex device);
void set_current_stream(c10::DeviceIndex device, c10::StreamId id);
c10::StreamId new_stream();

// The current device for a scope.
class OnDevice {
  public:
    explicit OnDevice(c10::DeviceIndex device) : before_(current_device()) { set_current_device(device); }
    OnDevice(const OnDevice&) = delete;
    OnDevice& operator=(const OnDevice&) = delete;
    ~OnDevice() { set_current_device(before_); }

  private:
    c10::DeviceIndex before_;
};

}  // namespace simple::simulated_cuda
