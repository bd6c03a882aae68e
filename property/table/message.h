// What a failing call's message must say (E6): the function, the argument and the values at fault, and no stack trace.
#pragma once

#include <string>

#include "property/table/agreement.h"

namespace simple::property {

// args: as the call got them. What the tensors among them are is asked of the backend: the call's own outcome must be
// read before.
void claim_message(const Backend& backend, Fn fn, const Args& args, const Way& way, const std::string& message,
                   const Claim& claim);

}  // namespace simple::property
