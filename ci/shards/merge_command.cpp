#include "ci/shards/merge_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "ci/engine/repro.h"
#include "ci/engine/resolve.h"
#include "ci/engine/run_description.h"
#include "ci/engine/terminal.h"
#include "ci/evidence/bundle.h"
#include "ci/evidence/verify_shards.h"
#include "ci/faults/self_test/merge_self_test.h"
#include "ci/shards/merge.h"
#include "ci/shards/read_shards.h"
#include "ci/shards/shard_settings.h"
#include "ci/steps/spec_step.h"
#include "reports/capabilities.h"
#include "reports/claims.h"
#include "reports/comparison.h"
#include "reports/file_text.h"
#include "reports/held_folder.h"
#include "reports/promises.h"
#include "reports/read_verdict.h"
#include "reports/reports.h"
#include "reports/scorecard.h"
#include "reports/waivers.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

struct MergeOptions {
    std::vector<std::string> folders;
    std::optional<std::string> out, waivers, against, claims, capabilities, bundle, bundle_key, fail_on, config;
    bool no_config = false;
};

std::optional<MergeOptions> parsed_merge_options(int argc, char** argv) {
    MergeOptions options;
    CLI::App app(
        "Makes one verdict of the verdicts of all shards of a plan. Exit: as of a whole run; 2 also where a shard is\n"
        "missing, there twice, not whole, or of something else.",
        argv[0]);
    app.option_defaults()->disable_flag_override();
    app.add_option("folders", options.folders, "where each shard left its reports (--out), or the folder of these")
        ->required()
        ->type_name("DIR...");
    app.add_option("--out", options.out,
                   "where the reports go [a folder of reports/runs, to which reports/latest is a link]")
        ->type_name("DIR");
    app.add_option("--waivers", options.waivers, "the waivers [ci/waivers.toml]")->type_name("FILE");
    app.add_option("--claims", options.claims, "what the candidate's owner says that it can do, and cannot; checked")
        ->type_name("FILE");
    app.add_option("--capabilities", options.capabilities, "also write what the candidate can do, as the shards saw it")
        ->type_name("FILE");
    app.add_option("--bundle", options.bundle, "also pack the run's and all shards' evidence into this .tar.zst")
        ->type_name("FILE");
    app.add_option("--bundle-key", options.bundle_key, "sign the bundle with this key of ssh-keygen or minisign")
        ->type_name("FILE");
    app.add_option("--against-verdict", options.against, "compare with an earlier verdict.json")->type_name("FILE");
    app.add_option("--fail-on", options.fail_on,
                   "any, or new: only what did not fail in the verdict of --against-verdict [any]")
        ->check(CLI::IsMember({"any", "new"}))
        ->type_name("WHICH");
    app.add_option("--config", options.config, "where those that are not given here are [the nearest gate.toml]")
        ->type_name("FILE");
    app.add_flag("--no-config", options.no_config, "take no gate.toml")->excludes("--config");
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& e) {
        app.exit(e);
        return std::nullopt;
    } catch (const CLI::ParseError& e) {
        throw UsageError(std::string(e.what()) + " (--help lists all options)");
    }
    for (const auto& folder : options.folders)
        if (folder.empty()) throw UsageError("an empty name of a folder; is a variable unset?");
    return options;
}

// The whole run's options, those of the nearest gate.toml among them, as the gate takes them.
Options options_of_whole(const MergeOptions& given, const std::string& root) {
    std::vector<std::string> words{"ci/gate", "--root", root};
    for (const auto& [option, value] :
         {std::pair("--out", &given.out), std::pair("--waivers", &given.waivers),
          std::pair("--against-verdict", &given.against), std::pair("--fail-on", &given.fail_on),
          std::pair("--claims", &given.claims), std::pair("--capabilities", &given.capabilities),
          std::pair("--bundle", &given.bundle), std::pair("--bundle-key", &given.bundle_key),
          std::pair("--config", &given.config)})
        if (*value) words.push_back(fmt::format("{}={}", option, **value));
    if (given.no_config) words.emplace_back(kNoConfig);
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    auto options = parse_command_line(static_cast<int>(arguments.size()), arguments.data());
    if (options->config_file) fmt::print(stderr, "options from {}\n", options->config_file->path);
    return *options;
}

