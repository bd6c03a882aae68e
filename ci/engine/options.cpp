#include "ci/engine/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <thread>

#include "ci/host/host_library.h"
#include "ci/steps/elf_file.h"
#include "ci/steps/suites.h"
#include "impl/abi/function_table.h"
#include "reports/frozen.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

constexpr int kUsage = 64;

size_t edit_distance(const std::string& a, const std::string& b) {
    std::vector<size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (size_t i = 1; i <= a.size(); ++i) {
        size_t diagonal = row[0]++;
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t substituted = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
        }
    }
    return row.back();
}

std::string nearest(const std::string& word, const std::vector<std::string>& known) {
    return *std::min_element(known.begin(), known.end(), [&](const auto& a, const auto& b) {
        return edit_distance(word, a) < edit_distance(word, b);
    });
}

std::vector<std::string> option_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const auto* option : app.get_options())
        for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    return names;
}

int complain(const std::string& sentence) {
    std::cerr << "ci/gate: " << sentence << "\n";
    return kUsage;
}

// An unknown word of a list, with the nearest known one; "" when all are known.
template <typename Rows>
std::string unknown_word(const char* what, const std::vector<std::string>& words, const Rows& rows) {
    std::vector<std::string> known;
    for (const auto& row : rows) known.emplace_back(row.name);
    for (const auto& word : words)
        if (std::find(known.begin(), known.end(), word) == known.end())
            return fmt::format("no {} is named {}; did you mean {}? There are: {}", what, word, nearest(word, known),
                               fmt::join(known, ", "));
    return "";
}

std::string quoted(const std::string& word) {
    return word.find_first_of(" *?'\"$(") == std::string::npos ? word : "'" + word + "'";
}

// What is no readable ELF file is told as a library that cannot be read.
bool is_program(const std::string& path) {
    try {
        return read_elf(path).program;
    } catch (const std::exception&) {
        return false;
    }
}

// The build's own folders are found from where this program lies: bin/simple-gate.
void resolve_paths(Settings& settings, const fs::path& root) {
    const fs::path bin = fs::read_symlink("/proc/self/exe").parent_path();
    const fs::path lib = bin.parent_path() / "lib";
    settings.bin = bin;
    const fs::path own = lib / "libsimple_torch_ffi.so";
    std::error_code ignored;
    settings.own_build = settings.candidate.empty() || fs::equivalent(settings.candidate, own, ignored);
    if (settings.candidate.empty()) settings.candidate = fs::proximate(own);
    settings.program = is_program(settings.candidate);
    if (settings.stub.empty()) settings.stub = fs::proximate(lib / "libsimple_torch_stub.so");
    settings.reference = fs::proximate(lib / "libsimple_torch_reference.so");
    if (settings.waivers.empty() && fs::exists(root / "ci/waivers.toml"))
        settings.waivers = fs::proximate(root / "ci/waivers.toml");
    settings.contracts = fs::proximate(root / "golden/mustpass");
    settings.counts = fs::proximate(root / "bench/instructions");
    if (settings.out.empty())
        settings.out = fs::proximate(root / (settings.self_test.empty() ? "reports/latest" : "reports/self-test"));
    if (settings.jobs == 0) settings.jobs = std::max(1u, std::thread::hardware_concurrency());
}

}  // namespace

