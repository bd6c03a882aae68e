// The reports of a run, all written from the one verdict: verdict.json (verdict.schema.json describes it), junit.xml,
// summary.md, and where something was measured the files of measurements.h.
#pragma once

#include <string>

#include "reports/verdict.h"

namespace simple::reports {

// Makes the folder and checks that it can be written to. Throws std::runtime_error.
void prepare(const std::string& folder);

// Each file appears whole or not at all. Throws std::runtime_error.
void write_all(const gate::Verdict& verdict, const std::string& folder);

std::string to_json(const gate::Verdict& verdict);
std::string to_junit(const gate::Verdict& verdict);
std::string to_markdown(const gate::Verdict& verdict);

}  // namespace simple::reports
