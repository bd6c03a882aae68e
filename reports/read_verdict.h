// A verdict.json, back as the struct that it was written from.
#pragma once

#include <string>

#include "reports/verdict.h"

namespace simple::gate {

// Whole; what an earlier gate's format lacks has its default. Throws std::runtime_error where it is none, or where
// something in it is not what the gate would have written; `name` is what the message calls it.
Verdict read_verdict(const std::string& text, const std::string& name);
Verdict read_verdict_file(const std::string& path);

// Throws std::runtime_error where its run has not ended: cases that it lacks may have failed.
void demand_ended(const Verdict& verdict, const std::string& name);

}  // namespace simple::gate
