// Cases that must fail, hidden among the others of each worker process: where one does not come back as failed,
// failures are not seen, and nothing that the run says of the candidate can be believed.
#pragma once

#include <deque>
#include <random>
#include <string>

#include "ci/run/supervisor.h"

namespace simple::gate {

class Canaries {
  public:
    Canaries();  // other ids in every run

    // At random places, one and one more for each hundred cases; named like the others.
    void hide_in(std::deque<const PlannedCase*>& batch);

    // What is wrong with how a canary came back; "" where it failed in some way.
    static std::string problem_of(const PlannedCase& canary, const CaseResult& result);

  private:
    std::mt19937_64 random_;
    std::deque<PlannedCase> made_;
};

}  // namespace simple::gate
