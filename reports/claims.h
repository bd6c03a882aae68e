// What a candidate's owner says that it can do, and cannot: --claims.
#pragma once

#include <string>
#include <vector>

#include "reports/verdict.h"

namespace simple::gate {

constexpr const char* kClaimsSuite = "claims";

// What is "" is any: of a function, a dtype, a device or a promise.
struct Claim {
    std::string function, dtype, device, promise;
    bool present = false;  // else missing

    std::string id() const;  // "missing/add/float16/any"
};

// Of claims.schema.json, or a capability statement that is given back, whose rows present and missing are claims.
// Throws std::runtime_error, one line, for a file that is neither, and for words that there are not: a claim that is
// misspelt must not hold because nothing is tried.
std::vector<Claim> read_claims(const std::string& path);

// One case for each: what is claimed to be missing must be absent, or refuse every call with the contract's code; what
// is claimed to be present must have worked and failed nowhere. What was not tried is shown by nothing: an error, or
// skipped where only part of the cases was asked for.
std::vector<CaseResult> judge_claims(const std::vector<Claim>& claims, const Verdict& verdict);

}  // namespace simple::gate
