// Golden output: text compared line by line, with marked places.
#pragma once

#include <string>

namespace simple {

// A golden line is literal but for marked places <name: pattern>, where the pattern (ECMAScript, without ">") says what
// is allowed. A line that begins with <lines FROM-TO> stands for that many lines like the rest of it. Returns the diff,
// "  " before what fits, "- " before what was expected, "+ " before what came; "" when all fits.
std::string differences(const std::string& golden, const std::string& got);

}  // namespace simple
