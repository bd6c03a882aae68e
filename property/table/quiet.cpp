// The first calls of a function in the process write nothing to stdout or stderr: neither the first of all nor the
// first that fails in each way (T3). These cases come before all others, which make calls that fail as well.
#include <gtest/gtest.h>

#include "ci/testkit/capture.h"
#include "ci/testkit/first_calls.h"
#include "property/cases.h"
#include "property/table/drawn_call.h"

namespace simple::property {

namespace {

void says_nothing(const Backend& backend, Fn fn, const SuiteOptions& options, const std::string& id) {
    std::vector<DrawnCall> calls;
    for (const Way& way : ways_on(backend, fn)) calls.push_back(draw_failure(way, Random(case_seed(options.seed, id))));
    if (can_succeed(fn)) calls.push_back(draw_success(fn, Random(case_seed(options.seed, id))));
    for (const DrawnCall& call : calls) {
        Runner runner(backend);
        for (const Step& step : call.before) runner.run(step);
        std::string written;
        {
            const Capture capture;
            runner.run(call.step);
            written = capture.text();
        }
        EXPECT_EQ(written, "") << "written (T3) by the last call of\n" << call.text();
    }
    EXPECT_EQ(first_words(fn), "") << "written (T3) by the first calls of " << function(fn).symbol
                                   << " in this process";
}

}  // namespace

Cases quiet_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    for (Fn fn : table_functions()) {
        const std::string name(function(fn).name), id = "quiet/" + name;
        cases.push_back({id, name, {"T3"}, false, [=, &backend] { says_nothing(backend, fn, options, id); }});
    }
    return cases;
}

}  // namespace simple::property
