#include "ci/engine/commands.h"

#include <fmt/format.h>

#include "ci/shards/annotate_command.h"
#include "ci/shards/merge_command.h"
#include "ci/shards/plan_command.h"

namespace simple::gate {

const std::vector<Command>& commands() {
    static const std::vector<Command> all = {
        {"annotate", "show a run's failures where GitHub shows them", annotate},
        {"merge", "make one verdict of the verdicts of all shards", merge_shards},
        {"plan", "deal a run to shards, for --shard I/N --plan FILE", plan_shards},
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
