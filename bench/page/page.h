// The history as a page for a browser: one file that holds everything and asks no network for anything.
#pragma once

#include <filesystem>
#include <string>

#include "bench/history/store.h"

namespace simple::page {

// Writes out/index.html, making the folder where it is missing; an older page stays until the new one is whole. Gives
// its path. instructions: a report of ci/perf --instructions --json, shown as well; "" for none. Throws
// history::Refused, and std::runtime_error with a sentence where that file is no such report.
std::filesystem::path write(const history::Store& store, const std::filesystem::path& out,
                            const std::string& instructions = "");

}  // namespace simple::page
