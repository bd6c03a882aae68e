// Signal handlers that LibTorch's dependencies install while they are loaded: MPI brings UCX, which takes SIGHUP to
// stop for a debugger, and in some versions the signals of errors, so that a terminal that closes does not end its
// programs any more (T3).
#pragma once

namespace simple {

// Each signal whose handler lies in a library that root needs, directly or not, gets back what stood before that
// library was loaded (handlers_before.h), with flags and mask: the host's own, ignored, or the default. The stack for
// handlers that such a library gave to the calling thread, the one that loads, goes with them. What was loaded before
// is its host's doing and stays. Of a program that is linked with a dependency itself it is not known who wanted it:
// its handlers are put back too.
void put_back_handlers_of_dependencies(const char* root) noexcept;

}  // namespace simple
