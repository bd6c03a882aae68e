// The command line of the gate as it was given: nothing is looked up, no default is filled in.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "ci/engine/config_file.h"
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
    std::optional<std::string> launcher;          // a command
    std::optional<std::string> args;              // of the candidate, a program
    std::optional<std::string> rebuild;           // a command
    std::vector<std::string> env;                 // NAME=value
    std::optional<std::string> wait_for_library;  // seconds; "" for as long as a start may take
    std::string root = ".";                       // the project's folder
    std::optional<std::string> config;
    bool no_config = false;
    bool no_build = false;                  // read by the script ci/gate
    std::optional<ConfigFile> config_file;  // that was taken
    std::vector<std::string> from_file;     // words that it gave, and the command line did not
};

// The command `schema`: prints the JSON Schema of gate.toml.
int print_schema(const std::string& root, int argc, char** argv);

// None when help was asked for, and printed, with `footer` below it. Throws UsageError.
std::optional<Options> parse_command_line(int argc, char** argv, const std::string& footer = "");

}  // namespace simple::gate
