// simple-gate: ci/gate without the building.
#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "ci/engine/debug.h"
#include "ci/engine/explain.h"
#include "ci/engine/gate.h"
#include "ci/engine/resolve.h"
#include "ci/faults/self_test/self_test.h"
#include "reports/comparison.h"
#include "reports/frozen.h"
#include "reports/reports.h"

namespace {

using namespace simple::gate;

int run(Settings settings) {
    if (settings.list) return list_cases(settings);
    if (settings.explain) return explain_function(settings);
    if (settings.debug) return debug_case(settings);
    if (settings.self_test) {
        setvbuf(stdout, nullptr, _IOLBF, 0);
        return self_test(settings);
    }
    const std::vector<Waiver> waivers = settings.waivers ? read_waivers(*settings.waivers) : std::vector<Waiver>{};
    const auto before = settings.against ? read_statuses(*settings.against) : std::map<std::string, Status>{};
    if (settings.contract) settings.only = read_frozen(settings.contracts, *settings.contract);
    if (settings.rerun_failed) {
        settings.only = names_of_failures(read_statuses(settings.out + "/verdict.json"));
        if (settings.only.empty()) {
            fmt::print("nothing failed in {}/verdict.json\n", settings.out);
            return 0;
        }
    }
    simple::reports::prepare(settings.out);
    catch_signals();
    Terminal terminal;
    const Verdict verdict = Gate(settings, terminal).run(waivers);
    simple::reports::write_all(verdict, settings.out);
    terminal.verdict(verdict, settings);
    if (settings.against) print(compare(before, verdict.cases), *settings.against);
    return exit_code(verdict.outcome);
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
