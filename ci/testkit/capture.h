// What is written to stdout and stderr meanwhile.
#pragma once

#include <string>

namespace simple {

// Sends stdout and stderr to memory while it lives.
class Capture {
  public:
    Capture();
    ~Capture();
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;
    std::string text() const;  // what was written so far

  private:
    int memory_, stdout_, stderr_;
};

}  // namespace simple
