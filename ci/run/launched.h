// The command of a program that is started through others: a launcher, a script, the program's own main. The suite
// inside finds its arguments in the environment (ci/agent/protocol.h), since those of the process are the program's.
#pragma once

#include <string>
#include <vector>

namespace simple::gate {

// NAME=value ... LAUNCHER ... PROGRAM ARGUMENT ... kForAgent SUITE-ARGUMENT ...
constexpr const char* kForAgent =
    "\x1f"
    "agent";
// In the launcher's words: where env(1), which may have wiped the environment, is to be given the assignments again.
constexpr const char* kAssignmentsHere =
    "\x1f"
    "env";

struct Launched {
    std::vector<std::string> argv;
    std::string claim;  // a file to be removed in the end; "" for what is not launched
};

// A command without kForAgent as it is. `events` is the descriptor from which this process reads the events.
Launched launched_command(const std::vector<std::string>& command, const std::string& mark, int events);

}  // namespace simple::gate
