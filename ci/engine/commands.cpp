#include "ci/engine/commands.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "ci/census/command.h"
#include "ci/engine/options.h"

namespace simple::gate {

const std::vector<Command>& commands() {
    static const std::vector<Command> all = {
        {"census", "what programs in Simple declare as extern, beside the table, a candidate and a run",
         census::run_census},
        {"schema", "the JSON Schema of gate.toml", print_schema},
    };
    return all;
}

std::string list_of_commands() {
    if (commands().empty()) return "";
    std::string lines = "Commands, each with a --help of its own:\n";
    for (const auto& command : commands())
        lines += fmt::format("  ci/gate {:<14} {}\n", command.word, command.sentence);
    return lines;
}

const Command* command_named(const std::string& word) {
    for (const auto& command : commands())
        if (word == command.word) return &command;
    return nullptr;
}

}  // namespace simple::gate