Parsed parse_command_line(int argc, char** argv) {
    Parsed parsed;
    Settings& s = parsed.settings;
    bool no_build = false;
    std::string root = ".";
    CLI::App app(
        "Says whether a library or a program with the rt_torch_* functions may ship. Exit: 0 pass, 1 the candidate "
        "falls\n"
        "short, 2 the gate could not do its work, 3 performance inconclusive, 64 bad usage.",
        "ci/gate");
    app.add_option("--candidate", s.candidate,
                   "the library, or the program with it inside, to judge [the library that this build made]")
        ->type_name("FILE");
    app.add_option("--stub", s.stub, "the stub library [the one that this build made]")->type_name("FILE");
    app.add_option("--step", s.steps, "only these steps, separated by commas")->delimiter(',')->type_name("STEP");
    app.add_option("--suite", s.suites, "only these suites")->delimiter(',')->type_name("SUITE");
    app.add_option("--filter", s.filters, "only cases whose id matches (* and ?), or of the function so named")
        ->delimiter(',')
        ->type_name("GLOB");
    app.add_flag("--quick", s.quick, "only the cases marked as quick");
    app.add_flag("--keep-going", s.keep_going, "run every step, also behind one that did not pass");
    app.add_flag("--instructions", s.instructions,
                 "also count each function's instructions under callgrind, in the step performance");
    app.add_option("--baseline", s.baseline,
                   "compare the counts with this library's, or this table's (.tsv) [those committed]")
        ->type_name("FILE")
        ->needs("--instructions");
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
    app.add_flag("--audit", s.audit,
                 "run a random twentieth of the cases again, each in a process of its own and with another seed");
    app.add_flag("--no-host", s.no_host,
                 "without the nine spl_* functions of a runtime, which workers export to candidates that need them");
    app.add_option("--waivers", s.waivers, "the waivers [ci/waivers.toml]")->type_name("FILE");
    app.add_option("--out", s.out, "where the reports go [reports/latest]")->type_name("DIR");
    app.add_flag("--list", s.list, "print steps, suites and cases, and end");
    app.add_option("--explain", s.explain, "print what a function promises and which cases check it, and end")
        ->type_name("FUNCTION");
    app.add_flag("--no-build", no_build, "take the build as it is");
    app.add_option("--root", root, "the project's folder")->group("");  // given by the script ci/gate
    app.allow_extras();
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& e) {
        parsed.exit_code = app.exit(e);
        return parsed;
    } catch (const CLI::ParseError& e) {
        parsed.exit_code = complain(std::string(e.what()) + " (--help lists all options)");
        return parsed;
    }
    if (const auto extras = app.remaining(); !extras.empty()) {
        const std::string option = extras.front().substr(0, extras.front().find('='));
        parsed.exit_code = complain(fmt::format("unknown {} {}; did you mean {}? --help lists all options",
                                                option.rfind('-', 0) == 0 ? "option" : "argument", option,
                                                nearest(option, option_names(app))));
        return parsed;
    }
    for (const auto& sentence : {unknown_word("step", s.steps, steps()), unknown_word("suite", s.suites, suites())})
        if (!sentence.empty()) {
            parsed.exit_code = complain(sentence);
            return parsed;
        }
    if (!s.self_test.empty() && s.self_test != "first" && s.self_test != "full") {
        parsed.exit_code = complain(fmt::format("--self-test takes nothing or full, not {}", s.self_test));
        return parsed;
    }
    if (!s.explain.empty() && !find_function(s.explain)) {
        std::vector<std::string> names;
        for (size_t i = 0; i < kFunctionCount; ++i) names.emplace_back(functions()[i].name);
        parsed.exit_code =
            complain(fmt::format("no function is named {}; did you mean {}?", s.explain, nearest(s.explain, names)));
        return parsed;
    }
    s.command = "ci/gate";
    for (int i = argc > 2 && std::string(argv[1]) == "--root" ? 3 : 1; i < argc; ++i)
        s.command += " " + quoted(argv[i]);
    resolve_paths(s, root);
    if (s.no_host) setenv(kNoHost, "1", 1);  // for the workers
    if (s.instructions && s.program)
        parsed.exit_code = complain("--instructions counts in a library, and " + s.candidate + " is a program");
    if (!s.contract.empty()) {
        const auto versions = contract_versions(s.contracts);
        if (std::find(versions.begin(), versions.end(), s.contract) == versions.end())
            parsed.exit_code = complain(fmt::format("no cases are frozen with contract {}; there are: {}", s.contract,
                                                    fmt::join(versions, ", ")));
        s.steps = {"library", "suite"};
    }
    return parsed;
}

}  // namespace simple::gate
