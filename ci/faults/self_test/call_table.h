// Which functions each case calls on the correct backend, and how those calls end: recorded once, while correct
// variants meet every case. What is not known of a case is no reason to leave it out.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "ci/faults/self_test/planted.h"
#include "reports/verdict.h"

namespace simple::gate {

class CallTable {
  public:
    // `row` is the suite, or the suite with its stub in the proxy: row_of(planted, suite).
    void add(const std::string& row, const CaseResult& result);
    // Whether the case may call what the fault changes.
    bool may_touch(const std::string& row, const std::string& id, const Planted& planted) const;

  private:
    using Calls = std::map<std::string, int64_t>;  // bits of codes by function (ci/testkit/call_record.h)
    std::map<std::string, std::map<std::string, Calls>> rows_;
};

std::string row_of(const Planted& planted, const std::string& suite);

}  // namespace simple::gate
