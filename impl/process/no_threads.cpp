// Where no thread can be started, as RLIMIT_NPROC and containers have it: calls end, with a result or an error.
//
//     no_threads BACKEND
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include "impl/process/process.h"

using namespace simple;
using namespace simple::process;

namespace {

constexpr int kEach = kTimes / 4;  // of four kinds

// Large enough for every operation to want threads.
void large_work(const Backend& backend) {
    SplValue sizes[2] = {whole(200), whole(200)};
    const SplArray dims{sizes, 2, 2};
    // No matmul: OpenBLAS over pthreads starts its threads anew in a child, and interrupts the process where it cannot.
    const int64_t x = backend.ones(&dims), y = backend.mul(x, x), z = backend.exp(y);
    must(z != 0 && backend.last_error_code() == 0, "large work succeeds on one thread");
    must(backend.sum(y) >= 0, "a large sum");
    for (const int64_t handle : {x, y, z}) backend.free(handle);
}

void allowed(const Backend& backend, int64_t n) {
    backend.set_num_threads(n);
    const int code = backend.last_error_code();
    must(code == 0 || code == 7, "set_num_threads succeeds, or is out of memory");
    if (code == 7) must_have_failed(backend, 7, "rt_torch_set_num_threads", "thread");
}

// Limits on threads do not hold for root.
void forbid_threads() {
    const rlimit none{0, 0};
    constexpr uid_t kNobody = 65534;
    must(setrlimit(RLIMIT_NPROC, &none) == 0, "the limit is set");
    must(getuid() != 0 || setuid(kNobody) == 0, "root becomes nobody");
    pthread_t thread;
    must(pthread_create(
             &thread, nullptr, [](void* same) { return same; }, nullptr) != 0,
         "no thread can be started");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    const Backend backend = load_backend(argv[1]);
    int status = repeated(
        [&] {
            forbid_threads();
            large_work(backend);
        },
        kEach);
    for (const int64_t n : {1, 2, 1000})
        status |= repeated(
            [&] {
                forbid_threads();
                allowed(backend, n);
                large_work(backend);
                allowed(backend, 2);
                large_work(backend);
            },
            kEach);
    return status;
}
