// Which cases a fault meets, in which order, and which faults are planted together.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ci/faults/self_test/call_table.h"
#include "ci/faults/self_test/planted.h"
#include "ci/run/supervisor.h"
#include "ci/steps/settings.h"

namespace simple::gate {

// Whether a case of that function is one that has to notice.
bool names_function(const Planted& planted, const std::string& function);

// The cases of a suite in the order in which a fault meets them: those of its function, of these first the ones that
// name its defect or its promise; then, all being wanted, the others.
std::vector<PlannedCase> cases_for(const Planted& planted, const Plan& plan, bool all);

// All cases of a suite, each in one of three parts: those of the fault's function; the others that may call what it
// changes; those that by the record call nothing of it. Without a record nothing is left for the third.
struct Row {
    std::vector<PlannedCase> naming, touching, rest;
};
Row row_for(const Planted& planted, const std::string& row, const Plan& plan, const CallTable& calls);

// Whether both can be planted at a time: in the same library, and neither changes what the other does.
bool compatible(const Planted& a, const Planted& b);

// Each fault in the first group in which it is compatible with all others, `most` at most.
std::vector<std::vector<Planted>> together(const std::vector<Planted>& faults, size_t most);

// The faults of each suite, the longest suite first. A fault of several suites is in each.
std::vector<std::pair<std::string, std::vector<Planted>>> by_suite(const std::vector<Planted>& faults);

// A group as one fault: ids joined by '+', what any of them changes, the suites of any of them.
Planted as_one(const std::vector<Planted>& group);

// Faults of the proxy that suites have to notice: what can be planted beside another, and any case can be run on.
std::vector<Planted> faults_in_proxy(const std::vector<Planted>& faults);

// One in twenty of these, at least one, drawn by the seed.
std::vector<Planted> sample_of(const std::vector<Planted>& faults, uint64_t seed);

// So many different pairs of compatible faults of different functions, drawn by the seed; fewer where there are no
// more.
std::vector<std::vector<Planted>> pairs_of(const std::vector<Planted>& faults, size_t count, uint64_t seed);

// The faults of one shard: each kind is dealt in turn, since correct variants meet every case, and slowdowns have the
// machine to themselves.
std::vector<Planted> dealt_faults(const std::vector<Planted>& faults, const ShardNumber& shard);

}  // namespace simple::gate
