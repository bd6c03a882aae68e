#include "ci/run/prepared_run.h"

#include <sys/socket.h>

#include <string_view>

#include "ci/host/wait_for_go.h"

namespace simple::gate {
namespace {

constexpr std::string_view kReadyLine = READY_LINE;

std::vector<std::string> waiting_for_go(std::vector<std::string> argv) {
    argv.insert(argv.begin(), GO_VARIABLE "=" + std::to_string(Process::kControlFd));
    return argv;
}

}  // namespace

PreparedRun::PreparedRun(const std::vector<std::string>& argv, double limit_seconds)
    : running_(waiting_for_go(argv), limit_seconds, true) {}

bool PreparedRun::prepare() {
    if (ready_) return false;
    const size_t seen = running_.events().size();
    const bool runs = running_.look();
    if (!runs) running_.collect();
    // What the candidate may have written before it is left to whoever reads the events.
    const size_t from = seen < kReadyLine.size() ? 0 : seen - kReadyLine.size();
    const size_t line = running_.events().find(kReadyLine, from);
    if (line == std::string::npos) return runs;
    running_.events().erase(line, kReadyLine.size());
    ready_ = true;
    ready_since_ = std::chrono::steady_clock::now();
    return false;
}

Ran PreparedRun::go() {
    running_.collect();
    const bool early = !ready_ || !running_.events().empty();
    if (ready_) {
        running_.postpone_limit(std::chrono::steady_clock::now() - ready_since_);
        // One that is gone takes nothing, and is no reason to end by SIGPIPE: how it ended is told all the same.
        (void)!send(running_.control_fd(), "\n", 1, MSG_NOSIGNAL);
    }
    while (running_.look()) {
    }
    Ran ran = running_.take();
    ran.early = early;
    return ran;
}

void prepare(const PreparedRuns& runs) {
    for (bool any = true; any;) {
        any = false;
        for (const auto& run : runs) any |= run->prepare();
    }
}

PreparedRuns prepare_side_by_side(const std::vector<std::string>& argv, double limit_seconds, size_t count) {
    PreparedRuns runs;
    while (runs.size() < count) runs.push_back(std::make_unique<PreparedRun>(argv, limit_seconds));
    prepare(runs);
    return runs;
}

}  // namespace simple::gate
