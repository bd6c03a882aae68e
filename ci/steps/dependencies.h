// The libraries that the loader brings along with one.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace simple::gate {

// Paths of what the library itself names as needed (DT_NEEDED), in its order and found as the loader finds them for it:
// its own search path counts, which is where a library outside the system's folders has its LibTorch. The library is
// not loaded and none of its code runs; the loader has a minute, grown by the scale. What is not found is left out:
// loading the library will say so better. Throws as read_elf does.
std::vector<std::string> dependencies_of(const std::string& library, double time_scale);

// All that the loader brings along, by name; its own interpreter and the kernel's library, which have no path, are not
// among it.
std::map<std::string, std::string> all_dependencies_of(const std::string& library, double time_scale);

}  // namespace simple::gate
