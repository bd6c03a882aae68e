// The first calls of a function in the process write nothing to stdout or stderr, change nothing around them and leave
// nothing behind: neither the first of all nor the first that fails in each way (T3, H3). These cases come before all
// others, which make calls that fail as well.
#include <gtest/gtest.h>

#include "ci/testkit/capture.h"
#include "ci/testkit/first_calls.h"
#include "property/cases.h"
#include "property/table/drawn_call.h"
#include "property/table/surroundings.h"

namespace simple::property {

namespace {

void says_nothing(const Backend& backend, Fn fn, const SuiteOptions& options, const std::string& id) {
    std::vector<DrawnCall> calls;
    for (const Way& way : ways_here(backend, fn))
        calls.push_back(draw_failure(way, Random(case_seed(options.seed, id))));
    if (can_succeed(fn)) calls.push_back(draw_success(fn, Random(case_seed(options.seed, id))));
    const bool counts = backend.has(Fn::live_tensors);
    restore_surroundings();
    for (const DrawnCall& call : calls) {
        Runner runner(backend);
        for (const Step& step : call.before) runner.run(step);
        const Surroundings surroundings(backend);
        const int64_t live = counts ? backend.live_tensors() : 0;
        Outcome outcome;
        std::string written;
        {
            const Capture capture;
            outcome = runner.run(call.step);
            written = capture.text();
        }
        EXPECT_EQ(written, "") << "written (T3) by the last call of\n" << call.text();
        if (counts) {
            const bool freed = fn == Fn::free && outcome.ok() && !call.step.refs.empty();
            const auto made = static_cast<int64_t>(runner.handles(runner.steps() - 1).size());
            EXPECT_EQ(backend.live_tensors() - live, made - (freed ? 1 : 0)) << "live tensors (H3) after\n"
                                                                             << call.text();
        }
        if (fn == Fn::no_grad_begin || fn == Fn::no_grad_end) continue;  // they change the grad mode
        EXPECT_EQ(surroundings.difference(backend), "") << "the surroundings (T3) after\n" << call.text();
    }
    EXPECT_EQ(first_words(fn), "") << "written (T3) by the first calls of " << function(fn).symbol
                                   << " in this process";
}

}  // namespace

Cases quiet_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    for (Fn fn : table_functions()) {
        const std::string name(function(fn).name), id = "quiet/" + name;
        cases.push_back({id, name, {"T3", "H3"}, false, [=, &backend] { says_nothing(backend, fn, options, id); }});
    }
    return cases;
}

}  // namespace simple::property
