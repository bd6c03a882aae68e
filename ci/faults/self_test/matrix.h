// Results of an earlier --self-test=full with the same programs: one JSON object a line.
#pragma once

#include <map>
#include <string>

#include "ci/faults/self_test/self_test.h"
#include "ci/steps/settings.h"

namespace simple::gate {

class Matrix {
  public:
    Matrix(const Settings& settings, std::string file);

    std::map<std::string, CatchResult> read() const;
    void append(const CatchResult& result) const;

  private:
    std::string file_;
    std::string build_;  // when the programs were built
};

}  // namespace simple::gate
