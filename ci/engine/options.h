// The command line of the gate.
#pragma once

#include "ci/steps/settings.h"

namespace simple::gate {

// Either settings, or an exit code when there is nothing more to do (help, a usage error that was explained).
struct Parsed {
    Settings settings;
    int exit_code = -1;
};
Parsed parse_command_line(int argc, char** argv);

}  // namespace simple::gate
