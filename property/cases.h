// The parts of the suite, each a list of cases.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "ci/testkit/suite.h"

namespace simple::property {

using Cases = std::vector<Case>;

// The body of a case that judges elements: on a backend without any the case is skipped, and does not vanish.
inline std::function<void()> with_values(bool available, std::function<void()> body) {
    if (available) return body;
    return [] { skip("values"); };
}

Cases all_cases(const Backend& backend, const SuiteOptions& options);

Cases law_cases(const Backend& backend, const SuiteOptions& options);         // law/<function>/<name>
Cases gradient_cases(const Backend& backend, const SuiteOptions& options);    // grad/<function>
Cases autograd_cases(const Backend& backend, const SuiteOptions& options);    // grad/<function>/<name>
Cases unchanged_cases(const Backend& backend, const SuiteOptions& options);   // unchanged/<function>/<outcome>
Cases leak_cases(const Backend& backend, const SuiteOptions& options);        // leak/<function>/<outcome>
Cases value_cases(const Backend& backend, const SuiteOptions& options);       // value/<function>, given --second
Cases device_cases(const Backend& backend, const SuiteOptions& options);      // devices/<function>/<what>
Cases lifecycle_cases(const Backend& backend, const SuiteOptions& options);   // lifecycle/<name>
Cases thread_cases(const Backend& backend, const SuiteOptions& options);      // threads/<name>
Cases grad_mode_cases(const Backend& backend, const SuiteOptions& options);   // threads/<function>/grad-mode
Cases forged_cases(const Backend& backend, const SuiteOptions& options);      // forged/<function>/<parameter>
Cases quiet_cases(const Backend& backend, const SuiteOptions& options);       // quiet/<function>
Cases fork_cases(const Backend& backend, const SuiteOptions& options);        // fork/<name>
Cases repeated_cases(const Backend& backend, const SuiteOptions& options);    // repeated/<function>
Cases fresh_cases(const Backend& backend, const SuiteOptions& options);       // fresh/<function>
Cases one_handle_cases(const Backend& backend, const SuiteOptions& options);  // one-handle/<function>
Cases defect_cases(const Backend& backend, const SuiteOptions& options);      // defect/<number>/<function>
Cases relation_cases(const Backend& backend, const SuiteOptions& options);    // relation/<function>/<name>
Cases no_grad_cases(const Backend& backend, const SuiteOptions& options);     // relation/<function>/within-no-grad-…
Cases graph_cases(const Backend& backend, const SuiteOptions& options);       // graph/<what is compared>
Cases coverage_cases(const Backend& backend, const SuiteOptions& options);    // coverage/<share>

}  // namespace simple::property
