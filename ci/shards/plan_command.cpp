#include "ci/shards/plan_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ci/engine/gate.h"
#include "ci/engine/known_cases.h"
#include "ci/engine/resolve.h"
#include "ci/engine/run_description.h"
#include "ci/shards/alone.h"
#include "ci/shards/deal.h"
#include "ci/shards/emit.h"
#include "ci/shards/plan.h"
#include "ci/shards/seconds.h"
#include "ci/shards/shard_settings.h"
#include "ci/steps/recorded_plan.h"
#include "ci/steps/suites.h"

namespace simple::gate {
namespace {

constexpr unsigned kMostShards = 1000;
constexpr double kBalance = 1.1;  // beyond which it is said why

struct PlanOptions {
    unsigned shards = 0;
    std::string out = "shards.json";
    std::optional<std::string> times;
    std::optional<std::string> emit;
    std::vector<std::string> run;  // the options of the run
};

std::optional<PlanOptions> parsed_plan_options(int argc, char** argv) {
    PlanOptions options;
    CLI::App app(
        "Deals a run of the gate to shards: every case to exactly one. What else is given are the options of that "
        "run:\n"
        "--candidate, --step, --suite, --filter, --quick, --seed, --device, ...",
        argv[0]);
    app.add_option("--shards", options.shards, "how many")
        ->required()
        ->check(CLI::Range(1u, kMostShards))
        ->type_name("N");
    app.add_option("--out", options.out, "where the plan goes [shards.json]")->type_name("FILE");
    app.add_option("--times", options.times, "a verdict.json whose times say how long cases take [a committed table]")
        ->type_name("FILE");
    app.add_option("--emit", options.emit, "print the matrix for a CI service: github or gitlab")
        ->check(CLI::IsMember({"github", "gitlab"}))
        ->type_name("SERVICE");
    app.allow_extras();
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& e) {
        app.exit(e);
        return std::nullopt;
    } catch (const CLI::ParseError& e) {
        throw UsageError(std::string(e.what()) + " (--help lists all options)");
    }
    options.run = app.remaining();
    return options;
}

void refuse(bool given, const char* option, const char* why) {
    if (given) throw UsageError(fmt::format("{} is not dealt to shards: {}", option, why));
}

// What would be another thing in every shard, or is of the whole run alone.
void demand_dealable(const Options& o) {
    refuse(o.shard || o.plan, "--shard", "it is of a plan that is there");
    refuse(o.self_test.has_value(), "--self-test", "ci/gate --self-test --shard I/N needs no plan");
    refuse(o.list || o.explain || o.debug || o.record_plan, "--list, --explain and --debug", "they judge nothing");
    refuse(o.rerun_failed, "--rerun-failed", "run the gate whole");
    refuse(o.contract.has_value(), "--contract", "run the gate whole");
    refuse(o.audit, "--audit", "its seed is another in every shard");
    refuse(o.baseline.has_value(), "--baseline", "run the step performance whole");
    refuse(o.bless, "--bless", "it judges nothing");
    refuse(o.rebuild.has_value(), "--rebuild", "build first");
    refuse(o.bundle.has_value(), "--bundle", "it is of the merged verdict: ci/gate merge makes it");
    refuse(o.capabilities.has_value(), "--capabilities", "it is of the merged verdict: ci/gate merge writes it");
    refuse(o.claims_file.has_value(), "--claims", "they are of the merged verdict: ci/gate merge checks them");
    refuse(o.against.has_value(), "--against-verdict", "it is for the merged verdict: ci/gate merge takes it");
    refuse(o.waivers.has_value(), "--waivers", "they are for the merged verdict: ci/gate merge takes them");
}

// Of the whole run: ci/gate merge takes these from the same file.
constexpr const char* kOfTheWhole[] = {"--bundle",          "--bundle-key", "--capabilities", "--claims",
                                       "--against-verdict", "--fail-on",    "--waivers",      "--out"};

bool is_of_the_whole(const std::string& word) {
    const std::string name = word.substr(0, word.find('='));
    return std::any_of(std::begin(kOfTheWhole), std::end(kOfTheWhole),
                       [&](const char* option) { return name == option; });
}

// Shards run where no gate.toml, or another, is found.
std::vector<std::string> words_in_force(const Options& options, const std::vector<std::string>& given) {
    std::vector<std::string> words;
    if (options.with_config) words.emplace_back(kNoConfig);
    for (const auto& word : options.from_file)
        if (!is_of_the_whole(word)) words.push_back(word);
    for (size_t i = 0; i < given.size(); ++i) {
        if (given[i] == "--config")
            ++i;
        else if (given[i].rfind("--config=", 0) != 0 && given[i] != kNoConfig)
            words.push_back(given[i]);
    }
    return words;
}

std::optional<Options> parsed(const std::string& root, const std::vector<std::string>& given) {
    std::vector<std::string> words{"ci/gate", "--root", root};
    words.insert(words.end(), given.begin(), given.end());
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

// As the plan has them; a slip in the gate.toml is told with its line.
Settings settings_of(const ShardPlan& plan, const std::string& root, const std::optional<ConfigFile>& config) try {
    const Options options = options_of_plan(plan, root);
    demand_dealable(options);
    const Settings settings = resolve(options);
    if (const auto idle = idle_filter(settings))
        throw UsageError(fmt::format("--filter '{}' takes no case of those that may run here", *idle));
    return settings;
} catch (const UsageError& e) {
    throw UsageError(config ? located(e.what(), *config) : e.what());
}

// Of the suites whose time is judged: those of which all that was recorded is dealt.
std::vector<std::string> timed_suites(const std::vector<KnownCase>& cases, const Settings& settings) {
    std::map<std::string, size_t> dealt;
    for (const auto& c : cases) ++dealt[c.suite];
    std::vector<std::string> names;
    for (const auto& suite : suites())
        if (suite.recorded.wall > 0 && dealt.count(suite.name) > 0 &&
            dealt[suite.name] == read_plan(file_of_plan(suite, settings)).cases.size())
            names.emplace_back(suite.name);
    return names;
}

// To stderr where stdout is a matrix.
void print(const ShardPlan& plan, const std::string& file, FILE* out) {
    double total = 0, most = 0;
    size_t cases = 0;
    for (size_t i = 0; i < plan.shards.size(); ++i) {
        const ShardPart& part = plan.shards[i];
        size_t here = 0;
        for (const auto& [suite, ids] : part.cases) here += ids.size();
        std::string checks;
        for (const auto& step : part.own_checks) checks += (checks.empty() ? "; checks of " : ", ") + step;
        const bool alone =
            std::find(part.own_checks.begin(), part.own_checks.end(), kAloneStep) != part.own_checks.end();
        fmt::print(out, "shard {:>3}/{}: {:6} cases, {:8.1f} s of CPU time{}{}\n", i + 1, plan.shards.size(), here,
                   part.seconds, checks, alone ? ", which want its machine to themselves" : "");
        cases += here;
        total += part.seconds;
        most = std::max(most, part.seconds);
    }
    const double mean = total / static_cast<double>(plan.shards.size());
    fmt::print(out, "{} cases; the longest shard takes {:.1f} % more than the mean; plan {} in {}\n", cases,
               100 * (most / mean - 1), plan.sha256.substr(0, 12), file);
    const auto longest = std::max_element(plan.shards.begin(), plan.shards.end(),
                                          [](const auto& a, const auto& b) { return a.seconds < b.seconds; });
    if (most > kBalance * mean && !longest->own_checks.empty())
        fmt::print(out, "it can be no shorter: the gate's own checks of the step {} are dealt whole\n",
                   longest->own_checks.front());
}

}  // namespace

int plan_shards(const std::string& root, int argc, char** argv) {
    const auto given = parsed_plan_options(argc, argv);
    if (!given) return 0;
    const auto options = parsed(root, given->run);
    if (!options) return 0;
    if (options->config_file) fmt::print(stderr, "options from {}\n", options->config_file->path);
    ShardPlan plan;
    plan.options = words_in_force(*options, given->run);
    const Settings settings = settings_of(plan, root, options->config_file);

    RecordedSeconds seconds(root + "/ci/shards/recorded_seconds.tsv");
    if (given->times) seconds.take(*given->times);
    const Run run = describe(settings);
    plan.candidate = run.candidate;
    plan.candidate_sha256 = run.candidate_sha256;
    plan.harness_sha256 = run.harness_sha256;
    plan.plan_sha256 = run.plan_sha256;
    plan.selection = run.selection;
    if (plan.candidate_sha256.empty()) throw std::runtime_error("cannot read the candidate " + run.candidate);
    const auto cases = cases_of_run(settings);
    plan.timed = timed_suites(cases, settings);
    plan.shards = deal(cases, checks_of_run(settings), seconds, given->shards);
    write_shard_plan(plan, given->out);
    print(plan, given->out, given->emit ? stderr : stdout);
    if (given->emit) fmt::print("{}", matrix_for(*given->emit, plan));
    return 0;
}

}  // namespace simple::gate
