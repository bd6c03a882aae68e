// A .tar.zst of small files, packed and unpacked in memory by libarchive.
#pragma once

#include <ctime>
#include <map>
#include <string>

namespace simple::evidence {

using Files = std::map<std::string, std::string>;  // by their names in the archive, with / between folders

// The same files and time give the same bytes. Throws std::runtime_error.
void pack(const Files& files, std::time_t time, const std::string& archive);

// Takes plain files with plain relative names, each once, in bounded number and size; throws std::runtime_error on
// anything else: nothing that an archive names is ever made on the disk.
Files unpack(const std::string& archive);

}  // namespace simple::evidence
