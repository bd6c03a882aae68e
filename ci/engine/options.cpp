#include "ci/engine/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <sstream>

#include "ci/engine/nearest.h"

namespace simple::gate {
namespace {

std::vector<std::string> option_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const auto* option : app.get_options())
        for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    return names;
}

// A script whose variable is unset must not judge something else than it meant.
void demand_values(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const bool assigned_nothing = word.rfind("--", 0) == 0 && word.find('=') == word.size() - 1;
        if (!word.empty() && !assigned_nothing) continue;
        const std::string option = assigned_nothing ? word.substr(0, word.size() - 1) : argv[i - 1];
        throw UsageError(option.rfind("--", 0) == 0 ? option + " is given an empty value; is a variable unset?"
                                                    : "an argument is empty; is a variable unset?");
    }
}

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

std::string quoted(const std::string& word) {
    return word.find_first_of(" *?'\"$(") == std::string::npos ? word : "'" + word + "'";
}

}  // namespace

std::optional<Options> parse_command_line(int argc, char** argv) {
    Options s;
    bool no_build = false;
    demand_values(argc, argv);
    CLI::App app(
        "Says whether a library or a program with the rt_torch_* functions may ship. Exit: 0 pass, 1 the candidate "
        "falls\n"
        "short, 2 the gate could not do its work, 3 performance inconclusive, 64 bad usage.",
        "ci/gate");
    app.add_option("--candidate", s.candidate,
                   "the library, or the program with it inside, to judge [the library that this build made]")
        ->type_name("FILE");
    app.add_option("--stub", s.stub, "the stub library [the one that this build made]")->type_name("FILE");
    add_list(app, "--step", s.steps, "only these steps, separated by commas", "STEP");
    add_list(app, "--suite", s.suites, "only these suites", "SUITE");
    add_list(app, "--filter", s.filters, "only cases whose id matches (* and ?), or of the function so named", "GLOB");
    app.add_flag("--quick", s.quick, "only the cases marked as quick");
    app.add_flag("--keep-going", s.keep_going, "run every step, also behind one that did not pass");
    app.add_flag("--instructions", s.instructions,
                 "also count each function's instructions under callgrind, in the step performance");
    app.add_option("--baseline", s.baseline,
                   "also compare times with this earlier build's: a library, or a baseline's name (ci/perf baseline); "
                   "with --instructions the counts as well, or with a table of counts (.tsv) those alone")
        ->type_name("FILE|NAME");
    app.add_flag("--partial", s.partial,
                 "for a backend in the making: functions that it lacks are skipped; never exit 0");
    app.add_flag("--rerun-failed", s.rerun_failed, "only the cases that did not pass in the last run (see --out)");
    app.add_option("--against-verdict", s.against, "compare with an earlier verdict.json")->type_name("FILE");
    app.add_option("--contract", s.contract, "only the cases that were frozen with this version of the contract")
        ->type_name("VERSION")
        ->excludes("--step")
        ->excludes("--suite")
        ->excludes("--filter")
        ->excludes("--quick")
        ->excludes("--partial")
        ->excludes("--rerun-failed");
    app.add_option("--debug", s.debug, "run one case under gdb: suite/case")->type_name("CASE");
    app.add_flag("--self-test{first}", s.self_test,
                 "try the suites on the planted faults; =full runs every case on every fault");
    app.add_option("--jobs", s.jobs, "worker processes [as many as cores]")->check(CLI::Range(1, 1024))->type_name("N");
    app.add_option("--timeout-scale", s.timeout_scale, "multiplies every time limit [1]")
        ->check(CLI::Range(0.01, 1000.0))
        ->type_name("X");
    app.add_option("--seed", s.seed, "seed of everything that is drawn [1]")->type_name("N");
    app.add_option("--device", s.device, "where the suites' tensors live: cpu or cuda:N [cpu]")
        ->check([](const std::string& device) {
            const bool cuda = device.rfind("cuda:", 0) == 0 && device.size() > 5 && device.size() < 9 &&
                              device.find_first_not_of("0123456789", 5) == std::string::npos;
            return device == "cpu" || cuda ? "" : "it is cpu or cuda:N, not " + device;
        })
        ->type_name("DEVICE");
    app.add_option("--waivers", s.waivers, "the waivers [ci/waivers.toml]")->type_name("FILE");
    app.add_option("--out", s.out, "where the reports go [reports/latest]")->type_name("DIR");
    app.add_flag("--list", s.list, "print steps, suites and cases, and end");
    app.add_option("--explain", s.explain, "print what a function promises and which cases check it, and end")
        ->type_name("FUNCTION");
    app.add_flag("--no-build", no_build, "take the build as it is");
    app.add_option("--root", s.root, "the project's folder")->group("");  // given by the script ci/gate
    app.allow_extras();
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& e) {
        app.exit(e);
        return std::nullopt;
    } catch (const CLI::ParseError& e) {
        throw UsageError(std::string(e.what()) + " (--help lists all options)");
    }
    if (const auto extras = app.remaining(); !extras.empty()) {
        const std::string option = extras.front().substr(0, extras.front().find('='));
        throw UsageError(fmt::format("unknown {} {}; did you mean {}? --help lists all options",
                                     option.rfind('-', 0) == 0 ? "option" : "argument", option,
                                     nearest(option, option_names(app))));
    }
    if (s.self_test && s.self_test != "first" && s.self_test != "full")
        throw UsageError(fmt::format("--self-test takes nothing or full, not {}", *s.self_test));
    s.command = "ci/gate";
    for (int i = argc > 2 && std::string(argv[1]) == "--root" ? 3 : 1; i < argc; ++i)
        s.command += " " + quoted(argv[i]);
    return s;
}

}  // namespace simple::gate
