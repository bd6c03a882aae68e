// Which candidates can have CUDA devices without a GPU (ci/simulated_cuda): those that use this build's LibTorch, one
// for CPUs, as a shared library. Under any other the simulation would bring a second LibTorch, or find none.
#pragma once

#include <string>
#include <vector>

#include "ci/steps/settings.h"

namespace simple::gate {

struct SimulatedDevices {
    bool possible = false;  // where the library is not built the run says what is missing
    std::string reason;     // why they are not, one clause
    bool expected = false;  // of this build's own library: that they are not possible is a fault of the gate's
};

SimulatedDevices simulated_devices(const Settings& settings);

// The library that simulates them, built or not.
std::string simulated_cuda(const Settings& settings);

// A suite's command, whose process finds the devices.
std::vector<std::string> with_simulated_cuda(std::vector<std::string> argv, const Settings& settings);

}  // namespace simple::gate
