#include "ci/testkit/events.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

namespace simple {

Events::Events(int fd) : fd_(fd) {
    // The descriptor is ours alone: a candidate that writes to stdout, or starts a program, cannot touch the stream.
    if (wanted()) fcntl(fd_, F_SETFD, FD_CLOEXEC);
}

void Events::write(const nlohmann::json& event) const {
    if (!wanted()) return;
    const std::string line = event.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    for (size_t done = 0; done < line.size();) {
        const ssize_t n = ::write(fd_, line.data() + done, line.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) _exit(70);  // nobody listens: the supervisor is gone
        done += static_cast<size_t>(n);
    }
}

void Events::mark_output(const std::string& mark) const {
    if (!wanted()) return;
    std::fflush(nullptr);
    std::cout.flush();
    (void)!::write(STDOUT_FILENO, mark.data(), mark.size());
}

}  // namespace simple
