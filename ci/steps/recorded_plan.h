// The cases of a suite as this build recorded them, of a backend of its own: what a run must carry out, whatever the
// suite lists in a candidate's process. Kept in bin/plans/NAME.json.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "ci/run/supervisor.h"
#include "ci/steps/settings.h"
#include "ci/steps/suites.h"

namespace simple::gate {

struct RecordedPlan {
    std::vector<PlannedCase> cases;
    std::set<std::string> of_values;  // ids that a suite does not list for a backend without values
    std::string sha256;               // of all this
};

std::string file_of_plan(const Suite& suite, const Settings& settings);

// cases: as listed for a backend with values; without_values: as listed for one that has none, or the same again.
RecordedPlan plan_to_record(std::vector<PlannedCase> cases, const std::vector<PlannedCase>& without_values);

void write_plan(const RecordedPlan& plan, const std::string& suite, const std::string& file);

// Throws std::runtime_error where none is recorded, or it is not as it was recorded.
RecordedPlan read_plan(const std::string& file);

// In what a listing is another one, "" where it is the recorded one. A backend without values has `of_values` left out.
std::string difference(const RecordedPlan& recorded, const std::vector<PlannedCase>& listed, bool without_values);

}  // namespace simple::gate
