#include "ci/shards/shard_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "ci/engine/resolve.h"
#include "ci/engine/run_description.h"
#include "ci/shards/plan.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

// What may be another in every shard, since it changes nothing of what is judged.
constexpr const char* kOwn[] = {"--shard", "--plan",     "--out",  "--jobs",     "--candidate",
                                "--stub",  "--no-build", "--root", "--no-config"};

void demand_own_options(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i], option = word.substr(0, word.find('='));
        if (option.rfind("--", 0) != 0) continue;
        bool own = false;
        for (const char* name : kOwn) own = own || option == name;
        if (!own)
            throw UsageError(
                fmt::format("{} is the plan's: give it to ci/gate plan, which deals the whole run", option));
    }
}

// A gate.toml that is here is not the plan's.
Options own_options(int argc, char** argv) {
    std::vector<char*> words(argv, argv + argc);
    std::string none = kNoConfig;
    words.push_back(none.data());
    return *parse_command_line(static_cast<int>(words.size()), words.data());
}

}  // namespace

Options options_of_plan(const ShardPlan& plan, const std::string& root) {
    std::vector<std::string> words{"ci/gate", "--root", root};
    words.insert(words.end(), plan.options.begin(), plan.options.end());
    const bool had_config = std::count(words.begin(), words.end(), kNoConfig) > 0;
    if (!had_config) words.emplace_back(kNoConfig);
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    auto options = parse_command_line(static_cast<int>(arguments.size()), arguments.data());
    if (!options) throw std::runtime_error("the plan asks for help");
    options->with_config = had_config;
    return *options;
}

void keep_plan(const std::string& file, const std::string& folder) {
    const fs::path copy = fs::path(folder) / "plan.json";
    std::error_code error;
    if (fs::equivalent(file, copy, error)) return;
    fs::copy_file(file, copy, fs::copy_options::overwrite_existing);
}

Settings settings_of_shard(const std::string& command, int argc, char** argv) {
    demand_own_options(argc, argv);
    const Options given = own_options(argc, argv);
    const auto [index, of] = *given.shard;
    if (!given.plan) throw UsageError("--shard needs --plan FILE, which ci/gate plan writes");
    const ShardPlan plan = read_shard_plan(*given.plan);
    if (plan.shards.size() != of)
        throw UsageError(fmt::format("the plan {} is of {} shards, not {}", *given.plan, plan.shards.size(), of));
    Options options = options_of_plan(plan, given.root);
    if (given.candidate) options.candidate = given.candidate;
    if (given.stub) options.stub = given.stub;
    if (given.jobs) options.jobs = given.jobs;
    options.out =
        given.out.value_or(fs::proximate(fs::path(given.root) / "reports/shards" / fmt::format("{}-of-{}", index, of)));
    options.shard = given.shard;
    options.plan = given.plan;
    options.command = command;
    options.keep_going = true;  // which step passed is known when all shards are merged
    Settings settings = resolve(options);
    settings.dealt = dealt_to(plan, index);
    settings.dealt->index = index;
    settings.dealt->of = of;
    settings.dealt->plan_sha256 = plan.sha256;
    if (const std::string why = foreign(plan, describe(settings)); !why.empty())
        throw std::runtime_error(fmt::format("shard {}/{} does not run: {}: make the plan anew", index, of, why));
    return settings;
}

}  // namespace simple::gate
