// The folder of a run's reports, held by the run to its end: two at once in one folder would mix theirs.
#pragma once

#include <filesystem>
#include <string>

namespace simple::reports {

class HeldFolder {
  public:
    // Makes the folder where there is none. Throws std::runtime_error where it cannot be written to, or where another
    // run holds it.
    explicit HeldFolder(const std::string& folder);
    HeldFolder(const HeldFolder&) = delete;
    HeldFolder& operator=(const HeldFolder&) = delete;
    ~HeldFolder();

    static bool is_held(const std::filesystem::path& folder);

  private:
    std::string folder_;
    bool made_;  // by this one: it goes again where nothing was put into it
    int fd_;     // locked as long as the run lasts: the system lets go of it however that ends
};

}  // namespace simple::reports
