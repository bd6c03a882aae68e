#include "ci/engine/suites.h"

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
        {"library", "the library: symbols, dependencies, loading"},
        {"stub", "stub mode: agrees with the candidate where no values count"},
        {"dynamic", "the dyncall forms through rt_dlopen and rt_dlsym"},
        {"linked", "a runtime rebuilt with the library"},
        {"examples", "the example programs"},
        {"suite", "golden and property suites in full"},
        {"performance", "latency against direct LibTorch calls and a baseline"},
    };
    return all;
}

// A step without a built suite, and without checks of the gate's own, is reported as not built.
const std::vector<Suite>& suites() {
    static const std::vector<Suite> all{
        {"differential", "differential_suite", "stub", Library::candidate, Library::stub, 30, {}},
        {"dynamic", "dynamic_suite", "dynamic", Library::dyncall, Library::none, 10, {}},
        {"linked", "linked_suite", "linked", Library::candidate, Library::none, 10, {}},
        {"examples", "examples_suite", "examples", Library::candidate, Library::none, 60, {}},
        {"golden", "golden_suite", "suite", Library::candidate, Library::none, 10, {}},
        {"property", "property_suite", "suite", Library::candidate, Library::reference, 30, {}},
        {"performance", "performance_suite", "performance", Library::candidate, Library::none, 60, {}},
    };
    return all;
}

const Step* find_step(const std::string& name) { return find(steps(), name); }

const Suite* find_suite(const std::string& name) { return find(suites(), name); }

}  // namespace simple::gate
