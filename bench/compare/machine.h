// What times depend on besides the library: facts that stay, never what was measured (a frequency, bogomips).
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace simple::compare {

// Of this process, after the backends were loaded: the CPU's model, its cores and instruction sets, the kernel's
// series, the C library, and the build id of it, of each of LibTorch's libraries and of the BLAS that is loaded.
nlohmann::ordered_json machine();

// One line of it, and of "compiler" where that was added: times of two runs stand side by side only where their keys
// are equal.
std::string comparability_key(const nlohmann::ordered_json& machine);

}  // namespace simple::compare
