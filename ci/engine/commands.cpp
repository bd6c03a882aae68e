#include "ci/engine/commands.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "ci/census/command.h"
#include "ci/compare/compare_command.h"
#include "ci/engine/options.h"
#include "ci/evidence/verify_command.h"
#include "ci/shards/annotate_command.h"
#include "ci/shards/merge_command.h"
#include "ci/shards/plan_command.h"

namespace simple::gate {

const std::vector<Command>& commands() {
    static const std::vector<Command> all = {
        {"annotate", "show a run's failures where GitHub shows them", annotate},
        {"census", "what programs in Simple declare as extern, beside the table, a candidate and a run",
         census::run_census},
        {"compare", "what changed from one verdict to another", compare_command},
        {"merge", "make one verdict of the verdicts of all shards", merge_shards},
        {"plan", "deal a run to shards, for --shard I/N --plan FILE", plan_shards},
        {"schema", "the JSON Schema of gate.toml", print_schema},
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
