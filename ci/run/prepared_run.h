// Programs that load side by side and then measure one by one, nothing else running. Each is held between the two where
// it calls wait_for_go() (ci/host/wait_for_go.h).
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "ci/run/running.h"

namespace simple::gate {

class PreparedRun {
  public:
    PreparedRun(const std::vector<std::string>& argv, double limit_seconds);

    // Looks after it for a moment; false once it is ready, or has ended before it was.
    bool prepare();

    // Lets it go on, to its end. The limit is for what it takes alone: waiting is not counted.
    Ran go();

  private:
    Running running_;
    bool ready_ = false;
    std::chrono::steady_clock::time_point ready_since_;
};

using PreparedRuns = std::deque<std::unique_ptr<PreparedRun>>;

// Returns when each is ready or has ended.
void prepare(const PreparedRuns& runs);

// Starts `count` of them, and returns when each is ready or has ended.
PreparedRuns prepare_side_by_side(const std::vector<std::string>& argv, double limit_seconds, size_t count);

}  // namespace simple::gate
