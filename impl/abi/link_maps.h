// The libraries that this process has loaded, as the loader lists them.
#pragma once

#include <link.h>

#include <vector>

namespace simple {

// In the order in which they were loaded; the program first.
std::vector<const link_map*> loaded_maps();

// The file's name without its folder; "" for the program.
const char* base_name(const link_map* map);

// The names that a library says it needs.
std::vector<const char*> needed_by(const link_map* map);

// That in which the address lies; null where it lies in none.
const link_map* map_around(const void* address);

}  // namespace simple
