// What becomes of each planted fault, told as it comes and kept in the order of the list.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ci/faults/self_test/self_test.h"

namespace simple::gate {

class Outcomes {
  public:
    explicit Outcomes(const std::vector<Planted>& faults) : faults_(faults), results_(faults.size()) {}

    const Planted& fault(size_t i) const { return faults_[i]; }
    size_t size() const { return faults_.size(); }

    void end(size_t i, CatchResult result);  // prints its line
    bool ended(size_t i) const { return results_[i].has_value(); }

    std::vector<CatchResult> results() const;  // of those that ended
    std::set<std::string> met() const;         // cases that met a fault

  private:
    const std::vector<Planted>& faults_;
    std::vector<std::optional<CatchResult>> results_;
    size_t done_ = 0;
    std::mutex mutex_;
};

// What `meet` adds to the cases that met a fault, judged; an error where it throws, and where there is none in the end.
CatchResult tried(const Planted& planted, const std::string& what,
                  const std::function<void(std::vector<CaseResult>&)>& meet, bool in_the_end = true);

}  // namespace simple::gate
