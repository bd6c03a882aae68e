// A malloc and an mmap of this program's, and so of the libraries that it loads, that fail when they are told to and
// know what is in use.
#pragma once

#include "impl/abi/sanitized.h"
#include "impl/process/in_use.h"

namespace simple::process {

// Sanitizers have a malloc of their own.
inline constexpr bool kAllocationsFail = !SIMPLE_SANITIZED;

enum class After {
    succeed,
    fail
};

// Of the calling thread's allocations from now on, the one after `successes` others fails, and those after it as said.
// The C library's loader and exit handlers, and libgomp, end the process where they have no memory: theirs succeed. Of
// mappings those of the backend fail; OpenBLAS tries again for ever where one does.
void fail_allocation(long successes, After after);
// None fails any more. Whether one had.
bool fail_no_allocation();
// Whether one has failed since fail_allocation.
bool allocation_failed();
// Whether a mapping has.
bool mapping_failed();

// Since the program began, over all threads.
Allocations in_use();

// While it lives, the calling thread's allocations succeed and count nothing.
class Spared {
  public:
    Spared();
    ~Spared();
    Spared(const Spared&) = delete;
    Spared& operator=(const Spared&) = delete;

  private:
    long left_;
};

}  // namespace simple::process
