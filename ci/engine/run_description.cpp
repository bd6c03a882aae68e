#include "ci/engine/run_description.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>

#include <ctime>
#include <fstream>
#include <thread>

#include "ci/steps/suites.h"

namespace simple::gate {
namespace {

std::string machine() {
    utsname name{};
    uname(&name);
    std::string model;
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; model.empty() && std::getline(info, line);)
        if (line.rfind("model name", 0) == 0) model = line.substr(line.find(':') + 2);
    return fmt::format("{} {} {}{}{}", name.sysname, name.release, name.machine, model.empty() ? "" : ", ", model);
}

}  // namespace

Verdict begun_verdict(const Settings& settings) {
    Verdict verdict;
    verdict.outcome = Outcome::running;
    verdict.run = describe(settings);
    for (const auto& step : steps()) {
        verdict.steps.emplace_back();
        verdict.steps.back().name = step.name;
        verdict.steps.back().title = step.title;
    }
    return verdict;
}

Run describe(const Settings& settings) {
    Run run;
    run.candidate = settings.candidate;
    run.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
    run.seed = settings.seed;
    run.command = settings.command;
    run.machine = machine();
    run.cores = std::thread::hardware_concurrency();
    run.selection = settings.selection();
    run.partial = settings.partial;
    return run;
}

}  // namespace simple::gate
