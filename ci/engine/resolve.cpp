#include "ci/engine/resolve.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <thread>

#include "ci/engine/launch.h"
#include "ci/engine/nearest.h"
#include "ci/engine/simulated_devices.h"
#include "ci/steps/baseline_step.h"
#include "ci/steps/elf_file.h"
#include "ci/steps/spec_step.h"
#include "ci/steps/suites.h"
#include "impl/abi/function_table.h"
#include "reports/frozen.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

template <typename Rows>
void demand_known(const char* what, const std::vector<std::string>& words, const Rows& rows) {
    std::vector<std::string> known;
    for (const auto& row : rows) known.emplace_back(row.name);
    for (const auto& word : words)
        if (std::find(known.begin(), known.end(), word) == known.end())
            throw UsageError(fmt::format("no {} is named {}; did you mean {}? There are: {}", what, word,
                                         nearest(word, known), fmt::join(known, ", ")));
}

// --step and --suite together take what both name; a suite that the steps leave out would not be missed.
void demand_step_of_each_suite(const Options& options) {
    for (const auto& suite : options.suites) {
        const std::string step = find_suite(suite)->step;
        if (!options.steps.empty() &&
            std::find(options.steps.begin(), options.steps.end(), step) == options.steps.end())
            throw UsageError(fmt::format("--suite {} is in the step {}, which --step {} leaves out", suite, step,
                                         fmt::join(options.steps, ",")));
    }
}

void demand_function(const std::string& name) {
    if (find_function(name)) return;
    std::vector<std::string> names;
    for (size_t i = 0; i < kFunctionCount; ++i) names.emplace_back(functions()[i].name);
    throw UsageError(fmt::format("no function is named {}; did you mean {}?", name, nearest(name, names)));
}

void demand_contract(const std::string& version, const std::string& folder) {
    const auto versions = contract_versions(folder);
    if (std::find(versions.begin(), versions.end(), version) == versions.end())
        throw UsageError(
            fmt::format("no cases are frozen with contract {}; there are: {}", version, fmt::join(versions, ", ")));
}

// What is no readable ELF file is told as a library that cannot be read.
bool is_program(const std::string& path) {
    try {
        return read_elf(path).program;
    } catch (const std::exception&) {
        return false;
    }
}

// Each run has a folder of its own, so that two of them do not meet.
std::string run_folder(const fs::path& root) {
    return fs::proximate(root / "reports/runs" /
                         fmt::format("{:%Y%m%dT%H%M%SZ}-{}", fmt::gmtime(std::time(nullptr)), getpid()));
}

// A file as it is; else the library that ci/perf keeps under that name.
std::string found_baseline(const std::string& baseline, const fs::path& root) {
    if (fs::is_regular_file(baseline)) return baseline;
    const char* store = std::getenv("SIMPLE_PERF_STORE");
    const fs::path kept = (store ? fs::path(store) : root / "reports/baselines") / baseline / "library.so";
    if (fs::is_regular_file(kept)) return fs::proximate(kept);
    throw UsageError(baseline + " is no file and no kept baseline (ci/perf baseline list)");
}

void demand_simulated_cuda(const Settings& settings) {
    if (!fs::is_regular_file(settings.candidate)) return;  // the step library tells what it is
    const SimulatedDevices devices = simulated_devices(settings);
    if (!devices.possible) throw UsageError("--device simulated: " + devices.reason);
    if (!fs::exists(simulated_cuda(settings)))
        throw UsageError(fmt::format("--device simulated: {} is not built", simulated_cuda(settings)));
}

std::vector<Claim> claims_of(const Settings& settings) {
    const bool left_out =
        !settings.steps.empty() && std::count(settings.steps.begin(), settings.steps.end(), "suite") == 0;
    const bool of_another = !settings.suites.empty() &&
                            std::none_of(settings.suites.begin(), settings.suites.end(), [](const std::string& name) {
                                return find_suite(name)->step == std::string("suite");
                            });
    if (left_out || of_another)
        throw UsageError("--claims are checked in the step suite, which --step or --suite leaves out");
    if (settings.rerun_failed)
        throw UsageError("--claims are of all cases, and --rerun-failed runs some: run the gate whole");
    try {
        return read_claims(*settings.claims_file);
    } catch (const std::exception& e) {
        throw UsageError(std::string("--claims: ") + e.what());
    }
}

}  // namespace

