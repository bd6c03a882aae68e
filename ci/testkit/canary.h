// Canaries: cases whose expectation is wrong on purpose. The supervisor hides some among the others of each process
// (ci/run/canaries.h); one that does not come back as failed shows that failures are not seen.
#pragma once

#include <string>

#include "ci/testkit/suite.h"

namespace simple {

// The case of that id. It makes a few calls like any other; whatever they give, it fails.
Case canary(const std::string& id, const Backend& backend);

}  // namespace simple
