// What calls could leave behind in the process, counted.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "ci/testkit/allocations.h"
#include "impl/abi/backend.h"

namespace simple::property {

std::vector<int> open_descriptors();

class Levels {
  public:
    static Levels now(const Backend& backend, const CountingAllocations& counting);

    Levels operator-(const Levels& other) const;
    Levels operator/(int64_t times) const;
    // This but for so many times `each`. Bytes count with their blocks: a block of the same size may take a little
    // more.
    Levels without(const Levels& each, int64_t times) const;
    bool grown() const;  // whether anything is more than none
    // Of each the less, so that only what both hold remains.
    Levels common(const Levels& other) const;
    std::string text() const;  // what is not 0: "50 blocks, 800 bytes"

  private:
    enum What {
        tensors,
        streams,
        blocks,
        bytes,
        files,
        threads,
        pages,
        kinds
    };
    std::array<int64_t, kinds> of_{};
};

}  // namespace simple::property
