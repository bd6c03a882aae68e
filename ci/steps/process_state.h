// What a library may not change in the process that loads it (T3): signal handlers, floating-point mode, locale, open
// files, environment.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace simple::gate {

class ProcessState {
  public:
    ProcessState();  // as it is now

    // What differs by now, a line each: "the handler of SIGUSR1: default, then 0x7f…".
    std::vector<std::string> changes() const;

  private:
    std::map<std::string, std::string> facts_;
};

}  // namespace simple::gate
