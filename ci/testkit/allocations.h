// What malloc has given out in this process and not got back. A program that has one of these objects has malloc
// and its relatives replaced by ones that can count, over the C library's own; libraries that it loads use them as
// well.
#pragma once

#include "impl/process/in_use.h"

namespace simple {

// Counts while one lives, over all threads: what is given out less what is taken back. All is 0 under a sanitizer,
// which has a malloc of its own, and where an executable candidate brings one.
class CountingAllocations {
  public:
    CountingAllocations();
    ~CountingAllocations();
    CountingAllocations(const CountingAllocations&) = delete;
    Allocations so_far() const;
};

}  // namespace simple
