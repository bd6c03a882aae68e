#include "impl/abi/library_path.h"

#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <system_error>

namespace simple {
namespace {

namespace fs = std::filesystem;

bool splits(const std::string& path) { return path.find_first_of(" :") != std::string::npos; }

class Links {
  public:
    Links() = default;
    Links(const Links&) = delete;
    Links& operator=(const Links&) = delete;
    ~Links() {
        if (folder_.empty() || owner_ != getpid()) return;  // a forked child's links are its parent's
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    // The link is the library's folder, so that $ORIGIN in the library still leads to its neighbours; a second link is
    // needed only where the file's own name splits.
    std::string through_link(const std::string& path) {
        const std::lock_guard<std::mutex> lock(mutex_);
        const auto [known, is_new] = links_.try_emplace(path);
        if (!is_new) return known->second;
        try {
            if (folder_.empty()) make_folder();
            const fs::path absolute = fs::absolute(path);
            fs::path link = folder_ + "/" + std::to_string(links_.size());
            if (splits(absolute.filename())) {
                link += ".so";
                fs::create_symlink(absolute, link);
            } else {
                fs::create_directory_symlink(absolute.parent_path(), link);
                link /= absolute.filename();
            }
            return known->second = link;
        } catch (...) {
            links_.erase(known);
            throw;
        }
    }

  private:
    void make_folder() {
        std::string name = fs::temp_directory_path() / "simple-preload-XXXXXX";
        if (splits(name)) name = "/tmp/simple-preload-XXXXXX";
        if (!mkdtemp(name.data()))
            throw std::system_error(errno, std::generic_category(), "cannot make the folder " + name);
        folder_ = name;
        owner_ = getpid();
    }

    std::mutex mutex_;
    std::string folder_;
    pid_t owner_ = 0;
    std::map<std::string, std::string> links_;
};

}  // namespace

std::string preloadable(const std::string& path) {
    static Links links;
    const std::string with = with_folder(path);
    return splits(with) ? links.through_link(with) : with;
}

std::string preloading(const std::string& path) {
    const char* own = std::getenv("LD_PRELOAD");
    return "LD_PRELOAD=" + preloadable(path) + (own && *own ? ":" + std::string(own) : "");
}

}  // namespace simple
