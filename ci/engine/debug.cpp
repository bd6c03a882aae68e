#include "ci/engine/debug.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "ci/engine/gate.h"

namespace simple::gate {
namespace {

constexpr int kUsage = 64;
constexpr int kCannot = 2;

// gdb's command line. What is set in a program's environment, a library that is preloaded, gdb sets itself.
std::vector<std::string> gdb_command(std::vector<std::string> program, const std::string& id) {
    std::vector<std::string> command{"gdb", "-q"};
    if (!isatty(STDIN_FILENO)) command.emplace_back("-batch");
    const auto first = std::find_if_not(program.begin(), program.end(), is_assignment);
    if (first != program.begin())
        command.insert(command.end(),
                       {"-ex", fmt::format("set exec-wrapper env {}", fmt::join(program.begin(), first, " "))});
    program.erase(program.begin(), first);
    command.insert(command.end(), {"-ex", "run"});
    if (!isatty(STDIN_FILENO)) command.insert(command.end(), {"-ex", "backtrace"});
    command.emplace_back("--args");
    command.insert(command.end(), program.begin(), program.end());
    std::string glob = id;
    std::replace(glob.begin(), glob.end(), ',', '?');  // a comma separates filters
    command.insert(command.end(), {"--filter", glob, "--gtest_break_on_failure"});
    return command;
}

}  // namespace

int debug_case(const Settings& settings) {
    if (settings.launch) {
        fmt::print(stderr,
                   "ci/gate: --debug starts a program itself: leave --launcher, --args, --env and "
                   "--wait-for-library away\n");
        return kUsage;
    }
    const size_t slash = settings.debug->find('/');
    const Suite* suite = find_suite(settings.debug->substr(0, slash));
    if (slash == std::string::npos || !suite) {
        fmt::print(stderr, "ci/gate: --debug takes suite/case, as in golden/softmax/f32-vector; --list shows all\n");
        return kUsage;
    }
    if (!Gate::is_built(*suite, settings)) {
        fmt::print(stderr, "ci/gate: the suite {} is not built\n", suite->name);
        return kCannot;
    }
    const std::string id = settings.debug->substr(slash + 1);
    const auto program = Gate::program_of(*suite, settings);
    const Plan plan = plan_of(program, Gate::limits_of(*suite, settings));
    const bool known = std::any_of(plan.cases.begin(), plan.cases.end(), [&](const auto& c) { return c.id == id; });
    // Without a list, because the candidate does not even load, gdb may show why.
    if (!known && plan.problem.empty()) {
        fmt::print(stderr, "ci/gate: the suite {} has no case {}; --list shows all\n", suite->name, id);
        return kUsage;
    }
    setenv("OMP_NUM_THREADS", "1", 0);
    auto command = gdb_command(program, id);
    std::vector<char*> arguments;
    for (auto& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    fmt::print(stderr, "ci/gate: cannot run gdb: {}\n", strerror(errno));
    return kCannot;
}

}  // namespace simple::gate
