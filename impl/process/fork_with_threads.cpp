// Forked children of a thread that has computed on several threads may ask for several themselves (H5): OpenMP's record
// of worker threads that the child does not have must not make it wait.
//
//     fork_with_threads BACKEND
#include <thread>

#include "impl/process/process.h"

using namespace simple;
using namespace simple::process;

namespace {

constexpr int kChildren = kTimes / 2;  // of either kind, from each of two threads
constexpr int64_t kSize = 300;

// Not the stub's, whose sums are all the same.
bool has_values(const Backend& backend) {
    SplValue size = whole(2);
    const SplArray dims{&size, 1, 1};
    const int64_t x = backend.ones(&dims);
    const double sum = backend.sum(x);
    backend.free(x);
    return sum == 2;
}

// Large enough for every operation to want threads; BLAS has its own way to them.
void compute(const Backend& backend) {
    SplValue sizes[2] = {whole(kSize), whole(kSize)};
    const SplArray dims{sizes, 2, 2};
    const int64_t x = backend.ones(&dims), product = backend.matmul(x, x), sum = backend.add(product, x);
    must(sum != 0 && backend.last_error_code() == 0, "large work succeeds");
    must(!has_values(backend) || backend.sum(sum) == static_cast<double>(kSize * kSize * (kSize + 1)), "a large sum");
    for (const int64_t handle : {x, product, sum}) backend.free(handle);
}

void on_two_threads(const Backend& backend) {
    backend.set_num_threads(2);
    must(backend.last_error_code() == 0, "set_num_threads succeeds");
    compute(backend);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    const Backend backend = load_backend(argv[1]);
    if (!backend.set_num_threads || !backend.last_error_code) return 0;
    int status = 0;
    const auto fork_and_compute = [&] {
        on_two_threads(backend);
        status |= repeated([&] { compute(backend); }, kChildren);  // on the one thread that a child begins with
        status |= repeated([&] { on_two_threads(backend); }, kChildren);
        status |=
            repeated([&] { must(repeated([&] { on_two_threads(backend); }, 1) == 0, "a child of the child"); }, 1);
        compute(backend);
    };
    fork_and_compute();
    std::thread(fork_and_compute).join();
    return status;
}
