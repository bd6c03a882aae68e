// A child made by fork may call every function and does not hang (H5).
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <thread>

#include "property/cases.h"
#include "property/lifecycle/child.h"
#include "property/table/drawn_call.h"

namespace simple::property {

namespace {

void succeeds(const std::function<int()>& body) {
    const int status = in_child(body);
    EXPECT_NE(status, 128 + SIGALRM) << "the child hung";
    EXPECT_EQ(status, 0) << "the child's status";
}

// One thread again, however a case ends.
class OneThreadAfter {
  public:
    explicit OneThreadAfter(const Backend& backend) : backend_(backend) {}
    ~OneThreadAfter() {
        if (backend_.set_num_threads) backend_.set_num_threads(1);
    }
    OneThreadAfter(const OneThreadAfter&) = delete;
    OneThreadAfter& operator=(const OneThreadAfter&) = delete;

  private:
    const Backend& backend_;
};

DrawnCall draw_without_backward(Fn fn, uint64_t seed) {
    DrawnCall call = draw_success(fn, Random(seed));
    while (runs_backward(call)) call = draw_success(fn, Random(++seed));
    return call;
}

}  // namespace

Cases fork_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    const auto add = [&](const char* name, std::function<void()> body) {
        cases.push_back({std::string("fork/") + name, "", {"H5"}, false, std::move(body)});
    };
    for (Fn fn : table_functions()) {
        if (!can_succeed(fn) || fn == Fn::backward) continue;
        const std::string name(function(fn).name), id = "fork/" + name + "/in-a-child";
        cases.push_back({id, name, {"H5"}, false, [=, &backend, seed = options.seed] {
                             const DrawnCall call = draw_without_backward(fn, case_seed(seed, id));
                             const std::string here = result_text(backend, call);
                             succeeds([&] { return result_text(backend, call) == here ? 0 : 1; });
                         }});
    }
    add("child-sees-the-parents-tensors", [&backend] {
        const Tensor x = make(backend, DType::f64, {1, 2, 3}, {3});
        succeeds([&] {
            if (backend.numel(x.get()) != 3) return 1;
            if (backend.available() && backend.sum(x.get()) != 6) return 2;
            backend.free(x.get());
            return backend.numel(x.get()) == -1 ? 0 : 3;
        });
        EXPECT_EQ(backend.numel(x.get()), 3) << "the child's free does not reach the parent";
    });
    add("after-large-work-and-threads", [&backend] {
        const auto work = [&] {
            const Tensor x(backend, call(backend, Fn::ones, {Array::ints({300, 300})}).integer);
            const Tensor y(backend, backend.matmul(x.get(), x.get()));
            return backend.numel(y.get()) == 90000 ? 0 : 1;
        };
        EXPECT_EQ(work(), 0);  // a missing function ends the case here
        std::thread(work).join();
        succeeds([&] { return work(); });
        EXPECT_EQ(work(), 0) << "the parent goes on";
    });
    // OpenMP's workers of the thread that forks are not in its child, which must not wait for them.
    cases.push_back(
        {"fork/set_num_threads/two-in-a-child", "set_num_threads", {"H5"}, false, [&backend] {
             const OneThreadAfter as_the_suite_has_it(backend);
             const auto work = [&] {
                 const int32_t code = call(backend, Fn::set_num_threads, {int64_t{2}}).code;
                 if (code != 0 && code != static_cast<int32_t>(Code::memory))
                     return 1;  // too few threads can be started
                 const Tensor x(backend, call(backend, Fn::ones, {Array::ints({300, 300})}).integer);
                 const Tensor product(backend, backend.matmul(x.get(), x.get()));
                 const Tensor sum(backend, backend.add(product.get(), x.get()));
                 if (backend.numel(sum.get()) != 90000) return 2;
                 return backend.available() && (backend.min(sum.get()) != 301 || backend.max(sum.get()) != 301) ? 3 : 0;
             };
             EXPECT_EQ(work(), 0);  // a missing function ends the case here
             succeeds(work);
             EXPECT_EQ(work(), 0) << "the parent goes on";
         }});
    // What a child makes anew at its first calls, its threads must not race to make: LibTorch's thread pool.
    add("childs-threads-start-together", [&backend] {
        const Tensor x(backend, backend.eye(3));
        EXPECT_EQ(backend.ndim(x.get()), 2);
        EXPECT_FALSE(std::isnan(backend.max(x.get())));
        for (int round = 0; round < 20; round++) {
            succeeds([&] {
                std::atomic<int> waiting{8}, failed{0};
                std::vector<std::thread> threads;
                for (int i = 0; i < 8; i++)
                    threads.emplace_back([&] {
                        for (waiting--; waiting > 0;) std::this_thread::yield();
                        failed += std::isnan(backend.max(x.get()));
                    });
                for (std::thread& thread : threads) thread.join();
                return failed.load();
            });
        }
    });
    return cases;
}

}  // namespace simple::property
