// The command line of a suite's program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ci/testkit/suite.h"

namespace simple {

struct SuiteCommand {
    SuiteOptions options;

    // Which cases: those that a glob and a need select, or those that a file names, among them ids of canaries.
    std::vector<std::string> filter;
    std::string needs;
    std::string cases_from;
    size_t canaries = 0;

    // For whom: a supervisor's descriptor, the file where it sees calls, what it has given up, how the program is to
    // end.
    int events_fd = -1;
    std::string watch;
    std::vector<std::string> given_up;
    int exit_code = -1;  // -1: as GoogleTest says

    bool list = false;        // print the plan, run nothing
    bool whole_plan = false;  // tell the plan of all cases, before those that a file names are looked for
    bool serve = false;       // run what the control descriptor names
};

// Reads the words behind the program's name. A value: the program is to end with it at once.
std::optional<int> parse_suite_command(const char* suite, int argc, char** argv, SuiteCommand& command);

// The line that runs the program again with these options.
std::string command_line(const char* program, const SuiteOptions& options);

}  // namespace simple
