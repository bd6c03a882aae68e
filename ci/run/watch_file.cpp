#include "ci/run/watch_file.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace simple::gate {
namespace {

[[noreturn]] void fail(const char* what, const std::string& path) {
    throw std::system_error(errno, std::generic_category(), std::string("cannot ") + what + " " + path);
}

}  // namespace

std::string write_temporary_file(const std::string& text) {
    std::string path = std::filesystem::temp_directory_path() / "simple-gate-XXXXXX";
    const int fd = mkstemp(path.data());
    if (fd < 0) fail("write", path);
    const bool written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    close(fd);
    if (!written) fail("write", path);
    return path;
}

WatchFile::WatchFile()
    : path_(write_temporary_file(std::string(sizeof(CallWatch), '\0'))), watch_(mapped_file<CallWatch>(path_.c_str())) {
    if (!watch_) fail("map", path_);
}

WatchFile::~WatchFile() {
    munmap(watch_, sizeof(CallWatch));
    unlink(path_.c_str());
}

}  // namespace simple::gate
