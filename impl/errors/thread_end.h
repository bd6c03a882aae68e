// Work at the end of a thread. Calls are right to a process's last instruction, so no thread-local variable here has a
// destructor: one that has is gone while destructors of others, atexit handlers and pthread keys still call.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>

namespace simple {

// A pthread key, made on first use. The main thread ends with the process and runs no such work.
class ThreadEnd {
  public:
    using Work = void (*)(void* what);
    constexpr explicit ThreadEnd(Work work) : work_(work) {}

    // work(what) runs when the calling thread ends; what a key's destructor promises anew runs in the next of four
    // rounds (PTHREAD_DESTRUCTOR_ITERATIONS). False when the process has no key or no memory left for it.
    bool promise(void* what) noexcept {
        uint32_t key = key_.load(std::memory_order_acquire);
        if (key == 0 && (key = make()) == 0) return false;
        return pthread_setspecific(key - 1, what) == 0;
    }

  private:
    uint32_t make() noexcept {
        pthread_key_t made;
        if (pthread_key_create(&made, work_) != 0) return 0;
        uint32_t key = 0;
        if (key_.compare_exchange_strong(key, made + 1, std::memory_order_acq_rel)) return made + 1;
        pthread_key_delete(made);  // another thread was first
        return key;
    }

    Work work_;
    std::atomic<uint32_t> key_{0};  // the key plus 1; 0 is none
};

}  // namespace simple
