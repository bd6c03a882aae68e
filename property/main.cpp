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
        return property::all_cases(backend, options);
    });
}
