#include "ci/run/running.h"

#include <poll.h>
#include <unistd.h>

#include <utility>

namespace simple::gate {
namespace {

constexpr size_t kOutputKept = 16 * 1024;
constexpr int kReadsTillEmpty = 64;  // of 64 KiB each, as much as a pipe holds

}  // namespace

Running::Running(const std::vector<std::string>& argv, double limit_seconds, bool with_control)
    : process_(argv, with_control),
      deadline_(std::chrono::steady_clock::now() + std::chrono::duration<double>(limit_seconds)) {}

bool Running::look() {
    if (process_.ended(ran_.ending)) return false;
    pollfd fds[] = {{process_.events_fd(), POLLIN, 0}, {process_.output_fd(), POLLIN, 0}};
    poll(fds, 2, 10);
    const bool some = read_some();
    if (!some && (fds[0].revents & POLLHUP)) usleep(1000);
    if (std::chrono::steady_clock::now() > deadline_) ran_.timed_out = true;
    if (ran_.timed_out || ran_.too_long || interrupted()) process_.kill();
    return true;
}

void Running::collect() {
    for (int i = 0; i < kReadsTillEmpty && read_some(); ++i) {
    }
}

Ran Running::take() {
    ran_.left_behind = process_.take_leftovers();
    collect();
    return std::move(ran_);
}

bool Running::read_some() {
    const size_t events = ran_.events.size();
    std::string output;
    process_.read_events(ran_.events);
    process_.read_output(output);
    ran_.output += output;
    if (ran_.output.size() > kOutputKept) ran_.output.erase(0, ran_.output.size() - kOutputKept);
    const bool some = ran_.events.size() > events || !output.empty();
    if (ran_.events.size() > kMostEvents) {
        ran_.too_long = true;
        ran_.events.resize(kMostEvents);
    }
    return some;
}

Ran run_to_end(const std::vector<std::string>& argv, double limit_seconds) {
    Running running(argv, limit_seconds);
    while (running.look()) {
    }
    return running.take();
}

}  // namespace simple::gate
