#include "ci/faults/self_test/trial_threads.h"

#include <utility>

namespace simple::gate {

TrialThreads::TrialThreads(const Settings& settings, Plans& plans) {
    for (unsigned i = 0; i < settings.jobs; ++i) threads_.emplace_back([&] { work(settings, plans); });
}

TrialThreads::~TrialThreads() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        over_ = true;
        waiting_.clear();
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
}

void TrialThreads::run(std::deque<Task> tasks) {
    std::unique_lock<std::mutex> lock(mutex_);
    waiting_ = std::move(tasks);
    changed_.notify_all();
    changed_.wait(lock, [&] { return waiting_.empty() && running_ == 0; });
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

void TrialThreads::work(const Settings& settings, Plans& plans) {
    Trials trials(settings, plans);
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return over_ || !waiting_.empty(); });
        if (over_) return;
        const Task task = std::move(waiting_.front());
        waiting_.pop_front();
        if (interrupted()) waiting_.clear();
        ++running_;
        lock.unlock();
        std::exception_ptr thrown;
        try {
            if (!interrupted()) task(trials);
        } catch (...) {
            thrown = std::current_exception();
        }
        lock.lock();
        if (thrown && !thrown_) thrown_ = thrown;
        --running_;
        changed_.notify_all();
    }
}

}  // namespace simple::gate
