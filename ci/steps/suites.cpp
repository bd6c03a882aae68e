#include "ci/steps/suites.h"

namespace simple::gate {
namespace {

template <typename Row>
const Row* find(const std::vector<Row>& rows, const std::string& name) {
    for (const auto& row : rows)
        if (row.name == name) return &row;
    return nullptr;
}

}  // namespace

const std::vector<Step>& steps() {
    static const std::vector<Step> all{
        {"library", "the library: symbols, dependencies, loading", {}},
        {"stub", "stub mode: agrees with the candidate where no values count", {}},
        {"dynamic", "the dyncall forms through rt_dlopen and rt_dlsym", {}},
        {"linked", "a runtime rebuilt with the library", {"nm", "readelf"}},
        {"examples", "the example programs", {}},
        {"suite", "golden and property suites in full", {}},
        {"performance", "latency beside LibTorch's own calls, and against a baseline", {}},
    };
    return all;
}

// A step without a built suite, and without checks of the gate's own, is reported as not built, which is no pass.
const std::vector<Suite>& suites() {
    // Recorded on Debian 12 with LibTorch 1.13.1, two workers; the step's notes show the numbers of a run.
    static const std::vector<Suite> all{
        {"differential",
         "differential_suite",
         "stubs/differential",
         "stub",
         Library::candidate,
         Library::stub,
         30,
         40,
         false,
         {}},
        {"dynamic",
         "dynamic_suite",
         "ci/host/dynamic_suite.cpp",
         "dynamic",
         Library::dyncall,
         Library::none,
         10,
         20,
         false,
         {}},
        {"linked",
         "linked_suite",
         "ci/host/linked_suite.cpp",
         "linked",
         Library::candidate,
         Library::none,
         10,
         3,
         false,
         {}},
        {"golden-preloaded", "golden_host", "golden", "linked", Library::preloaded, Library::none, 5, 1000, true, {}},
        {"golden-archive",
         "golden_host.static",
         "golden",
         "linked",
         Library::archive,
         Library::none,
         5,
         1000,
         true,
         {}},
        {"examples",
         "examples_suite",
         "golden/examples",
         "examples",
         Library::candidate,
         Library::none,
         60,
         4,
         false,
         {15, 75, 105, 10, 6}},
        {"golden",
         "golden_suite",
         "golden",
         "suite",
         Library::candidate,
         Library::none,
         10,
         400,
         false,
         {10020, 24, 46}},
        {"property",
         "property_suite",
         "property",
         "suite",
         Library::candidate,
         Library::reference,
         30,
         100,
         false,
         {3854, 110, 220}},
    };
    return all;
}

const Step* find_step(const std::string& name) { return find(steps(), name); }

const Suite* find_suite(const std::string& name) { return find(suites(), name); }

}  // namespace simple::gate
