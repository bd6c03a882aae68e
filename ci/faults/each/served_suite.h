// A suite that is loaded once with the proxy, and forked for each fault (ci/testkit/serve.h).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "ci/run/suite_server.h"
#include "ci/run/supervisor.h"

namespace simple::gate {

// The suite's program with a proxy in place of a backend.
struct Proxied {
    std::vector<std::string> program;
    std::string inner;  // the backend behind the proxy
};

class ServedSuite {
  public:
    explicit ServedSuite(const Proxied& proxied);
    ~ServedSuite();
    ServedSuite(const ServedSuite&) = delete;
    ServedSuite& operator=(const ServedSuite&) = delete;

    // The results of the cases with the fault planted; "": none. Throws std::runtime_error where they did not all run,
    // or nothing was planted.
    std::vector<CaseResult> run(const std::string& fault, const std::vector<PlannedCase>& cases);

  private:
    std::string faults_;  // the file that names what the next child plants
    std::vector<std::string> program_;
    SuiteServer server_;
};

// What a suite has with nothing planted. Throws std::runtime_error where it says none.
std::vector<PlannedCase> cases_of(const Proxied& proxied);

}  // namespace simple::gate
