// ci/gate verify: what a bundle shows, checked without the machine, the candidate or the build that it is of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ci/evidence/archive.h"
#include "reports/verdict.h"

namespace simple::evidence {

enum class Standing {
    holds,
    open,      // true of this run, and whoever reads it decides: skipped cases, a selection, waivers
    short_of,  // the candidate falls short
    broken     // the bundle cannot be believed
};

struct Finding {
    std::string name;  // "no-failed-cases", "not-verifiable", ...
    Standing standing = Standing::broken;
    std::string text;
};

struct Given {
    std::optional<std::string> signers;    // allowed_signers of ssh-keygen, or a public key of minisign
    std::optional<std::string> candidate;  // a file that is to be the one that was judged, or whose functions were
};

// Throws std::runtime_error where the bundle holds no verdict that can be read.
std::vector<Finding> verify(const Files& files, const Given& given);

// 2 where it cannot be believed; else as the run that it is of ended.
int exit_code(const std::vector<Finding>& findings, gate::Outcome outcome);

}  // namespace simple::evidence
