// The cases of a suite as this build recorded them, of a backend of its own: what a run must carry out, whatever the
// suite lists in a candidate's process. Kept in bin/plans/NAME.json.
#pragma once

#include <string>
#include <vector>

#include "ci/run/supervisor.h"
#include "ci/steps/settings.h"
#include "ci/steps/suites.h"

namespace simple::gate {

struct RecordedPlan {
    std::vector<PlannedCase> cases;
    std::string sha256;  // of them
};

std::string file_of_plan(const Suite& suite, const Settings& settings);

RecordedPlan plan_to_record(std::vector<PlannedCase> cases);

void write_plan(const RecordedPlan& plan, const std::string& suite, const std::string& file);

// Throws std::runtime_error where none is recorded, or it is not as it was recorded.
RecordedPlan read_plan(const std::string& file);

// In what a listing is another one, "" where it is the recorded one.
std::string difference(const RecordedPlan& recorded, const std::vector<PlannedCase>& listed);

}  // namespace simple::gate
