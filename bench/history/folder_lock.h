// Who may use a history's folder: any number share it, or one has it alone while it puts another file in place.
#pragma once

#include <filesystem>

namespace simple::history {

class FolderLock {
  public:
    enum class Kind {
        shared,
        alone
    };
    // Throws Refused where the lock cannot be had: alone while others share the folder, or shared while one has it
    // alone. A folder that cannot be written to is shared without a lock.
    FolderLock(const std::filesystem::path& folder, Kind kind);
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    ~FolderLock();

  private:
    int file_ = -1;
};

}  // namespace simple::history
