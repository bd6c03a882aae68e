// A program on its way to its end: what it writes is collected, and its time limit is held.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "ci/run/process.h"

namespace simple::gate {

class Running {
  public:
    // With `with_control` as of Process.
    Running(const std::vector<std::string>& argv, double limit_seconds, bool with_control = false);

    // Takes what it writes, and waits for that some milliseconds; kills it where its time is over, its events are too
    // many or the gate is interrupted. False once it has ended.
    bool look();

    void collect();  // what it has written, without waiting

    Ran take();  // once it has ended

    std::string& events() { return ran_.events; }
    int control_fd() const { return process_.control_fd(); }
    void postpone_limit(std::chrono::duration<double> by) { deadline_ += by; }

  private:
    bool read_some();

    Process process_;
    std::chrono::time_point<std::chrono::steady_clock, std::chrono::duration<double>> deadline_;
    Ran ran_;
};

}  // namespace simple::gate
