#include "ci/testkit/capture.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>

namespace simple {

Capture::Capture() : memory_(memfd_create("captured", MFD_CLOEXEC)), stdout_(dup(1)), stderr_(dup(2)) {
    std::fflush(nullptr);
    dup2(memory_, 1);
    dup2(memory_, 2);
}

Capture::~Capture() {
    std::fflush(nullptr);
    dup2(stdout_, 1);
    dup2(stderr_, 2);
    close(stdout_);
    close(stderr_);
    close(memory_);
}

std::string Capture::text() const {
    std::fflush(nullptr);
    std::string text(static_cast<size_t>(lseek(memory_, 0, SEEK_END)), '\0');
    const ssize_t got = pread(memory_, text.data(), text.size(), 0);
    text.resize(got > 0 ? static_cast<size_t>(got) : 0);
    return text;
}

}  // namespace simple
