// simple-gate: ci/gate without the building.
#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "ci/engine/debug.h"
#include "ci/engine/explain.h"
#include "ci/engine/gate.h"
#include "ci/engine/resolve.h"
#include "ci/engine/run_description.h"
#include "ci/faults/self_test/self_test.h"
#include "reports/comparison.h"
#include "reports/frozen.h"
#include "reports/reports.h"

namespace {

using namespace simple::gate;

// What a run is given in files. An earlier verdict may be what its own reports replace, so that it is read before.
struct Given {
    std::vector<Waiver> waivers;
    std::map<std::string, Status> before;  // --against-verdict
    std::set<std::string> only;            // --contract, --rerun-failed
};

Given read_given(const Settings& settings) {
    Given given;
    if (settings.waivers) given.waivers = read_waivers(*settings.waivers);
    if (settings.against) given.before = read_earlier(*settings.against).statuses;
    if (settings.contract) given.only = read_frozen(settings.contracts, *settings.contract);
    if (settings.rerun_failed) {
        const std::string last = settings.out + "/verdict.json";
        const Earlier earlier = read_earlier(last);
        given.only = names_of_failures(earlier.statuses);
        if (given.only.empty() && earlier.outcome != to_string(Outcome::pass))
            throw std::runtime_error(
                fmt::format("{} has no case that failed, and says {}: run the gate whole", last, earlier.outcome));
    }
    return given;
}

// The reports are the last thing that a run writes. Where they cannot be written, "running" stays there.
int report(const Verdict& verdict, const Settings& settings, const Terminal& terminal) {
    try {
        simple::reports::write_all(verdict, settings.out);
    } catch (const std::exception& e) {
        terminal.verdict(verdict, "no reports");
        fmt::print(stderr, "ci/gate: {}\n", e.what());
        return exit_code(Outcome::error);
    }
    terminal.verdict(verdict, "reports in " + settings.out);
    return exit_code(verdict.outcome);
}

int judge_candidate(Settings settings) {
    catch_signals();
    Verdict begun = begun_verdict(settings);
    Given given;
    try {
        given = read_given(settings);
    } catch (const std::exception& e) {
        begun.outcome = Outcome::error;
        begun.problems.emplace_back(e.what());
        simple::reports::begin(begun, settings.out);
        throw;
    }
    settings.only = given.only;
    if (settings.rerun_failed && settings.only.empty()) {
        fmt::print("nothing failed in {}/verdict.json\n", settings.out);
        return 0;
    }
    simple::reports::begin(begun, settings.out);
    Terminal terminal;
    const Verdict verdict = Gate(settings, terminal).run(given.waivers);
    const int code = report(verdict, settings, terminal);
    if (settings.against) print(compare(given.before, verdict.cases), *settings.against);
    return code;
}

int run(const Settings& settings) {
    if (settings.list) return list_cases(settings);
    if (settings.explain) return explain_function(settings);
    if (settings.debug) return debug_case(settings);
    if (!settings.self_test) return judge_candidate(settings);
    setvbuf(stdout, nullptr, _IOLBF, 0);
    return self_test(settings);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const std::optional<Options> options = parse_command_line(argc, argv);
        return options ? run(resolve(*options)) : 0;
    } catch (const UsageError& e) {
        fmt::print(stderr, "ci/gate: {}\n", e.what());
        return 64;
    } catch (const std::exception& e) {
        fmt::print(stderr, "ci/gate: {}\n", e.what());
        return 2;
    }
}
