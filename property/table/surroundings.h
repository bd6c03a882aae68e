// What no call may change, taken before and after it: floating-point mode, locale, signal handlers, open files, what
// was written to stdout and stderr (T3), and the calling thread's grad mode.
#pragma once

#include <string>
#include <vector>

#include "impl/abi/backend.h"

namespace simple::property {

class Surroundings {
  public:
    explicit Surroundings(const Backend& backend);
    // What differs from the time of construction, in words; "" when nothing does.
    std::string difference(const Backend& backend) const;

  private:
    std::string now(const Backend& backend) const;
    std::string state_;
};

// Puts rounding mode, locale and signal handlers back to what they were at the first call of this function, so that a
// call which changed them once is seen to change them again.
void restore_surroundings();

}  // namespace simple::property
