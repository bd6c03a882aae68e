#include "ci/engine/declare_options.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

namespace simple::gate {
namespace {

constexpr uint64_t kMostJobs = 1024;

// Words between commas, of which CLI11 itself would drop the empty ones.
void add_list(CLI::App& app, const std::string& name, std::vector<std::string>& words, const char* text,
              const char* type) {
    const auto take = [&words, name](const std::vector<std::string>& lists) {
        for (const auto& list : lists) {
            std::istringstream in(list + ",");
            for (std::string word; std::getline(in, word, ',');) {
                if (word.empty()) throw UsageError(fmt::format("{} {}: between its commas is nothing", name, list));
                words.push_back(word);
            }
        }
    };
    app.add_option_function<std::vector<std::string>>(name, take, text)->allow_extra_args(false)->type_name(type);
}

// Digits and nothing else: no sign, no base of 8, nothing that is cut to fit.
uint64_t whole(const char* option, const std::string& text, uint64_t least, uint64_t most) {
    uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    const bool padded = text.size() > 1 && text.front() == '0';
    if (error != std::errc() || stop != end || padded || number < least || number > most)
        throw UsageError(fmt::format("{} takes a whole number from {} to {}, not {}", option, least, most, text));
    return number;
}

// Neither infinite nor "nan", which no limit would be below.
double factor(const char* option, const std::string& text) {
    constexpr double kLeast = 0.01, kMost = 1000;
    double number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
    if (error != std::errc() || stop != end || !(number >= kLeast && number <= kMost))
        throw UsageError(fmt::format("{} takes a number from {} to {}, not {}", option, kLeast, kMost, text));
    return number;
}

std::string device(const char* option, const std::string& text) {
    constexpr const char* kCuda = "cuda:";
    if (text == "cpu" || text == kSimulated) return text;
    if (text.rfind(kCuda, 0) != 0)
        throw UsageError(fmt::format("{} is cpu, cuda:N or simulated, not {}", option, text));
    whole("--device cuda:N", text.substr(std::char_traits<char>::length(kCuda)), 0, 99);
    return text;
}

ShardNumber shard_number(const std::string& text) {
    constexpr uint64_t kMost = 1000;
    const size_t slash = text.find('/');
    if (slash == std::string::npos) throw UsageError(fmt::format("--shard is I/N, as in 2/4, not {}", text));
    ShardNumber number;
    number.of = static_cast<unsigned>(whole("--shard I/N", text.substr(slash + 1), 1, kMost));
    number.index = static_cast<unsigned>(whole("--shard I/N", text.substr(0, slash), 1, number.of));
    return number;
}

void of_candidate(CLI::App& app, Options& s) {
    app.option_defaults()->group("What is judged");
    app.add_option("--candidate", s.candidate,
                   "the library, or the program with it inside, to judge [the library that this build made]")
        ->type_name("FILE");
    app.add_option("--stub", s.stub, "the stub library [the one that this build made]")->type_name("FILE");
    app.add_option("--rebuild", s.rebuild,
                   "first build the candidate by this command, a shell's; what it was before is kept beside it, "
                   "and the run compared with the last one")
        ->type_name("CMD");
    app.add_option(
           "--libtorch", s.libtorch,
           "build with another LibTorch, in a folder of its own: wheel:VERSION, installed with pip, or the path "
           "of an installed wheel, a virtual environment, a .whl or a .zip [the system's]")
        ->type_name("WHICH");
    app.add_option(
           "--claims", s.claims_file,
           "what the candidate's owner says that it can do and cannot, function by dtype by device: each claim is "
           "checked (reports/claims.schema.json, or an earlier run's --capabilities)")
        ->type_name("FILE");
    app.add_flag("--no-build", s.no_build, "take the build as it is");
    app.add_flag("--partial", s.partial,
                 "for a backend in the making: functions that it lacks are skipped; never exit 0");
    app.add_flag("--no-host", s.no_host,
                 "without the nine spl_* functions of a runtime, which workers export to candidates that need them");
}

void of_starting(CLI::App& app, Options& s) {
    app.option_defaults()->group("A program that needs more to start");
    app.add_option("--launcher", s.launcher,
                   "start the program through this command: env -i, qemu-x86_64, a wrapper; words as a shell has them")
        ->type_name("CMD");
    app.add_option("--args", s.args, "the program's own arguments; words as a shell has them")->type_name("ARGS");
    app.add_option("--env", s.env, "a variable of the program's environment; once for each")
        ->allow_extra_args(false)
        ->type_name("NAME=VALUE");
    app.add_flag("--wait-for-library{60}", s.wait_for_library,
                 "run the program's main until it has loaded the functions; =N for N seconds at most")
        ->disable_flag_override(false);
}

void of_own_tests(CLI::App& app, Options& s) {
    app.option_defaults()->group("A runtime's own tests");
    app.add_option("--spec", s.spec,
                   "also run the runtime's own test suite, a shell's command, and count what it calls")
        ->type_name("CMD");
    add_list(app, "--spec-claims", s.spec_claims,
             "what that suite must call: functions, a .txt file with some, or its specs, by their names and texts",
             "FUNCTION|FILE|DIR");
    app.add_option("--examples", s.examples,
                   "also run the candidate, a runtime, with each program of this folder as its last argument")
        ->type_name("DIR");
    app.add_option("--expected", s.expected, "what each prints, PROGRAM.txt, with marked places <name: pattern>")
        ->type_name("DIR")
        ->needs("--examples");
    app.add_flag("--bless", s.bless,
                 "write what the programs print as expected, what varies as marked places, to be reviewed, and end")
        ->needs("--expected");
}

void of_cases(CLI::App& app, Options& s) {
    app.option_defaults()->group("Which cases");
    add_list(app, "--step", s.steps, "only these steps, separated by commas", "STEP");
    add_list(app, "--suite", s.suites, "only these suites", "SUITE");
    add_list(app, "--filter", s.filters, "only cases whose id matches (* and ?), or of the function so named", "GLOB");
    app.add_flag("--quick", s.quick, "only the cases marked as quick");
    app.add_flag("--rerun-failed", s.rerun_failed, "only the cases that did not pass in the last run (see --out)");
    app.add_option("--contract", s.contract, "only the cases that were frozen with this version of the contract")
        ->type_name("VERSION")
        ->excludes("--step")
        ->excludes("--suite")
        ->excludes("--filter")
        ->excludes("--quick")
        ->excludes("--partial")
        ->excludes("--rerun-failed");
    app.add_option_function<std::string>(
           "--shard", [&](const std::string& text) { s.shard = shard_number(text); },
           "run this shard of a plan (ci/gate plan), or of the self-test's faults")
        ->type_name("I/N");
    app.add_option("--plan", s.plan, "the plan of the shards, which ci/gate plan wrote")
        ->type_name("FILE")
        ->needs("--shard");
    app.add_flag("--keep-going", s.keep_going, "run every step, also behind one that did not pass");
    app.add_flag("--audit", s.audit,
                 "run a random twentieth of the cases again, each in a process of its own and with another seed");
}

void of_running(CLI::App& app, Options& s) {
    app.option_defaults()->group("How they run");
    app.add_option_function<std::string>(
           "--device", [&](const std::string& text) { s.device = device("--device", text); },
           "where the suites' tensors live: cpu, cuda:N, or simulated: a CUDA device without a GPU, in each suite's "
           "process "
           "[cpu]")
        ->type_name("DEVICE");
    app.add_option_function<std::string>(
           "--jobs",
           [&](const std::string& text) { s.jobs = static_cast<unsigned>(whole("--jobs", text, 1, kMostJobs)); },
           "worker processes [as many as cores]")
        ->type_name("N");
    app.add_option_function<std::string>(
           "--timeout-scale", [&](const std::string& text) { s.timeout_scale = factor("--timeout-scale", text); },
           "multiplies every time limit [1]")
        ->type_name("X");
    app.add_option_function<std::string>(
           "--seed",
           [&](const std::string& text) { s.seed = whole("--seed", text, 0, std::numeric_limits<uint64_t>::max()); },
           "seed of everything that is drawn [1]")
        ->type_name("N");
}

void of_performance(CLI::App& app, Options& s) {
    app.option_defaults()->group("Performance");
    app.add_flag("--instructions", s.instructions,
                 "also count each function's instructions under callgrind, in the step performance");
    app.add_option("--baseline", s.baseline,
                   "also compare times with this earlier build's: a library, or a baseline's name (ci/perf baseline); "
                   "with --instructions the counts as well, or with a table of counts (.tsv) those alone")
        ->type_name("FILE|NAME");
}

void of_reports(CLI::App& app, Options& s) {
    app.option_defaults()->group("What is said");
    app.add_option("--waivers", s.waivers, "the waivers [ci/waivers.toml]")->type_name("FILE");
    app.add_option("--against-verdict", s.against, "compare with an earlier verdict.json")->type_name("FILE");
    app.add_option_function<std::string>(
           "--fail-on", [&](const std::string& which) { s.fail_on_new = which == "new"; },
           "any, or new: only what did not fail in the verdict of --against-verdict [any]")
        ->check(CLI::IsMember({"any", "new"}))
        ->type_name("WHICH")
        ->needs("--against-verdict");
    app.add_option("--out", s.out, "where the reports go [a folder of reports/runs, to which reports/latest is a link]")
        ->type_name("DIR");
    app.add_option("--capabilities", s.capabilities,
                   "also write what the candidate can do, function by dtype by device by promise, as the run saw it")
        ->type_name("FILE");
    app.add_option("--bundle", s.bundle, "also pack the run's evidence into this .tar.zst (ci/gate verify checks it)")
        ->type_name("FILE");
    app.add_option("--bundle-key", s.bundle_key, "sign the bundle with this key of ssh-keygen or minisign")
        ->type_name("FILE")
        ->needs("--bundle");
}

void of_questions(CLI::App& app, Options& s) {
    app.option_defaults()->group("Instead of a run");
    app.add_flag("--list{text}", s.list, "print steps, suites and the cases that filters take, and end; =json as JSON")
        ->disable_flag_override(false);
    app.add_option("--explain", s.explain, "print what a function promises and which cases check it, and end")
        ->type_name("FUNCTION");
    app.add_option("--debug", s.debug, "run one case under gdb: suite/case")->type_name("CASE");
    app.add_flag(
           "--self-test{first}", s.self_test,
           "try the suites on the planted faults; =full runs every case on every fault, =pairs plants two at a time")
        ->disable_flag_override(false);
}

void of_configuration(CLI::App& app, Options& s) {
    app.option_defaults()->group("Where options are");
    app.add_option("--config", s.config, "options that the command line does not give [the nearest gate.toml]")
        ->type_name("FILE");
    app.add_flag("--no-config", s.no_config, "take no gate.toml")->excludes("--config");
    app.add_option("--record-plan", s.record_plan, "record a suite's cases, and end")->group("");  // given by the build
    app.add_option("--root", s.root, "the project's folder")->group("");  // given by the script ci/gate
}

}  // namespace

void declare(CLI::App& app, Options& options) {
    app.option_defaults()->disable_flag_override();
    for (const auto group : {of_candidate, of_cases, of_running, of_performance, of_reports, of_starting, of_own_tests,
                             of_questions, of_configuration})
        group(app, options);
}

}  // namespace simple::gate
