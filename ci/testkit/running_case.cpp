#include "ci/testkit/running_case.h"

#include "ci/testkit/suite.h"

namespace simple {

RunningCase& running_case() {
    static auto& one = *new RunningCase;  // threads that a backend leaves behind may outlive static objects
    return one;
}

void skip(const char* capability) { running_case().capability = capability; }

}  // namespace simple
