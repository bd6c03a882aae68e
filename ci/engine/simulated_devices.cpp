#include "ci/engine/simulated_devices.h"

#include <fmt/format.h>

#include <exception>
#include <filesystem>

#include "ci/steps/dependencies.h"
#include "ci/steps/time_scale.h"
#include "impl/abi/library_path.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

#ifdef SIMPLE_SIMULATED_CUDA
constexpr bool kSimulates = true;
#else
constexpr bool kSimulates = false;
#endif

// The LibTorch that a library or program needs, however far beneath: its file, whose name may end with a version; ""
// for none.
std::string libtorch_of(const std::string& path, const Settings& settings) {
    constexpr const char* kName = "libtorch_cpu.so";
    try {
        for (const auto& [name, file] : all_dependencies_of(path, time_scale(settings)))
            if (name.rfind(kName, 0) == 0) return fs::canonical(file).string();
    } catch (const std::exception&) {  // the step library tells what it is
    }
    return "";
}

}  // namespace

std::string simulated_cuda(const Settings& settings) {
    return (fs::path(settings.bin).parent_path() / "lib/libsimulated_cuda.so").string();
}

SimulatedDevices simulated_devices(const Settings& settings) {
    SimulatedDevices devices;
    devices.expected = kSimulates && settings.own_build;
    const std::string simulated = simulated_cuda(settings);
    const bool built = fs::exists(simulated);
    const std::string candidates = libtorch_of(settings.candidate, settings),
                      own = built ? libtorch_of(simulated, settings) : candidates;
    if (!kSimulates)
        devices.reason = "this build simulates no CUDA devices, which takes a LibTorch for CPUs";
    else if (candidates.empty() && !(built && own.empty()))
        devices.reason = "CUDA devices are simulated beneath LibTorch, and the candidate needs no shared one";
    else if (candidates != own)
        devices.reason =
            fmt::format("CUDA devices are simulated beneath this build's LibTorch, {}, and the candidate needs {}", own,
                        candidates);
    devices.possible = devices.reason.empty();
    return devices;
}

// Loaded before what else is preloaded, which may ask LibTorch for CUDA at once.
std::vector<std::string> with_simulated_cuda(std::vector<std::string> argv, const Settings& settings) {
    const std::string variable = "LD_PRELOAD=", library = preloadable(simulated_cuda(settings));
    if (argv.front().rfind(variable, 0) == 0)
        argv.front().insert(variable.size(), library + ":");
    else
        argv.insert(argv.begin(), variable + library);
    return argv;
}

}  // namespace simple::gate
