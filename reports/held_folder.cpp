#include "reports/held_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

#include "reports/reports.h"

namespace simple::reports {
namespace {

int open_folder(const char* path) { return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC); }

// A file system that cannot lock folders keeps nobody out.
bool taken(int fd) { return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK; }

}  // namespace

HeldFolder::HeldFolder(const std::string& folder) : folder_(folder), made_(access(folder.c_str(), F_OK) != 0) {
    prepare(folder);
    fd_ = open_folder(folder.c_str());
    if (!taken(fd_)) return;
    close(fd_);
    throw std::runtime_error(
        fmt::format("another run of the gate, which has not ended, writes its reports to {}: name a folder of its own "
                    "for each (--out)",
                    folder));
}

HeldFolder::~HeldFolder() {
    if (made_) rmdir(folder_.c_str());
    if (fd_ >= 0) close(fd_);
}

bool HeldFolder::is_held(const std::filesystem::path& folder) {
    const int fd = open_folder(folder.c_str());
    const bool held = taken(fd);
    if (fd >= 0) close(fd);
    return held;
}

}  // namespace simple::reports
