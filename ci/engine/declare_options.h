// The gate's options, each with what --help and the schema of gate.toml say of it.
#pragma once

#include <CLI/CLI.hpp>

#include "ci/engine/options.h"

namespace simple::gate {

// Fills the options as the command line is parsed. Both must live that long.
void declare(CLI::App& app, Options& options);

}  // namespace simple::gate
