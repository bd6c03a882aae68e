// Cases that are to pass with several faults planted at a time: correct variants, or faults that these cases cannot
// see. Each of the cases has then met each of the faults, in one run instead of one for each.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "ci/faults/self_test/trials.h"

namespace simple::gate {

// What each fault of the group met, by its id. A case that fails is tried again with each fault alone: it counts for
// those under which it fails then, and for all where it fails only with them together.
std::map<std::string, std::vector<CaseResult>> run_together(Trials& trials, const std::vector<Planted>& group,
                                                            const Suite& suite, const std::vector<PlannedCase>& cases);

// The same of a way to run cases, which tests replace.
using RunCases = std::function<std::vector<CaseResult>(const Planted&, const std::vector<PlannedCase>&)>;
std::map<std::string, std::vector<CaseResult>> run_together(const std::vector<Planted>& group,
                                                            const std::vector<PlannedCase>& cases, const RunCases& run);

}  // namespace simple::gate
