// The property suite: laws, values against a second backend, gradients, lifecycles, threads, leaks.
#include "property/cases.h"

namespace {

constexpr int kDefaultExamples = 100;

}  // namespace

int main(int argc, char** argv) {
    using namespace simple;
    return suite_main("property", argc, argv, [](const Backend& backend, const SuiteOptions& given) {
        SuiteOptions options = given;
        if (options.examples <= 0) options.examples = kDefaultExamples;
        std::vector<Case> cases;
        for (auto& part : {property::law_cases(backend, options), property::gradient_cases(backend, options),
                           property::autograd_cases(backend, options), property::coverage_cases(options)})
            cases.insert(cases.end(), part.begin(), part.end());
        return cases;
    });
}
