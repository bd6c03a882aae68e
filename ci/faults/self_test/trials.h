// Cases of the gate's suites and steps, run with something planted.
#pragma once

#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "ci/engine/simulated_devices.h"
#include "ci/faults/self_test/planted.h"
#include "ci/faults/served_proxy.h"
#include "ci/run/supervisor.h"
#include "ci/steps/settings.h"
#include "ci/steps/suites.h"

namespace simple::gate {

// What is planted cannot show here.
struct NotHere : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// The cases that each suite has on the correct backend, asked for once.
class Plans {
  public:
    explicit Plans(const Settings& settings) : settings_(settings), devices_(simulated_devices(settings)) {}

    // Of the proxy with nothing planted. A library of its own is asked itself. Throws NotHere where it is one that only
    // devices show, std::runtime_error where there is none.
    const Plan& of(const Suite& suite, const Planted& planted);
    size_t cases() const;  // of all that were asked for

    // As in a run of the gate: what needs CUDA has devices that are simulated, where the candidate can have them.
    bool on_devices(const PlannedCase& c) const { return !c.needs.empty() && devices_.possible; }

  private:
    const Settings& settings_;
    const SimulatedDevices devices_;
    std::map<std::string, Plan> plans_;
    std::mutex mutex_;
};

// One thread's: the processes that it starts end with it.
class Trials {
  public:
    Trials(const Settings& settings, Plans& plans) : settings_(settings), plans_(plans) {}

    // Runs the cases in this order, up to the first that fails where `to_first`. Faults of the proxy are planted in
    // children of a process that has loaded it, LibTorch and the suite already, unless they are to have a process of
    // their own. Results tell what the cases called (ci/testkit/call_record.h) where that was so. Throws
    // std::runtime_error where they could not be run.
    std::vector<CaseResult> run(const Planted& planted, const Suite& suite, const std::vector<PlannedCase>& cases,
                                bool to_first, bool apart = false);

    // A step whose checks are the gate's own, or a suite that is to be timed: a gate of its own, on that alone.
    std::vector<CaseResult> run_step(const Planted& planted, const std::string& step);

  private:
    std::vector<CaseResult> run_part(const Planted& planted, const Suite& suite, const std::vector<PlannedCase>& cases,
                                     bool to_first, bool apart, bool on_devices);
    ServedProxy& served(const Planted& planted, const Suite& suite);

    const Settings& settings_;
    Plans& plans_;
    std::map<std::string, ServedProxy> served_;
};

// The settings of a run on the proxy, or on the fault's own library.
Settings on(const Settings& settings, const Planted& planted);

}  // namespace simple::gate
