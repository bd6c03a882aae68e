#include "ci/faults/self_test/call_table.h"

#include <algorithm>

#include "ci/testkit/call_record.h"

namespace simple::gate {

std::string row_of(const Planted& planted, const std::string& suite) {
    return planted.in_stub ? suite + " in stub" : suite;
}

// A case that was skipped, or did not get to its end, may call more another time. What it called any time counts.
void CallTable::add(const std::string& row, const CaseResult& result) {
    if (result.status != Status::pass) return;
    const std::string prefix = kCalled;
    for (const auto& [name, codes] : result.counts)
        if (name.rfind(prefix, 0) == 0) rows_[row][result.id][name.substr(prefix.size())] |= codes;
}

bool CallTable::may_touch(const std::string& row, const std::string& id, const Planted& planted) const {
    const auto cases = rows_.find(row);
    if (cases == rows_.end() || planted.changes.empty()) return true;
    const auto calls = cases->second.find(id);
    return calls == cases->second.end() ||
           std::any_of(planted.changes.begin(), planted.changes.end(), [&](const std::string& changed) {
               return changed.front() == '(' || calls->second.count(changed) > 0;
           });
}

}  // namespace simple::gate
