// Waivers: failures that are known and accepted for a time. A TOML file of
//   [[waiver]]
//   scope = "golden/softmax/*"      # suite/case, with * and ?
//   reason = "LibTorch 2.14 rounds the other way"
//   link = "https://…"
//   owner = "name"
//   expires = 2027-01-31
// A waived case still runs. Expired waivers, waivers that match no case, and waived cases that pass fail the gate.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "reports/verdict.h"

namespace simple::gate {

struct Waiver {
    std::string scope;
    std::string reason;
    std::string link;
    std::string owner;
    std::string expires;  // YYYY-MM-DD, its last day
};

// Throws std::runtime_error with file, line and reason.
std::vector<Waiver> read_waivers(const std::string& path);

// Marks cases as waived or unexpected-pass and fills verdict.waivers. planned holds the names of all cases that exist
// in the suites that are built, whether selected or not; complete says that every suite could be asked for them.
void apply_waivers(const std::vector<Waiver>& waivers, const std::string& today, const std::set<std::string>& planned,
                   bool complete, Verdict& verdict);

std::string today_utc();  // YYYY-MM-DD

}  // namespace simple::gate
