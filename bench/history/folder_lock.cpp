#include "bench/history/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "bench/history/store.h"

namespace simple::history {

FolderLock::FolderLock(const std::filesystem::path& folder, Kind kind) {
    const std::filesystem::path path = folder / "perf_history.lock";
    file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file_ < 0 && kind == Kind::shared && (errno == EROFS || errno == EACCES || errno == ENOSPC)) return;
    if (file_ < 0) throw Refused(path.string() + " cannot be opened: " + std::strerror(errno));
    if (flock(file_, (kind == Kind::shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0) return;
    close(file_);
    throw Refused(folder.string() + (kind == Kind::shared
                                         ? " is being repaired by another process; try again when it is done"
                                         : " is in use by another process; repair it when that is done"));
}

FolderLock::~FolderLock() {
    if (file_ >= 0) close(file_);
}

}  // namespace simple::history
