#include <algorithm>

#include "ci/faults/self_test/selection.h"
#include "ci/faults/self_test/self_test.h"

namespace simple::gate {
namespace {

bool names(const CaseResult& c, const std::string& promise) {
    return std::find(c.promises.begin(), c.promises.end(), promise) != c.promises.end();
}

}  // namespace

bool any_failed(const std::vector<CaseResult>& results) {
    return std::any_of(results.begin(), results.end(), [](const CaseResult& c) { return is_failure(c.status); });
}

Catch judge_catch(const Planted& planted, const std::vector<CaseResult>& results) {
    const bool failed = any_failed(results);
    if (planted.correct) return failed ? Catch::red : Catch::green;
    const bool two = !planted.other_function.empty();
    if (!failed) {
        // Of two faults that break different promises, those of their functions.
        const auto concerned = [&](const CaseResult& c) {
            return two && planted.promise.empty() ? names_function(planted, c.function) : names(c, planted.promise);
        };
        const auto ran = [&](const CaseResult& c) { return concerned(c) && c.status != Status::skipped; };
        return std::any_of(results.begin(), results.end(), concerned) &&
                       std::none_of(results.begin(), results.end(), ran)
                   ? Catch::skipped
                   : Catch::missed;
    }
    const auto catches = [&](const CaseResult& c) {
        const bool of_defect = planted.defect.empty() || c.promises.empty() || names(c, planted.defect);
        return is_failure(c.status) && (planted.function.empty() || names_function(planted, c.function)) && of_defect;
    };
    const auto first = std::find_if(results.begin(), results.end(), [](const auto& c) { return is_failure(c.status); });
    return (two ? catches(*first) : std::any_of(results.begin(), results.end(), catches)) ? Catch::caught
                                                                                          : Catch::elsewhere;
}

CatchResult result_of(const Planted& planted, const std::vector<CaseResult>& met) {
    CatchResult result;
    result.fault = planted.id;
    result.outcome = judge_catch(planted, met);
    for (const auto& c : met) {
        result.ran.push_back(c.name());
        if (!is_failure(c.status)) continue;
        if (result.by.empty()) result.message = c.message;
        result.by.push_back(c.name());
    }
    return result;
}

}  // namespace simple::gate
