// Threads that each keep their suites loaded (trials.h) from one round of tasks to the next.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "ci/faults/self_test/trials.h"

namespace simple::gate {

class TrialThreads {
  public:
    using Task = std::function<void(Trials&)>;

    TrialThreads(const Settings& settings, Plans& plans);
    TrialThreads(const TrialThreads&) = delete;
    TrialThreads& operator=(const TrialThreads&) = delete;
    ~TrialThreads();

    // Carries out all of them, the first ones first, and returns when the last has ended. Once interrupted, none is
    // begun any more. What a task throws is thrown here.
    void run(std::deque<Task> tasks);

  private:
    void work(const Settings& settings, Plans& plans);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Task> waiting_;
    size_t running_ = 0;
    bool over_ = false;
    std::exception_ptr thrown_;
    std::vector<std::thread> threads_;
};

}  // namespace simple::gate
