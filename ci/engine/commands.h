// What ci/gate does besides judging: `ci/gate WORD ...`, each with a command line of its own.
#pragma once

#include <string>
#include <vector>

namespace simple::gate {

struct Command {
    const char* word;
    const char* sentence;  // for --help
    // argv[0] is what to call it in messages, "ci/gate WORD". The exit status is the result; UsageError is 64, any
    // other exception 2.
    int (*run)(const std::string& root, int argc, char** argv);
};

const std::vector<Command>& commands();

// The lines of --help about them; "" for none.
std::string list_of_commands();

// None where the command line is one of the gate itself.
const Command* command_named(const std::string& word);

}  // namespace simple::gate
