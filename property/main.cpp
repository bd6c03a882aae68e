// The property suite: laws, values against a second backend, gradients, lifecycles, threads, leaks.
#include "ci/testkit/first_calls.h"
#include "property/cases.h"

namespace {

constexpr int kDefaultExamples = 100;

}  // namespace

int main(int argc, char** argv) {
    using namespace simple;
    return suite_main("property", argc, argv, [](const Backend& found, const SuiteOptions& given) {
        static Backend backend = found;  // lives as long as the cases
        listen_to_first_calls(backend);
        SuiteOptions options = given;
        if (options.examples <= 0) options.examples = kDefaultExamples;
        // Values must not depend on how work is split, and one core is what the suite may use.
        if (backend.set_num_threads) backend.set_num_threads(1);
        std::vector<Case> cases;
        for (const auto make :
             // Defects early, before a function that keeps ending the process is given up.
             {property::quiet_cases, property::defect_cases, property::law_cases, property::gradient_cases,
              property::autograd_cases, property::unchanged_cases, property::leak_cases, property::value_cases,
              property::lifecycle_cases, property::thread_cases, property::grad_mode_cases, property::forged_cases,
              property::fork_cases, property::repeated_cases, property::fresh_cases, property::one_handle_cases,
              property::coverage_cases}) {
            auto part = make(backend, options);
            cases.insert(cases.end(), part.begin(), part.end());
        }
        return cases;
    });
}
