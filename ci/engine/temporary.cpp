#include "ci/engine/temporary.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPrefix = "simple-gate-run-";
constexpr const char* kLock = "lock";

fs::path base() {
    const char* variable = getenv("TMPDIR");
    const fs::path folder = variable && *variable ? variable : "/tmp";
    if (!fs::is_directory(folder))
        throw std::runtime_error(fmt::format("TMPDIR is {}, which is no folder", folder.string()));
    return folder;
}

// Only where no run holds it any more.
void remove_if_left(const fs::path& folder) {
    const int lock = open((folder / kLock).c_str(), O_RDONLY | O_CLOEXEC);
    if (lock < 0) return;
    std::error_code ignored;
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) fs::remove_all(folder, ignored);
    close(lock);
}

}  // namespace

RunFolder::RunFolder() {
    const fs::path in = base();
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(in, ignored))
        if (entry.path().filename().string().rfind(kPrefix, 0) == 0) remove_if_left(entry.path());
    std::string name = fs::absolute(in) / (std::string(kPrefix) + "XXXXXX");
    if (!mkdtemp(name.data())) throw std::runtime_error(fmt::format("cannot make {}: {}", name, std::strerror(errno)));
    path_ = name;
    // Appears locked, so that no other run takes it for one that is left.
    const fs::path unlocked = path_ / "unlocked";
    lock_ = open(unlocked.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (lock_ < 0 || flock(lock_, LOCK_EX) != 0)
        throw std::runtime_error(fmt::format("cannot lock {}: {}", name, std::strerror(errno)));
    fs::rename(unlocked, path_ / kLock);
    setenv("TMPDIR", path_.c_str(), 1);
}

RunFolder::~RunFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
    close(lock_);
}

}  // namespace simple::gate
