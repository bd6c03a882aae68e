// The command line of the gate as it was given: nothing is looked up, no default is filled in.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "ci/steps/settings.h"

namespace simple::gate {

// A slip of the command line, told in one sentence: exit 64.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Options : Choices {
    std::optional<std::string> candidate;
    std::optional<std::string> stub;
    std::optional<std::string> waivers;
    std::optional<std::string> out;
    std::optional<unsigned> jobs;
    std::string root = ".";  // the project's folder
};

// None when help was asked for, and printed, with `footer` below it. Throws UsageError.
std::optional<Options> parse_command_line(int argc, char** argv, const std::string& footer = "");

}  // namespace simple::gate