Settings resolve(const Options& options) {
    Settings settings;
    static_cast<Choices&>(settings) = options;
    demand_known("step", options.steps, steps());
    demand_known("suite", options.suites, suites());
    demand_step_of_each_suite(options);
    if (options.record_plan) demand_known("suite", {*options.record_plan}, suites());
    if (options.explain) demand_function(*options.explain);

    const fs::path root = options.root;
    // The build's own folders are found from where this program lies: bin/simple-gate.
    const fs::path bin = fs::read_symlink("/proc/self/exe").parent_path();
    const fs::path lib = bin.parent_path() / "lib";
    const fs::path own = lib / "libsimple_torch_ffi.so";
    std::error_code ignored;
    settings.bin = bin;
    settings.candidate = options.candidate.value_or(fs::proximate(own));
    settings.own_build = !options.candidate || fs::equivalent(settings.candidate, own, ignored);
    settings.program = is_program(settings.candidate);
    settings.launch = launch_of(options, settings.candidate, settings.program);
    settings.program = settings.program || settings.launch;
    settings.stub = options.stub.value_or(fs::proximate(lib / "libsimple_torch_stub.so"));
    settings.reference = fs::proximate(lib / "libsimple_torch_reference.so");
    settings.contracts = fs::proximate(root / "golden/mustpass");
    settings.counts = fs::proximate(root / "bench/instructions");
    settings.waivers = options.waivers;
    // A repository with a gate.toml has its waivers and reports beside it.
    const auto repository =
        options.config_file ? std::optional<fs::path>(fs::path(options.config_file->path).parent_path()) : std::nullopt;
    if (repository && !settings.waivers) {
        if (fs::exists(*repository / "waivers.toml")) settings.waivers = fs::proximate(*repository / "waivers.toml");
    } else if (!settings.waivers && fs::exists(root / "ci/waivers.toml"))
        settings.waivers = fs::proximate(root / "ci/waivers.toml");
    if (options.out || options.self_test) {
        const std::string folder =
            options.shard ? fmt::format("shards/self-test-{}-of-{}", options.shard->index, options.shard->of)
                          : "self-test";
        settings.out = options.out.value_or(fs::proximate(root / "reports" / folder));
    } else {
        settings.out = run_folder(repository.value_or(root));
        settings.latest =
            fs::proximate(repository.value_or(root) / "reports") / "latest";  // the link, not what it points to
    }
    settings.jobs = options.jobs.value_or(std::max(1u, std::thread::hardware_concurrency()));

    if (settings.device == kSimulated) demand_simulated_cuda(settings);
    if (settings.baseline) settings.baseline = found_baseline(*settings.baseline, root);
    if (compares_times(settings) && !read_elf(*settings.baseline).shared)
        throw UsageError(*settings.baseline + " is no shared library to compare with");
    if (compares_times(settings) && settings.program)
        throw UsageError("--baseline compares libraries, and " + settings.candidate + " is a program");
    if (settings.baseline && !compares_times(settings) && !settings.instructions)
        throw UsageError("a table of counts is compared with --instructions");
    if (settings.instructions && settings.program)
        throw UsageError("--instructions counts in a library, and " + settings.candidate + " is a program");
    if (!settings.spec_claims.empty() && !settings.spec)
        throw UsageError("--spec-claims says what the suite of --spec tests, which is not given");
    if (settings.spec) {
        const bool runs =
            settings.suites.empty() &&
            (settings.steps.empty() || std::count(settings.steps.begin(), settings.steps.end(), "suite") > 0);
        if (!runs) throw UsageError("--spec runs in the step suite, which --step or --suite leaves out");
        try {
            claimed_functions(settings.spec_claims);
        } catch (const std::exception& e) {
            throw UsageError(std::string("--spec-claims: ") + e.what());
        }
    }
    if (settings.examples) {
        if (!settings.expected) throw UsageError("--examples needs --expected, where what they print is");
        if (!settings.program) throw UsageError("--examples are for a runtime, and " + settings.candidate + " is none");
        if (!fs::is_directory(*settings.examples))
            throw UsageError("--examples: no folder is at " + *settings.examples);
        if (!settings.suites.empty() ||
            (!settings.steps.empty() && std::count(settings.steps.begin(), settings.steps.end(), "suite") == 0))
            throw UsageError("--examples run in the step suite, which --step or --suite leaves out");
    }
    if (settings.claims_file) settings.claims = claims_of(settings);
    if (settings.contract) {
        demand_contract(*settings.contract, settings.contracts);
        settings.steps = {"library", "suite"};
    }
    return settings;
}

}  // namespace simple::gate
