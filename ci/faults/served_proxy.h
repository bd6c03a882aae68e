// A suite with the proxy in a backend's place, as a fork server: it is loaded once, LibTorch too, and each child of it
// plants what is named for it (proxy.cpp).
#pragma once

#include <string>
#include <vector>

#include "ci/run/suite_server.h"

namespace simple::gate {

// The program's command line with assignments NAME=value before it.
std::vector<std::string> with_environment(std::vector<std::string> program,
                                          const std::vector<std::string>& environment);

class ServedProxy {
  public:
    // inner: the backend behind the proxy.
    ServedProxy(std::vector<std::string> program, const std::string& inner);
    ~ServedProxy();
    ServedProxy(const ServedProxy&) = delete;
    ServedProxy& operator=(const ServedProxy&) = delete;

    // What its children plant from now on, ids that '+' joins; "": nothing.
    void name(const std::string& ids);
    // Whether a child ran cases since then, and whether the last said that it planted that.
    bool ran() const { return server_.batches() > batches_; }
    bool planted() const;

    SuiteServer& server() { return server_; }

  private:
    std::string record_;  // of the children's calls (ci/testkit/call_record.h): results tell what their cases called
    std::string faults_;  // names what is to be planted
    SuiteServer server_;
    unsigned batches_ = 0;
};

}  // namespace simple::gate
