// For tests: a case of the golden suite, of the function that its id begins with.
#pragma once

#include <string>

#include "reports/verdict.h"

namespace simple::gate {

inline CaseResult golden(const std::string& id, Status status, const std::string& message = "") {
    CaseResult c;
    c.step = "suite";
    c.suite = "golden";
    c.id = id;
    c.function = id.substr(0, id.find('/'));
    c.status = status;
    c.message = message;
    return c;
}

}  // namespace simple::gate
