// How many threads LibTorch computes on.
#pragma once

#include <cstdint>

namespace simple::torch_backend {

// Sets the number for all threads, each at its next call, safe with forks (H5): 1 in a child whose parent's workers
// OpenMP could not end. A Fault of code 7 where no thread can be started and count is above 1: LibTorch would wait for
// its threads for ever, and OpenMP end the process.
void set_threads(int count);

// Once a process, before LibTorch first computes: on one thread where no other can be started, and in forked children.
void prepare_threads();

// Whether exit has destroyed LibTorch's own pool, which a thread's first operation may tell of a setting.
bool pool_has_ended();

// Brings the calling thread to the number that was last set. Which setting that is: what g_threads_set was then.
uint64_t prepare_threads_of_this_thread();

}  // namespace simple::torch_backend
