// LibTorch's thread-local variables, which are gone while calls go on: in destructors of the thread's keys, and on the
// process's first thread in exit handlers.
#pragma once

namespace simple::torch_backend {

// Before what works with variables that have a destructor: a convolution keeps oneDNN's primitives and its room there,
// backward its queue. A Fault of code 100 where a call before has made them and they are destroyed by now; a thread
// that makes its first such call late has fresh ones, which nothing destroys. std::bad_alloc where there is no memory
// to make them.
void demand_locals();

}  // namespace simple::torch_backend
