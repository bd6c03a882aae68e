// The first step: the candidate as a file, before any suite calls it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ci/steps/latency.h"
#include "ci/steps/process_checks.h"
#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::gate {

// Looks the candidate's symbols up: fills sets and extra symbols. Returns the cases of the suite "library". The
// processes that measure its loading give samples of the gates of later steps, too.
std::vector<CaseResult> check_library(const Settings& settings, const std::vector<Latency>& later,
                                      SparedSamples& spared, Verdict& verdict, StepResult& step);

// What a program says of itself that is started for nothing else; none where it cannot be started.
std::optional<Answer> answer_of_program(const Settings& settings);

// What a library exports and no table has; nothing of a file that is no library.
std::vector<std::string> symbols_beyond_the_tables(const std::string& library);

// The command that runs an agent inside the candidate, which is a program; the suite's options follow.
std::vector<std::string> in_program(const std::string& agent, const Settings& settings);

// CPU seconds of a process for loading the libraries that the candidate needs, without the candidate's own: the less of
// two. 0 where that cannot be measured.
double seconds_of_dependencies(const Settings& settings);

}  // namespace simple::gate
