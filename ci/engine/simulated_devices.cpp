#include "ci/engine/simulated_devices.h"

#include <fmt/format.h>

#include <exception>
#include <filesystem>

#include "ci/steps/dependencies.h"
#include "impl/abi/library_path.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

#ifdef SIMPLE_SIMULATED_CUDA
constexpr bool kSimulates = true;
#else
constexpr bool kSimulates = false;
#endif

// The folder of the LibTorch that a library or program needs, however far beneath; "" for none.
std::string libtorch_of(const std::string& path) {
    try {
        const auto all = all_dependencies_of(path);
        for (const char* name : {"libtorch_cpu.so", "libtorch.so"})
            if (const auto found = all.find(name); found != all.end())
                return fs::canonical(found->second).parent_path().string();
    } catch (const std::exception&) {  // the step library tells what it is
    }
    return "";
}

}  // namespace

std::string simulated_cuda(const Settings& settings) {
    return (fs::path(settings.bin).parent_path() / "lib/libsimulated_cuda.so").string();
}

SimulatedDevices simulated_devices(const Settings& settings) {
    if (!kSimulates) return {false, "this build simulates no CUDA devices, which takes a LibTorch for CPUs"};
    const std::string simulated = simulated_cuda(settings);
    const std::string candidates = libtorch_of(settings.candidate);
    if (candidates.empty())
        return {false, "CUDA devices are simulated beneath LibTorch, and the candidate needs no shared one"};
    // Where it should be and is not, the run says what is missing.
    const std::string own = fs::exists(simulated) ? libtorch_of(simulated) : candidates;
    if (candidates != own)
        return {false, fmt::format("CUDA devices are simulated beneath this build's LibTorch, in {}, and the "
                                   "candidate's is in {}",
                                   own, candidates)};
    return {true, ""};
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
