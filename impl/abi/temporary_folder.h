// A folder of this process's own in the system's folder for temporary files.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

namespace simple {

// Removed, with all that is in it, at the end of its scope.
class TemporaryFolder {
  public:
    // Its name begins with `prefix`. Throws std::runtime_error.
    explicit TemporaryFolder(const std::string& prefix) {
        std::string name = (std::filesystem::temp_directory_path() / (prefix + ".XXXXXX")).string();
        if (!mkdtemp(name.data())) throw std::runtime_error("no folder can be made in " + name);
        path_ = name;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace simple
