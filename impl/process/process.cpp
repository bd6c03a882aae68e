#include "impl/process/process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace simple::process {
namespace {

constexpr unsigned kSeconds = 20;

}  // namespace

void must(bool holds, const char* what) {
    if (holds) return;
    for (const char* part : {"not so: ", what, "\n"})
        if (write(STDERR_FILENO, part, std::strlen(part)) < 0) break;
    _exit(1);
}

int repeated(const std::function<void()>& work, int times, End end) {
    for (int i = 0; i < times; ++i) {
        std::fflush(nullptr);
        const pid_t child = fork();
        if (child == 0) {
            alarm(kSeconds);
            work();
            if (end == End::at_once) _exit(0);
            std::exit(0);
        }
        int status = 0;
        must(child > 0 && waitpid(child, &status, 0) == child, "a child of fork ran");
        if (status == 0) continue;
        if (WIFSIGNALED(status))
            std::fprintf(stderr, "time %d of %d: %s\n", i + 1, times,
                         WTERMSIG(status) == SIGALRM ? "it hung" : strsignal(WTERMSIG(status)));
        else
            std::fprintf(stderr, "time %d of %d: status %d\n", i + 1, times, WEXITSTATUS(status));
        return 1;
    }
    return 0;
}

void must_have_failed(const Backend& backend, int code, const char* symbol, const char* says) {
    must(backend.last_error_code() == code, "a failed call's code");
    char* message = backend.last_error_message();
    must(message != nullptr, "a failed call has a message");
    must(std::strstr(message, symbol) == message, "the message begins with the function");
    must(std::strstr(message, says) != nullptr, says);
    std::free(message);
}

void failing_calls(const Backend& backend) {
    must(backend.add(12345, 0) == 0, "add of no handles fails");
    must_have_failed(backend, 1, "rt_torch_torchtensor_add", "12345");
    backend.free(54321);
    must_have_failed(backend, 1, "rt_torch_torchtensor_free", "54321");
    // 64 dims, the last of them negative: a message of over 200 characters.
    SplValue sizes[64];
    for (SplValue& size : sizes) size = whole(7);
    sizes[63].as_int = -7;
    const SplArray dims{sizes, 64, 64};
    must(backend.zeros(&dims) == 0, "zeros of a negative size fails");
    must_have_failed(backend, 2, "rt_torch_tensor_zeros", "[7, 7, 7");
    must(std::isnan(backend.sum(99)), "the sum of no handle is NaN");
    must_have_failed(backend, 1, "rt_torch_torchtensor_sum", "99");
}

void succeeding_calls(const Backend& backend) {
    const int64_t before = backend.live_tensors();
    std::vector<int64_t> handles;
    for (int i = 0; i < 300; ++i) handles.push_back(backend.zeros(nullptr));
    const int64_t sum = backend.add(handles[0], handles[1]);
    must(sum != 0 && backend.last_error_code() == 0, "add succeeds");
    must(backend.ndim(sum) == 0, "the sum is 0-d");
    handles.push_back(sum);
    must(backend.live_tensors() == before + 301, "the live count is exact");
    for (const int64_t handle : handles) {
        backend.free(handle);
        must(backend.last_error_code() == 0, "free succeeds");
    }
    must(backend.live_tensors() == before, "nothing is left");
}

}  // namespace simple::process
