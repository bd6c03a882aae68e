// LibTorch's thread-local variables, which are gone while calls go on: in destructors of the thread's keys, and on the
// process's first thread in exit handlers.
#pragma once

namespace simple::torch_backend {

// From now on, whatever is destroyed later of the thread finds demand_locals a Fault. In a thread's first call, which
// has looked for memory: exit handlers, which run behind all of a thread's destructors, are told so of what other
// threads' convolutions made for the process.
void note_end_of_thread();

// Before what works with variables that have a destructor: a convolution keeps oneDNN's primitives and its room there,
// backward its queue. A Fault of code 100 where the thread made a call before and they are destroyed by now; one that
// makes its first call late has fresh ones, which nothing destroys. std::bad_alloc where there is no memory to make
// them.
void demand_locals();

}  // namespace simple::torch_backend
