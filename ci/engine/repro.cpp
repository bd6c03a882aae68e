#include "ci/engine/repro.h"

#include <fmt/format.h>

#include <algorithm>

#include "ci/steps/baseline_step.h"
#include "ci/steps/instructions_step.h"
#include "ci/steps/spec_step.h"
#include "ci/steps/suites.h"
#include "ci/steps/user_examples.h"
#include "impl/abi/shell_quoted.h"

namespace simple::gate {

std::string repro_of(const CaseResult& result, const Settings& settings) {
    std::string id = result.id;
    std::replace(id.begin(), id.end(), ',', '?');  // a comma separates filters
    std::string line = "ci/gate --no-build";
    if (settings.libtorch) line += " --libtorch " + shell_quoted(*settings.libtorch);
    if (settings.with_config) line += " --no-config";
    if (result.suite == "contract") return line + " --contract " + result.id;
    if (!settings.own_build) line += " --candidate " + shell_quoted(settings.candidate);
    if (settings.launch)
        for (const auto& option : settings.launch->options) line += " " + shell_quoted(option);
    if (settings.no_host) line += " --no-host";
    if (settings.seed != 1) line += fmt::format(" --seed {}", settings.seed);
    if (settings.device != "cpu") line += " --device " + settings.device;
    if (result.suite == kBaselineSuite) line += " --baseline " + shell_quoted(settings.baseline.value_or(""));
    if (result.suite == "performance" || result.suite == kBaselineSuite)
        return line + " --step performance --filter " + result.id;
    if (result.suite == kInstructionsSuite) {
        if (settings.baseline) line += " --baseline " + shell_quoted(*settings.baseline);
        line += " --quick --instructions --step " + result.step;
        return result.function.empty() ? line : line + " --filter " + result.function;
    }
    if (result.suite == kSpecSuite) {
        line += " --step suite --quick --spec " + shell_quoted(settings.spec.value_or(""));
        for (const auto& claim : settings.spec_claims) line += " --spec-claims " + shell_quoted(claim);
        return line;
    }
    if (result.suite == kClaimsSuite) return line + " --claims " + shell_quoted(settings.claims_file.value_or(""));
    if (result.suite == kUserExamples)
        return line + " --step suite --quick --examples " + shell_quoted(settings.examples.value_or("")) +
               " --expected " + shell_quoted(settings.expected.value_or(""));
    if (!find_suite(result.suite) || result.id.rfind("latency/", 0) == 0) return line + " --step " + result.step;
    line += " --suite " + result.suite;
    return id.front() == '(' ? line : line + " --filter " + shell_quoted(id);
}

}  // namespace simple::gate
