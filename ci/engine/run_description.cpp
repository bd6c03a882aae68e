#include "ci/engine/run_description.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>

#include <ctime>
#include <fstream>
#include <thread>

#include "ci/engine/simulated_devices.h"
#include "ci/steps/elf_file.h"
#include "ci/steps/functions_files.h"
#include "ci/steps/recorded_plan.h"
#include "ci/steps/suites.h"
#include "reports/digest.h"
#include "reports/promises.h"

namespace simple::gate {
namespace {

// Whatever else is built anew judges in another way.
std::string harness_digest(const Settings& settings) {
    std::vector<std::string> files{settings.bin + "/simple-gate", settings.bin + "/simple-probe", settings.stub,
                                   settings.reference, simulated_cuda(settings)};
    for (const auto& suite : suites()) {
        files.push_back(settings.bin + "/" + suite.program);
        files.push_back(files.back() + ".agent.so");
    }
    std::string digests;
    for (const auto& file : files) digests += sha256_of_file(file) + "\n";
    return sha256(digests);
}

std::string plan_digest(const Settings& settings) {
    std::string digests;
    for (const auto& suite : suites()) digests += sha256_of_file(file_of_plan(suite, settings)) + "\n";
    return sha256(digests);
}

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
    run.candidate_sha256 = sha256_of_file(settings.candidate);
    // What a program loads is known when it has been started.
    if (!settings.program && !run.candidate_sha256.empty()) set_functions_files({settings.candidate}, run);
    try {
        run.build_id = read_elf(settings.candidate).build_id;
    } catch (const std::exception&) {  // the step library tells what it is
    }
    run.harness_sha256 = harness_digest(settings);
    run.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
    run.contract = settings.contract.value_or(kContractVersion);
    run.seed = settings.seed;
    run.plan_sha256 = plan_digest(settings);
    run.device = settings.device;
    run.command = settings.command;
    utsname name{};
    uname(&name);
    run.host = name.nodename;
    run.machine = machine();
    run.cores = std::thread::hardware_concurrency();
    run.selection = settings.selection();
    run.partial = settings.partial;
    if (settings.dealt) {
        run.shard.emplace();
        run.shard->index = settings.dealt->index;
        run.shard->of = settings.dealt->of;
        run.shard->plan_sha256 = settings.dealt->plan_sha256;
        std::ifstream("/proc/sys/kernel/random/boot_id") >> run.shard->boot_id;
    }
    return run;
}

}  // namespace simple::gate
