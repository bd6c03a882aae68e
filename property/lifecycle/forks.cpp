// A child made by fork may call every function and does not hang (H5).
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "property/cases.h"
#include "property/table/drawn_call.h"

namespace simple::property {

namespace {

constexpr unsigned kSeconds = 20;  // a child that takes longer hangs

// Runs body in a child; its exit status, 128 plus the signal that ended it.
int in_child(const std::function<int()>& body) {
    const pid_t child = fork();
    if (child == 0) {
        alarm(kSeconds);
        _exit(body());
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void succeeds(const std::function<int()>& body) {
    const int status = in_child(body);
    EXPECT_NE(status, 128 + SIGALRM) << "the child hung";
    EXPECT_EQ(status, 0) << "the child's status";
}

}  // namespace

Cases fork_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    const auto add = [&](const char* name, std::function<void()> body) {
        cases.push_back({std::string("fork/") + name, "", {"H5"}, false, std::move(body)});
    };
    add("child-calls-every-function", [&backend, seed = options.seed] {
        succeeds([&] {
            for (Fn fn : table_functions(backend)) {
                if (!can_succeed(fn)) continue;
                const DrawnCall call = draw_success(fn, Random(seed));
                Runner runner(backend);
                for (const Step& step : call.before) runner.run(step);
                const bool backward = fn == Fn::backward;  // may be a clear error in a child
                if (!runner.run(call.step).ok() && !backward) return 1 + static_cast<int>(fn) % 100;
            }
            return 0;
        });
    });
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
        std::thread(work).join();
        EXPECT_EQ(work(), 0);
        succeeds([&] { return work(); });
        EXPECT_EQ(work(), 0) << "the parent goes on";
    });
    return cases;
}

}  // namespace simple::property
