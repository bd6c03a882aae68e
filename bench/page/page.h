// The history as a page for a browser: one file that holds everything and asks no network for anything.
#pragma once

#include <filesystem>

#include "bench/history/store.h"

namespace simple::page {

// Writes out/index.html, making the folder where it is missing; an older page stays until the new one is whole. Gives
// its path. Throws history::Refused.
std::filesystem::path write(const history::Store& store, const std::filesystem::path& out);

}  // namespace simple::page