// A folder in which each shard has one of its own stands for those; merged reports may lie beside them.
std::vector<std::string> folders_of_shards(const std::vector<std::string>& given,
                                           const std::optional<std::string>& out) {
    std::vector<std::string> folders;
    const auto is_one = [](const fs::path& folder) {
        return fs::exists(folder / "plan.json") || fs::exists(folder / "verdict.json") || is_self_test(folder);
    };
    for (const auto& folder : given) {
        std::vector<std::string> inside;
        if (fs::is_directory(folder) && !is_one(folder))
            for (const auto& entry : fs::directory_iterator(folder)) {
                std::error_code error;
                const bool merged = out && fs::equivalent(entry.path(), *out, error);
                if (!merged && (fs::exists(entry.path() / "plan.json") || is_self_test(entry.path())))
                    inside.push_back(entry.path());
            }
        std::sort(inside.begin(), inside.end());
        if (inside.empty()) inside = {folder};
        folders.insert(folders.end(), inside.begin(), inside.end());
    }
    return folders;
}

void demand_other_folder(const std::string& out, const std::vector<std::string>& folders) {
    std::error_code error;
    for (const auto& folder : folders)
        if (fs::equivalent(out, folder, error))
            throw UsageError(fmt::format("--out {}: there are the reports of a shard, which would be lost", out));
}

Settings settings_of(const MergeOptions& given, const Options& whole, const ShardPlan& plan) try {
    Options options = options_of_plan(plan, whole.root);
    if (!plan.candidate.empty()) options.candidate = plan.candidate;
    options.config_file = whole.config_file;  // reports and waivers are beside it
    options.with_config = whole.with_config;
    options.out = whole.out;
    options.waivers = whole.waivers;
    options.claims_file = whole.claims_file;
    options.capabilities = whole.capabilities;
    options.bundle = whole.bundle;
    options.bundle_key = whole.bundle_key;
    options.against = whole.against;
    options.fail_on_new = whole.fail_on_new;
    options.command = "ci/gate merge";
    for (const auto& folder : given.folders) options.command += " " + folder;
    return resolve(options);
} catch (const UsageError& e) {
    throw UsageError(whole.config_file ? located(e.what(), *whole.config_file) : e.what());
}

void demand_no_idle_filter(const Settings& settings, Verdict& verdict) {
    for (const auto& filter : settings.filters)
        if (std::none_of(verdict.cases.begin(), verdict.cases.end(),
                         [&](const CaseResult& c) { return filter_matches(filter, c.id, c.function); }))
            verdict.problems.push_back(fmt::format("--filter '{}' took no case in any shard", filter));
}

// As the end of a whole run.
void judge_whole(const Settings& settings, Verdict& verdict) {
    const bool complete = !verdict.run.selection && !verdict.run.interrupted &&
                          std::none_of(verdict.steps.begin(), verdict.steps.end(),
                                       [](const StepResult& s) { return s.status == StepStatus::not_run; });
    std::set<std::string> names, promised;
    for (const auto& c : verdict.cases) {
        names.insert(c.name());
        promised.insert(c.promises.begin(), c.promises.end());
    }
    for (auto& result : judge_claims(settings.claims, verdict)) {
        result.file = "ci/steps";
        if (is_failure(result.status)) result.repro = repro_of(result, settings);
        names.insert(result.name());  // that its owner names a promise checks none
        verdict.cases.push_back(std::move(result));
    }
    const auto waivers = settings.waivers ? read_waivers(*settings.waivers) : std::vector<Waiver>();
    apply_waivers(waivers, today_utc(), names, complete, verdict);
    if (settings.against)
        add_comparison(statuses_to_compare(*settings.against), *settings.against, settings.fail_on_new, verdict);
    if (complete)
        for (const auto& promise : promises())
            if (promised.count(std::string(promise.id)) == 0) verdict.unnamed_promises.emplace_back(promise.id);
    if (settings.partial) verdict.scorecard = scorecard(verdict);
    demand_no_idle_filter(settings, verdict);
    judge(verdict);
}

