#include "ci/engine/suite_program.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "ci/engine/gate.h"
#include "ci/engine/simulated_devices.h"
#include "ci/steps/library_step.h"
#include "ci/steps/time_scale.h"
#include "impl/abi/library_path.h"

namespace simple::gate {

namespace fs = std::filesystem;

std::string path_of(Library library, const Settings& settings) {
    const fs::path candidate = settings.candidate;
    switch (library) {
        case Library::none: return "";
        case Library::candidate: return candidate;
        case Library::dyncall: {
            const fs::path beside = candidate.parent_path() / (candidate.stem().string() + "_dyncall.so");
            return fs::exists(beside) ? beside : candidate;
        }
        case Library::stub: return settings.stub;
        case Library::reference: return settings.reference;
        case Library::preloaded:
        case Library::archive: return "";
    }
    return "";
}

std::string agent_of(const Suite& suite, const Settings& settings) {
    if (suite.backend == Library::preloaded) return settings.bin + "/golden_suite.agent.so";
    const std::string name = suite.name;
    if (name != "golden" && name != "property" && name != "differential") return "";
    return settings.bin + "/" + suite.program + ".agent.so";
}

std::vector<std::string> Gate::program_of(const Suite& suite, const Settings& settings, bool beside) {
    std::vector<std::string> argv{settings.bin + "/" + suite.program};
    if (settings.program)
        argv = in_program(agent_of(suite, settings), settings);
    else if (suite.backend == Library::preloaded)
        argv.insert(argv.begin(), "LD_PRELOAD=" + preloadable(settings.candidate));
    if (const std::string library = path_of(suite.backend, settings); !library.empty() && !settings.program)
        argv.insert(argv.end(), {"--backend", library});
    if (const std::string second = path_of(suite.second, settings); !second.empty())
        argv.insert(argv.end(), {"--second", second});
    argv.insert(argv.end(), {"--seed", std::to_string(settings.seed)});
    const bool simulated = settings.device == kSimulated;
    if (settings.device != "cpu") argv.insert(argv.end(), {"--device", simulated ? "cuda:0" : settings.device});
    if (simulated || beside) argv = with_simulated_cuda(std::move(argv), settings);
    argv.insert(argv.begin(), told_time_scale(settings));
    return argv;
}

Limits Gate::limits_of(const Suite& suite, const Settings& settings) {
    Limits limits;
    limits.jobs = settings.jobs;
    const double scale = time_scale(settings);
    limits.case_seconds = suite.case_seconds * scale;
    limits.case_cpu_seconds = std::max(limits.case_cpu_seconds, suite.case_seconds / 3) * scale;
    // What a launcher does to the program, an emulator's translating say, is no work of the candidate's.
    if (settings.has_launcher()) limits.case_cpu_seconds = limits.case_seconds;
    limits.start_seconds = (settings.launch ? settings.launch->seconds : limits.start_seconds) * scale;
    limits.end_seconds_once_hung *= scale;
    limits.batch = suite.batch;
    return limits;
}

bool Gate::is_built(const Suite& suite, const Settings& settings) {
    const std::string agent = settings.program ? agent_of(suite, settings) : "";
    if (settings.program && (agent.empty() || !fs::exists(agent))) return false;
    return access((settings.bin + "/" + suite.program).c_str(), X_OK) == 0 &&
           (suite.second == Library::none || fs::exists(path_of(suite.second, settings))) &&
           (suite.backend != Library::archive || settings.own_build);
}

}  // namespace simple::gate
