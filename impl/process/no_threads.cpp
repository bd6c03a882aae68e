// Where no thread can be started, or few, as RLIMIT_NPROC and containers have it: calls end, with a result or an error.
// Whether the limit came before the library was loaded or after. Also where OpenMP is told to use more threads than
// there are processors.
//
//     no_threads BACKEND
#include <pthread.h>
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "impl/process/process.h"

using namespace simple;
using namespace simple::process;

namespace {

constexpr rlim_t kMostAllowed = 6, kMostWhenLoaded = 3;
constexpr int kEach = 2;  // of each limit, number and environment, of which there are 56
constexpr const char* kOpenMp = "OMP_NUM_THREADS";
constexpr const char* kMany = "8";

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

// Limits on threads do not hold for root; and they count all that a user runs, so that this process becomes a user
// whose number no other process of the system has. It may still read the files that root may: a library to load.
void allow_threads(rlim_t most) {
    const rlimit limit{most, most};
    constexpr uid_t kFirst = 30000, kUsers = 30000;
    const uid_t user = kFirst + static_cast<uid_t>(getpid()) % kUsers;
    must(setrlimit(RLIMIT_NPROC, &limit) == 0, "the limit is set");
    constexpr uid_t kNobody = 65534;  // where a container knows few users
    const bool was_root = getuid() == 0;
    must(!was_root || setresuid(user, user, 0) == 0 || setresuid(kNobody, kNobody, 0) == 0,
         "root becomes another user");
    if (was_root) setfsuid(0);
    pthread_t thread;
    const bool started = pthread_create(
                             &thread, nullptr, [](void* same) { return same; }, nullptr) == 0;
    if (started) pthread_join(thread, nullptr);
    must(!started || most > 1, "no thread can be started");  // the first one is this process's own
}

// On as many threads as LibTorch takes by itself, or after it was told the number n.
void work(const Backend& backend, int64_t n) {
    if (n > 0) allowed(backend, n);
    large_work(backend);
    allowed(backend, 1000);
    large_work(backend);
    allowed(backend, 1);
    allowed(backend, 2);
    large_work(backend);
}

int with_limits(const Backend& backend) {
    int status = 0;
    for (rlim_t most = 0; most <= kMostAllowed; ++most)
        for (const int64_t n : {0, 1, 2, 1000})
            status |= repeated(
                [&] {
                    allow_threads(most);
                    work(backend, n);
                },
                kEach);
    return status;
}

// The library starts threads while it is loaded, if it may.
int loaded_with_limits(const char* library) {
    int status = 0;
    for (rlim_t most = 0; most <= kMostWhenLoaded; ++most)
        status |= repeated(
            [&] {
                allow_threads(most);
                work(load_backend(library), 0);
            },
            1);
    return status;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    const char* told = std::getenv(kOpenMp);
    const int loaded = loaded_with_limits(argv[1]);  // first: this process has not loaded it
    const int status = loaded | with_limits(load_backend(argv[1]));
    if (status || (told && std::strcmp(told, kMany) == 0)) return status;
    must(setenv(kOpenMp, kMany, 1) == 0, "the environment is set");
    execv(argv[0], argv);  // libraries read it when they are loaded
    must(false, "the program runs again");
}
