#include "ci/engine/record_plan.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "ci/engine/gate.h"
#include "ci/steps/recorded_plan.h"

namespace simple::gate {

int record_plan(const Settings& settings) {
    const Suite& suite = *find_suite(*settings.record_plan);
    Settings on = settings;
    on.candidate = settings.reference;
    on.program = false;
    Plan plan = plan_of(Gate::program_of(suite, on), Gate::limits_of(suite, on));
    if (!plan.problem.empty()) throw std::runtime_error(fmt::format("{}: {}", suite.name, plan.problem));
    if (plan.cases.empty()) throw std::runtime_error(fmt::format("{}: it has no cases", suite.name));
    write_plan(plan_to_record(std::move(plan.cases)), suite.name, file_of_plan(suite, settings));
    return 0;
}

}  // namespace simple::gate
