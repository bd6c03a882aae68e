// Signal handlers that LibTorch's dependencies install while they are loaded: MPI brings UCX, which takes SIGHUP to
// stop for a debugger, and in some versions the signals of errors, so that a terminal that closes does not end its
// programs any more (T3).
#pragma once

namespace simple {

// Of each signal whose handler lies in a library that root needs, directly or not, and that was loaded later than
// `after`: what UCX keeps of the handlers before its own is put back, or else the default action. What was loaded
// before is its host's doing. `after`: an address in the library that brought root along; nullptr for any.
void put_back_handlers_of_dependencies(const char* root, const void* after) noexcept;

}  // namespace simple
