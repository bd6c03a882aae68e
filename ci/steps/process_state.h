// What a library may not change in the process that loads it (T3): signal handlers, floating-point mode, locale, open
// files, environment.
#pragma once

#include <csignal>
#include <map>
#include <string>

namespace simple::gate {

class ProcessState {
  public:
    ProcessState();  // as it is now

    // What differs by now, and how: "the handler of SIGUSR1" is "default, then in libucs.so.0 (0x74b0), which
    // libmpi.so.40 needs". What lies in a library has its name while that is loaded, an address after.
    using Changes = std::map<std::string, std::string>;
    Changes changes() const;
    Changes changed_handlers() const;

  private:
    std::map<int, struct sigaction> handlers_;  // by the signal
    std::map<std::string, std::string> others_;
};

}  // namespace simple::gate
