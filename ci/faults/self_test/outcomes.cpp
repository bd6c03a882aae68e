#include "ci/faults/self_test/outcomes.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "ci/faults/self_test/trials.h"
#include "ci/testkit/seconds.h"

namespace simple::gate {

void Outcomes::end(size_t i, CatchResult result) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const Planted& planted = faults_[i];
    std::string detail = result.by.empty() ? planted.what : result.by.front();
    if (result.outcome == Catch::error) detail = result.message.substr(0, result.message.find('\n'));
    fmt::print("[{:3}/{}] {:<9} {:<34} {}{}{}\n", ++done_, faults_.size(), to_string(result.outcome), planted.id,
               planted.defect, planted.defect.empty() ? "" : " ", detail);
    results_[i] = std::move(result);
}

std::vector<CatchResult> Outcomes::results() const {
    std::vector<CatchResult> all;
    for (const auto& result : results_)
        if (result) all.push_back(*result);
    return all;
}

std::set<std::string> Outcomes::met() const {
    std::set<std::string> names;
    for (size_t i = 0; i < results_.size(); ++i)
        if (results_[i] && !faults_[i].correct) names.insert(results_[i]->ran.begin(), results_[i]->ran.end());
    return names;
}

CatchResult tried(const Planted& planted, const std::string& what,
                  const std::function<void(std::vector<CaseResult>&)>& meet, bool in_the_end) {
    const double before = wall_seconds();
    CatchResult result;
    try {
        std::vector<CaseResult> met;
        meet(met);
        if (in_the_end && met.empty() && !interrupted()) throw std::runtime_error("no case ran");
        result = result_of(planted, met);
    } catch (const NotHere& e) {
        result.fault = planted.id;
        result.outcome = Catch::skipped;
        result.message = e.what();
    } catch (const std::exception& e) {
        result.fault = planted.id;
        result.message = e.what();
    }
    result.seconds = wall_seconds() - before;
    result.tried = what;
    return result;
}

}  // namespace simple::gate
