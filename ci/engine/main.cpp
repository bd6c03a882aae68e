// simple-gate: ci/gate without the building.
#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "ci/engine/commands.h"
#include "ci/engine/config_file.h"
#include "ci/engine/debug.h"
#include "ci/engine/explain.h"
#include "ci/engine/gate.h"
#include "ci/engine/known_cases.h"
#include "ci/engine/rebuild.h"
#include "ci/engine/record_plan.h"
#include "ci/engine/resolve.h"
#include "ci/engine/run_description.h"
#include "ci/engine/temporary.h"
#include "ci/evidence/bundle.h"
#include "ci/faults/self_test/self_test.h"
#include "ci/host/host_library.h"
#include "ci/shards/shard_settings.h"
#include "ci/steps/functions_files.h"
#include "ci/steps/user_examples.h"
#include "reports/capabilities.h"
#include "reports/comparison.h"
#include "reports/frozen.h"
#include "reports/held_folder.h"
#include "reports/read_verdict.h"
#include "reports/reports.h"
#include "reports/rerun.h"
#include "reports/visible_text.h"

namespace {

using namespace simple::gate;

// What a run is given in files. An earlier verdict may be what its own reports replace, so that it is read before.
struct Given {
    std::vector<Waiver> waivers;
    std::map<std::string, Status> before;  // --against-verdict
    std::set<std::string> only;            // --contract, --rerun-failed
    bool nothing_to_do = false;            // --rerun-failed of a pass
    std::vector<std::string> left_open;    // --rerun-failed
};

Given read_given(const Settings& settings, const Run& now) {
    Given given;
    // A shard's are applied when all are merged.
    if (settings.waivers && !settings.dealt) given.waivers = read_waivers(*settings.waivers);
    if (settings.against) given.before = statuses_to_compare(*settings.against);
    if (settings.contract) given.only = read_frozen(settings.contracts, *settings.contract);
    if (settings.rerun_failed) {
        const std::string last = settings.latest.value_or(settings.out) + "/verdict.json";
        const Verdict earlier = read_verdict_file(last);
        const Rerun rerun = rerun_of(earlier, now);
        if (rerun.refused) throw std::runtime_error(fmt::format("{}: {}: run the gate whole", last, *rerun.refused));
        given.only = rerun.cases;
        given.left_open = rerun.left_open;
        given.nothing_to_do = rerun.cases.empty();
        if (rerun.cases.empty() && (!rerun.left_open.empty() || earlier.outcome != Outcome::pass))
            throw std::runtime_error(
                fmt::format("{} has no case that failed, and is no pass of this candidate ({}): run the gate whole",
                            last, rerun.left_open.empty() ? to_string(earlier.outcome) : rerun.left_open.front()));
    }
    return given;
}

// Whoever reads the latest reports finds this run there, from its beginning.
void begin(const Verdict& verdict, const Settings& settings) {
    simple::reports::begin(verdict, settings.out);
    if (settings.latest) simple::reports::point(*settings.latest, settings.out);
}

// The reports are the last thing that a run writes. Where they cannot be written, "running" stays there.
int report(const Verdict& verdict, const Settings& settings, const Terminal& terminal) {
    try {
        if (settings.capabilities)
            simple::reports::write_whole(simple::reports::to_capabilities_json(verdict), *settings.capabilities);
        simple::reports::write_all(verdict, settings.out);
        if (settings.latest) simple::reports::point(*settings.latest, settings.out);
        if (settings.dealt) simple::evidence::write_run_description(verdict, settings);
    } catch (const std::exception& e) {
        terminal.verdict(verdict, "no reports");
        fmt::print(stderr, "ci/gate: {}\n", e.what());
        return exit_code(Outcome::error);
    }
    std::string where = "reports in " + settings.out;
    if (settings.capabilities) where += ", capabilities in " + *settings.capabilities;
    if (settings.bundle) {
        try {
            simple::evidence::write_bundle(verdict, settings);
        } catch (const std::exception& e) {
            terminal.verdict(verdict, where + ", no evidence");
            fmt::print(stderr, "ci/gate: {}\n", e.what());
            return exit_code(Outcome::error);
        }
        where += ", evidence in " + *settings.bundle;
    }
    terminal.verdict(verdict, where);
    return exit_code(verdict.outcome);
}

// Told at once: the steps before would be run for nothing.
void demand_no_idle_filter(const Settings& settings) {
    std::optional<std::string> idle;
    try {
        idle = idle_filter(settings);
    } catch (const std::exception&) {  // without a plan the run itself says what is missing
    }
    if (idle)
        throw UsageError(
            fmt::format("--filter '{}' takes no case of those that may run here; --list shows all", *idle));
}

int judge_candidate(Settings settings) {
    if (settings.no_host) setenv(simple::kNoHost, "1", 1);  // for the workers
    catch_signals();
    const simple::reports::HeldFolder held(settings.out);
    Verdict begun = begun_verdict(settings);
    Given given;
    std::optional<RunFolder> temporary;
    try {
        if (settings.dealt) keep_plan(*settings.plan, settings.out);
        if (!settings.dealt) demand_no_idle_filter(settings);
        if (settings.capabilities) simple::reports::demand_replaceable(*settings.capabilities);
        if (settings.bundle) simple::evidence::demand_writable(settings);
        if (settings.rerun_failed) look_for_functions(settings, begun);
        given = read_given(settings, begun.run);
        temporary.emplace();
    } catch (const std::exception& e) {
        begun.outcome = Outcome::error;
        begun.problems.emplace_back(e.what());
        begin(begun, settings);
        throw;
    }
    settings.only = given.only;
    begun.run.left_open = given.left_open;
    if (given.nothing_to_do) {
        fmt::print("nothing failed in {}/verdict.json\n", settings.latest.value_or(settings.out));
        return 0;
    }
    begin(begun, settings);
    Terminal terminal;
    const Verdict verdict = Gate(settings, terminal).run(begun.run, given.waivers, given.before);
    const int code = report(verdict, settings, terminal);
    if (verdict.comparison) print(*verdict.comparison);
    return code;
}

int run(const Settings& settings) {
    if (settings.list) return list_cases(settings);
    if (settings.explain) return explain_function(settings);
    if (settings.record_plan) return record_plan(settings);
    if (settings.debug) return debug_case(settings);
    if (settings.bless) return bless_user_examples(settings);
    if (!settings.self_test) return judge_candidate(settings);
    return self_test(settings);
}

Settings settings_of(Options options) {
    if (options.config_file) fmt::print(stderr, "options from {}\n", options.config_file->path);
    try {
        if (options.rebuild) rebuild(options);
        Settings settings = resolve(options);
        if (options.rebuild) compare_with_last_run(settings);
        return settings;
    } catch (const UsageError& e) {
        throw UsageError(options.config_file ? located(e.what(), *options.config_file) : e.what());
    }
}

// Files that are opened must not get the number of a stream that was closed around us, and an empty TMPDIR is none.
void make_sane() {
    for (const int stream : {0, 1, 2})
        if (fcntl(stream, F_GETFD) < 0) (void)!open("/dev/null", stream == 0 ? O_RDONLY : O_WRONLY);
    if (const char* folder = std::getenv("TMPDIR"); folder && !*folder) unsetenv("TMPDIR");
}

// `--root FOLDER WORD ...`, as the script ci/gate calls it. None where no command is named.
std::optional<int> run_command(int argc, char** argv) {
    const bool rooted = argc > 2 && std::string(argv[1]) == "--root";
    std::vector<char*> arguments(argv + (rooted ? 3 : 1), argv + argc);
    // That one is the script's, and stands anywhere.
    arguments.erase(std::remove_if(arguments.begin(), arguments.end(),
                                   [](const char* word) { return std::string(word) == "--no-build"; }),
                    arguments.end());
    const Command* command = arguments.empty() ? nullptr : command_named(arguments.front());
    if (!command) return std::nullopt;
    std::string name = fmt::format("ci/gate {}", command->word);
    arguments.front() = name.data();
    arguments.push_back(nullptr);
    return command->run(rooted ? argv[2] : ".", static_cast<int>(arguments.size()) - 1, arguments.data());
}

// It may quote what others wrote.
void complain(const std::exception& e) { fmt::print(stderr, "ci/gate: {}\n", simple::reports::visible_text(e.what())); }

}  // namespace

int main(int argc, char** argv) {
    // Who waits for a line behind a pipe sees it. Before any output: C allows no later change, and fmt 11 dies of one.
    setvbuf(stdout, nullptr, _IOLBF, 0);
    make_sane();
    try {
        if (const auto code = run_command(argc, argv)) return *code;
        const std::optional<Options> options = parse_command_line(argc, argv, list_of_commands());
        if (!options) return 0;
        if (options->shard && !options->self_test) return run(settings_of_shard(options->command, argc, argv));
        return run(settings_of(*options));
    } catch (const UsageError& e) {
        complain(e);
        return 64;
    } catch (const std::exception& e) {
        complain(e);
        return 2;
    }
}
