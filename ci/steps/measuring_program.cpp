#include "ci/steps/measuring_program.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "ci/steps/calibration.h"

namespace simple::gate {

MeasuringRun run_measuring(std::vector<std::string> argv, const std::string& name, double limit_seconds,
                           const Settings& settings) {
    const std::string file = settings.out + "/" + name + ".json";
    std::filesystem::remove(file);
    argv.insert(argv.end(), {"--json", file});
    MeasuringRun run;
    run.ran = run_to_end(argv, limit_seconds * settings.timeout_scale * slowness());
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

}  // namespace simple::gate