// What the shards left, and the plan that they are of.
evidence::Files evidence_of(const ReadShards& read) {
    evidence::Files files;
    files[evidence::kShardPlan] = text_of_file(read.plan_file);
    for (size_t i = 0; i < read.shards.size(); ++i) {
        const auto& [folder, verdict] = read.shards[i];
        const std::string run = text_of_file(folder + "/run.json");
        if (!evidence::is_run_of(verdict, run))
            throw std::runtime_error(fmt::format("{}/run.json is not whole, or of another run", folder));
        files[evidence::shard_file(i + 1, "run.json")] = run;
        files[evidence::shard_file(i + 1, "verdict.json")] = text_of_file(folder + "/verdict.json");
        const bool counted = std::any_of(verdict.cases.begin(), verdict.cases.end(),
                                         [](const CaseResult& c) { return c.suite == kSpecSuite; });
        if (counted) files[evidence::shard_file(i + 1, "spec-calls.json")] = text_of_file(folder + "/spec-calls.json");
    }
    return files;
}

// Where the other files went; throws where they cannot be written.
std::string write_beside(const Verdict& verdict, const Settings& settings, const ReadShards& read) {
    std::string where;
    if (settings.capabilities) {
        reports::write_whole(reports::to_capabilities_json(verdict), *settings.capabilities);
        where += ", capabilities in " + *settings.capabilities;
    }
    if (settings.bundle) {
        evidence::write_bundle(verdict, settings, evidence_of(read));
        where += ", evidence in " + *settings.bundle;
    }
    return where;
}

}  // namespace

int merge_shards(const std::string& root, int argc, char** argv) {
    auto given = parsed_merge_options(argc, argv);
    if (!given) return 0;
    const Options whole = options_of_whole(*given, root);
    given->folders = folders_of_shards(given->folders, whole.out);
    if (whole.out) demand_other_folder(*whole.out, given->folders);
    if (std::any_of(given->folders.begin(), given->folders.end(), is_self_test))
        return merge_self_tests(given->folders, whole.out.value_or(root + "/reports/self-test"));
    const ReadShards read = read_shards(given->folders);
    const Settings settings = settings_of(*given, whole, read.plan);
    // Whoever looks there meanwhile, or afterwards where this is refused, finds no verdict of an earlier run.
    const reports::HeldFolder held(settings.out);
    Verdict verdict = begun_verdict(settings);
    reports::begin(verdict, settings.out);
    try {
        if (settings.capabilities) reports::demand_replaceable(*settings.capabilities);
        if (settings.bundle) evidence::demand_writable(settings);
    } catch (const std::exception& e) {
        verdict.problems.emplace_back(e.what());
        verdict.outcome = Outcome::error;
        reports::write_all(verdict, settings.out);
        throw;
    }
    if (read.problems.empty()) {
        const Run begun = verdict.run;
        verdict = merge(read);
        verdict.run.command = begun.command;
        judge_whole(settings, verdict);
    } else {
        verdict.problems = read.problems;
        verdict.outcome = Outcome::error;
    }
    reports::write_all(verdict, settings.out);
    if (settings.latest) reports::point(*settings.latest, settings.out);
    if (!read.problems.empty()) {
        for (const auto& problem : read.problems) fmt::print(stderr, "ci/gate merge: {}\n", problem);
        return exit_code(verdict.outcome);
    }
    std::string where = "reports in " + settings.out;
    try {
        where += write_beside(verdict, settings, read);
    } catch (const std::exception& e) {
        Terminal().verdict(verdict, where + ", and no more");
        throw;
    }
    Terminal().verdict(verdict, where);
    if (verdict.comparison) print(*verdict.comparison);
    return exit_code(verdict.outcome);
}

}  // namespace simple::gate
