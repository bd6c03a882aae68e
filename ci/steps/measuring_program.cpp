#include "ci/steps/measuring_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "ci/steps/time_scale.h"
#include "impl/abi/function_table.h"

namespace simple::gate {

MeasuringRun run_measuring(std::vector<std::string> argv, const std::string& name, double limit_seconds,
                           const Settings& settings) {
    const std::string file = settings.out + "/" + name + ".json";
    std::filesystem::remove(file);
    argv.insert(argv.begin(), told_time_scale(settings));
    argv.insert(argv.end(), {"--json", file});
    MeasuringRun run;
    run.ran = run_to_end(argv, limit_seconds * time_scale(settings));
    std::ifstream in(file);
    std::ostringstream text;
    text << in.rdbuf();
    run.report = text.str();
    return run;
}

void demand_measured(const MeasuringRun& run, const std::string& program) {
    if (run.ran.timed_out) throw std::runtime_error(program + " does not end");
    const Ending& ending = run.ran.ending;
    if (!ending.clean() && ending.exit_code != 1 && ending.exit_code != 3)
        throw std::runtime_error(fmt::format("{} {}: {}", program, ending.describe(), run.ran.output));
}

void demand_samples(const Measurement& measurement) {
    const auto& samples = measurement.samples;
    if (samples.empty() || !std::all_of(samples.begin(), samples.end(), [](double x) { return std::isfinite(x); }))
        throw std::runtime_error("a side has no samples, or one that is not finite");
}

void demand_core_functions(const std::set<std::string>& names, const char* measured) {
    for (size_t i = 0; i < kFunctionCount; ++i)
        if (functions()[i].set == Set::core && can_succeed(functions()[i].id) &&
            names.count(std::string(functions()[i].name)) == 0)
            throw std::runtime_error(fmt::format("{} was not {}", functions()[i].name, measured));
}

}  // namespace simple::gate
