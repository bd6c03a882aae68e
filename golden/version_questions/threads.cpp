// Threads: what they inherit, and what one changes for another.
#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <future>
#include <thread>

#include "golden/version_questions/question.h"

namespace simple::versions {

namespace {

// set_num_threads(3), a thread computes, set_num_threads(1) here: how many that thread has then, or a new one.
int threads_after_setting(bool of_a_new_thread) {
    at::set_num_threads(3);
    std::promise<void> computed, set;
    std::future<int> found = std::async(std::launch::async, [&] {
        at::sum(at::ones({100'000}));
        computed.set_value();
        set.get_future().wait();
        return at::get_num_threads();
    });
    computed.get_future().wait();
    at::set_num_threads(1);
    set.set_value();
    const int of_the_old = found.get();
    return of_a_new_thread ? std::async(std::launch::async, at::get_num_threads).get() : of_the_old;
}

// A large product on two threads, of which the calling one takes denormals for 0.
double flushed() {
    at::set_num_threads(2);
    const at::Tensor denormal = at::full({200'000}, 1e-40);
    at::mul(denormal, 1);  // starts the second thread
    at::globalContext().setFlushDenormal(true);
    const at::Tensor product = at::mul(denormal, 1);
    at::globalContext().setFlushDenormal(false);
    at::set_num_threads(1);
    return at::eq(product, 0).sum().item().toDouble();
}

}  // namespace

Questions thread_questions() {
    return {
        {"`set_num_threads(3)`, a thread computes, `set_num_threads(1)` on the first: threads of that thread",
         [] { return std::to_string(threads_after_setting(false)); }},
        {"`set_num_threads(3)`, a thread computes, `set_num_threads(1)` on the first: threads of a new thread",
         [] { return std::to_string(threads_after_setting(true)); }},
        {"200000 denormals times 1 on two threads, the calling one of which flushes: how many are 0",
         [] { return words(flushed()); }},
    };
}

}  // namespace simple::versions
