// --bundle FILE.tar.zst: what a run was of, how it was carried out and what it found, in one file that can be checked
// without the machine it was made on. docs/evidence.md lists its files.
#pragma once

#include "ci/evidence/archive.h"
#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::evidence {

inline constexpr const char* kVerdict = "reports/verdict.json";
inline constexpr const char* kRun = "run.json";
inline constexpr const char* kPlans = "plans/";

// Told before the run: a name that does not end in .tar.zst, a folder that cannot be written to, a key that cannot
// sign. Throws std::runtime_error.
void demand_writable(const gate::Settings& settings);

// After the reports are written. Throws std::runtime_error, and then there is no file.
void write_bundle(const gate::Verdict& verdict, const gate::Settings& settings);

}  // namespace simple::evidence
