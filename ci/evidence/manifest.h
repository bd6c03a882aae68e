// manifest.json: the SHA-256 of every other file of a bundle. What is signed is the manifest.
#pragma once

#include <string>
#include <vector>

#include "ci/evidence/archive.h"

namespace simple::evidence {

inline constexpr const char* kManifest = "manifest.json";

std::string manifest_of(const Files& files);

// In what the files are not those of their manifest, a line each; the manifest itself and its signature are not in it.
// Throws std::runtime_error where there is no manifest.
std::vector<std::string> differences(const Files& files);

}  // namespace simple::evidence
