// A verdict.json, back as the struct that it was written from.
#pragma once

#include <string>

#include "reports/verdict.h"

namespace simple::gate {

// Of a file of the newest format, whole. Throws std::runtime_error where it is none, or where something in it is not
// what the gate would have written; `name` is what the message calls it.
Verdict read_verdict(const std::string& text, const std::string& name);

}  // namespace simple::gate
