// How a program is to be started, from the command line's words.
#pragma once

#include <optional>
#include <string>

#include "ci/engine/options.h"

namespace simple::gate {

// None for a library, and for a program that is started as it is. A script is always launched. Throws UsageError.
std::optional<Launch> launch_of(const Options& options, const std::string& candidate, bool program);

}  // namespace simple::gate
