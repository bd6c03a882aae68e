// Measurements as few bytes. A cell is a call in a run; cells stand call by call, and within a call run by run.
// bench/page/src/data.js reads what is written here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace simple::page {

// The logarithm of a ratio in steps of 1e-4, as 16 bits; kNoRatio where there is none. What is beyond the range, some
// 26 times slower or faster, is at its end.
inline constexpr int16_t kNoRatio = INT16_MIN;
int16_t packed_ratio(double ratio);

// Little-endian.
void append(std::string& bytes, int16_t value);

// Codes as runs of equal ones: the code, then how often it follows (LEB128).
class RunLengths {
  public:
    void push(uint8_t code);
    std::string bytes() const;

  private:
    std::string bytes_;
    uint8_t code_ = 0;
    uint64_t count_ = 0;
};

// A decision's code: 0 where the call was not in the run, then as bench/compare/decide.h lists them.
uint8_t code_of(const std::string& decision);
// The names of the codes, in their order.
std::vector<std::string> code_names();

// RFC 4648.
std::string base64(const std::string& bytes);

}  // namespace simple::page
