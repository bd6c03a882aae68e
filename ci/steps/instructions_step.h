// The part of the step performance that is asked for with --instructions: what count_instructions counted, a case a
// function.
#pragma once

#include <string>
#include <vector>

#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::gate {

inline constexpr const char* kInstructionsSuite = "instructions";

struct InstructionCounts {
    std::vector<CaseResult> cases;  // "instructions/add", of the function's calls together
    std::vector<Measurement> measurements;
    std::vector<std::string> notes;
};

// Reads the program's report (bench/instructions/report.h writes it). Without anything to compare with, its case,
// "instructions/(baseline)" where all functions are asked for, is inconclusive. Throws std::runtime_error where it is
// no such report, or lacks a core function.
InstructionCounts read_instruction_counts(const std::string& json, const Settings& settings);

// Runs the program and reads its report; problems go to the step.
std::vector<CaseResult> check_instructions(const Settings& settings, StepResult& step, Verdict& verdict);

}  // namespace simple::gate
