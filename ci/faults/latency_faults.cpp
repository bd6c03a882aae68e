// Planted slowdowns, one a latency gate that a library can break; the engine's tests plant the one of the hosts
// (host.slow). Most are libraries of their own: a proxy takes its own time. What counts is that a time is judged too
// long: cases under latency/ and of step performance.
#include <time.h>

#include "ci/faults/planting.h"

namespace simple {

using namespace planted;

namespace {

int64_t now_ns() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * int64_t{1000000000} + time.tv_nsec;
}

void wait_10_ms() {
    for (const int64_t end = now_ns() + 10000000; now_ns() < end;) {
    }
}

}  // namespace

const std::vector<PlantedFault>& latency_faults() {
    static const std::vector<PlantedFault> faults{
        {"available.loads_slowly", Fn::available, "the library takes 100 ms to load", Kind::latency, "", "library",
         nothing, "", false, "bad_candidate_slow.so"},
        {"stub.add.slow", Fn::add, "the stub's add and free take 1000 ns more", Kind::latency, "", "stub", nothing, "",
         false, "bad_candidate_slow.so", true},
        {"view.slow_form", Fn::view, "a dyncall form takes 1000 ns longer than its core function", Kind::latency, "",
         "dynamic", nothing, "", false, "bad_candidate_slow.so"},
        {"from_data.slow", Fn::from_data, "from_data takes 10 ms more", Kind::latency, "", "golden",
         before<&Backend::from_data, wait_10_ms>},
        {"add.slow", Fn::add, "add takes 100 ns more than LibTorch's", Kind::latency, "", "performance", nothing, "",
         false, "slow_backend.so"},
    };
    return faults;
}

}  // namespace simple
