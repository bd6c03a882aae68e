// Which instructions of a file are atomic, by their bytes: callgrind tells the addresses that ran, not what is there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace simple::bench {

class AtomicInstructions {
  public:
    // Throws std::runtime_error where the file is no ELF file that can be read.
    explicit AtomicInstructions(const std::string& path);

    // Whether instructions of the file's machine can be told: of x86-64.
    bool known() const { return known_; }

    // Whether the instruction at the address, as the file numbers it, locks: a lock prefix, or xchg with memory. Throws
    // std::out_of_range where no code of the file is there.
    bool at(uint64_t address) const;

  private:
    struct Segment {
        uint64_t address;
        std::vector<unsigned char> bytes;
    };
    std::vector<Segment> code_;
    bool known_ = false;
};

}  // namespace simple::bench
