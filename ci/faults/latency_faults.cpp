// Planted slowdowns that a library can have; those of a runtime's calls are hosts (ci/host/slow_call.c), which the
// engine's tests plant. Most are libraries of their own: a proxy takes its own time. Each is work, not a wait for a
// clock, so that it is as large on a slow machine. What counts is that a time is judged too long: cases under latency/
// and of step performance.
#include "ci/faults/planting.h"
#include "ci/faults/sort_numbers.h"

namespace simple {

using namespace planted;

namespace {

// Enough for twice a suite's time, and no case reaches its time limit.
void sort_for_2_ms() { sort_numbers(40000); }

}  // namespace

const std::vector<PlantedFault>& latency_faults() {
    static const std::vector<PlantedFault> faults{
        {"available.loads_slowly", Fn::available, "the library sorts numbers while it is loaded", Kind::latency, "",
         "library", nothing, "", false, "libfault_slow_load.so"},
        {"stub.add.searches", Fn::add, "the stub finds a tensor by searching all that live", Kind::latency, "", "stub",
         nothing, "", false, "libfault_slow_stub.so", true},
        {"view.form_allocates", Fn::view, "a dyncall form makes its array of dims on the heap", Kind::latency, "",
         "dynamic", nothing, "", false, "libfault_slow_form_allocation.so"},
        {"view.form_copies", Fn::view, "a dyncall form copies the tensor first", Kind::latency, "", "dynamic", nothing,
         "", false, "libfault_slow_form_copy.so"},
        {"from_data.slow", Fn::from_data, "from_data sorts numbers first", Kind::latency, "", "golden",
         before<&Backend::from_data, sort_for_2_ms>},
        {"add.slow", Fn::add, "add takes a quarter more than LibTorch's", Kind::latency, "", "performance", nothing, "",
         false, "slow_add_wait.so"},
    };
    return faults;
}

}  // namespace simple
