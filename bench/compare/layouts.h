// The layouts of the two libraries of a comparison: each as it was named, and linked again with its functions
// elsewhere.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "impl/abi/temporary_folder.h"

namespace simple::compare {

// NAME.so, and those of NAME_padded_1.so, NAME_padded_2.so, ... beside it that are not older: an older one is of
// another build.
std::vector<std::string> layouts_of(const std::string& library);

// Files that are loaded before a copy that Layouts made: what the library that it is a copy of finds by its own place
// ($ORIGIN), where the copy would not find it. None of any other library.
std::vector<std::string> needs_of_copy(const std::string& path);

class Layouts {
  public:
    // What a process loads; all are different files.
    struct Drawn {
        std::string baseline, copy, candidate;
        std::string relink;  // another layout of the baseline; "" where there is one alone
    };

    // copy: what stands for the baseline's copy; "" for a copy of the layout that was drawn. alone: each library only
    // as it was named. Makes the copies, which go with this object.
    Layouts(const std::string& baseline, const std::string& candidate, const std::string& copy, bool alone);

    Drawn draw();
    // How many there are, as a line of text.
    std::string described() const;

  private:
    std::string copied(const std::string& library, const std::string& folder) const;

    TemporaryFolder folder_{"compare"};
    std::vector<std::string> baselines_, copies_, candidates_;
    std::mt19937 random_{std::random_device{}()};
};

}  // namespace simple::compare
