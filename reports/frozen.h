// --contract VERSION: the golden cases that were frozen with a version of the contract, and no others. A later release
// of this project adds cases, which judge no backend of that version.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "reports/verdict.h"

namespace simple::gate {

// The versions that folder has a list of.
std::vector<std::string> contract_versions(const std::string& folder);

// Names of the version's cases, "golden/abs/f32-0d". Throws std::runtime_error where there is no list, or not the one
// whose digest FOLDER.sha256 has (lines of sha256sum).
std::set<std::string> read_frozen(const std::string& folder, const std::string& version);

// The case "contract/VERSION": each frozen case must have run and passed. One that needs what a backend may lack
// (control, cuda) may be skipped.
CaseResult judge_frozen(const std::string& version, const std::set<std::string>& frozen,
                        const std::vector<CaseResult>& cases, std::string& note);

}  // namespace simple::gate
