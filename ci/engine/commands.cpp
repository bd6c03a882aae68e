#include "ci/engine/commands.h"

#include <fmt/format.h>

#include "ci/compare/compare_command.h"
#include "ci/evidence/verify_command.h"

namespace simple::gate {

const std::vector<Command>& commands() {
    static const std::vector<Command> all = {
        {"compare", "what changed from one verdict to another", compare_command},
        {"verify", "check a bundle of evidence (--bundle), anywhere", evidence::verify_command},
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
