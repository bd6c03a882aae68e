#include "impl/errors/error.h"
#include "impl/rules/rules.h"

namespace simple::rules {

void check_threads(int64_t n) {
    if (n < 1) fail(Code::argument, "n is {}, below 1", n);
}

}  // namespace simple::rules
