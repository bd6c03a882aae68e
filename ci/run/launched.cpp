#include "ci/run/launched.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "ci/agent/protocol.h"
#include "ci/run/leftovers.h"
#include "ci/run/process.h"

namespace simple::gate {

Launched launched_command(const std::vector<std::string>& command, const std::string& mark, int events) {
    const auto separator = std::find(command.begin(), command.end(), kForAgent);
    if (separator == command.end()) return {command, ""};
    const auto first = std::find_if_not(command.begin(), separator, is_assignment);
    std::vector<std::string> assignments(command.begin(), first);
    std::string arguments;
    for (auto word = separator + 1; word != command.end(); ++word)
        arguments += (word == separator + 1 ? "" : std::string(1, AGENT_SEPARATOR)) + *word;
    Launched launched;
    launched.claim = std::filesystem::temp_directory_path() / ("simple-agent-" + mark);
    unlink(launched.claim.c_str());  // of a process of the same number, long ago
    assignments.push_back(fmt::format("{}={}", AGENT_ARGUMENTS, arguments));
    assignments.push_back(fmt::format("{}=/proc/{}/fd/{}", AGENT_EVENTS, getpid(), events));
    assignments.push_back(fmt::format("{}={}", AGENT_CLAIM, launched.claim));
    launched.argv = assignments;  // also for whoever passes his own environment on
    assignments.push_back(fmt::format("{}={}", kWorkerMark, mark));
    for (const char* variable : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"}) {
        const char* set = std::getenv(variable);
        assignments.push_back(fmt::format("{}={}", variable, set ? set : "1"));
    }
    for (auto word = first; word != separator; ++word) {
        if (*word == kAssignmentsHere)
            launched.argv.insert(launched.argv.end(), assignments.begin(), assignments.end());
        else
            launched.argv.push_back(*word);
    }
    return launched;
}

}  // namespace simple::gate
