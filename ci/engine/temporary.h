// The one folder for everything that a run leaves in the meantime, its suites' and its candidate's files included.
#pragma once

#include <filesystem>

namespace simple::gate {

class RunFolder {
  public:
    // Makes the folder under $TMPDIR, names it in TMPDIR for every process that is started from now on, and removes
    // those of runs that were killed. Throws std::runtime_error.
    RunFolder();
    RunFolder(const RunFolder&) = delete;
    RunFolder& operator=(const RunFolder&) = delete;
    ~RunFolder();

  private:
    std::filesystem::path path_;
    int lock_ = -1;  // held as long as the run lasts: the system lets go of it however that ends
};

}  // namespace simple::gate
