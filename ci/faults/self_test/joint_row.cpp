#include "ci/faults/self_test/joint_row.h"

#include <algorithm>
#include <set>

#include "ci/faults/self_test/selection.h"

namespace simple::gate {
namespace {

bool failed(const CaseResult& c) { return is_failure(c.status); }

// What a process did beyond its cases ("(after ID)") is nothing that can be run again.
bool is_case(const CaseResult& c) { return c.id.empty() || c.id.front() != '('; }

}  // namespace

std::map<std::string, std::vector<CaseResult>> run_together(const std::vector<Planted>& group,
                                                            const std::vector<PlannedCase>& cases,
                                                            const RunCases& run) {
    const std::vector<CaseResult> joint = run(as_one(group), cases);
    std::map<std::string, std::vector<CaseResult>> met;
    if (group.size() == 1 || std::none_of(joint.begin(), joint.end(), failed)) {
        for (const auto& planted : group) met[planted.id] = joint;
        return met;
    }
    std::set<std::string> again;
    for (const auto& c : joint)
        if (failed(c)) again.insert(c.id);
    const bool all = !std::all_of(joint.begin(), joint.end(), [](const auto& c) { return !failed(c) || is_case(c); });
    std::vector<PlannedCase> doubtful;
    for (const auto& c : cases)
        if (all || again.count(c.id) > 0) doubtful.push_back(c);
    std::set<std::string> explained;
    for (const auto& planted : group) {
        auto& results = met[planted.id];
        results = run(planted, doubtful);
        for (const auto& c : results)
            if (failed(c)) explained.insert(c.id);
    }
    for (const auto& planted : group)
        for (const auto& c : joint)
            if (failed(c) ? explained.count(c.id) == 0 : !all) met[planted.id].push_back(c);
    return met;
}

std::map<std::string, std::vector<CaseResult>> run_together(Trials& trials, const std::vector<Planted>& group,
                                                            const Suite& suite, const std::vector<PlannedCase>& cases) {
    return run_together(group, cases, [&](const Planted& planted, const std::vector<PlannedCase>& some) {
        return trials.run(planted, suite, some, false);
    });
}

}  // namespace simple::gate
