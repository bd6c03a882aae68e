// The command line of ci/gate verify.
#pragma once

#include <string>

namespace simple::evidence {

int verify_command(const std::string& root, int argc, char** argv);

}  // namespace simple::evidence
