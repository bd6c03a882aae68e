// The OpenMP runtimes of this process, of which there may be several: LibTorch's, another of its BLAS's, the host's. A
// runtime keeps worker threads for each thread that has computed on several; a forked child has none of its parent's,
// and its first operation on several threads would wait for them for ever (H5).
#pragma once

#include <cstddef>

namespace simple::torch_backend {

// Runtimes that keep workers through a fork: those that cannot end them (libgomp before GCC 9), and those that refuse,
// as within a parallel region. LLVM's and Intel's are never among them: they begin anew in a child.
struct KeepingRuntimes {
    static constexpr size_t kMost = 8;

    size_t count = 0;  // of those above kMost nothing is told but their number
    void (*set_num_threads[kMost])(int) = {};
};

// On the thread that is about to fork: ends its workers in every runtime. They start again when they are needed.
KeepingRuntimes end_openmp_workers() noexcept;

// In the child: what these runtimes do for the thread that it began with needs no workers.
void compute_alone(const KeepingRuntimes& runtimes) noexcept;

}  // namespace simple::torch_backend
