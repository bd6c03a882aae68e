#include "ci/testkit/stand_in.h"

#include "ci/testkit/running_case.h"

namespace simple {

void stand_in_for_missing_core_functions(Backend& backend) {
#define RT_FUNCTION(name, symbol, set, category, result, c_result, ...)   \
    if (Set::set == Set::core && !backend.name)                           \
        backend.name = [](auto...) -> c_result {                          \
            running_case().lacks_symbol = true;                           \
            return call_nothing<c_result>("the backend has no " #symbol); \
        };
#include "impl/abi/functions.def"
#undef RT_FUNCTION
}

}  // namespace simple
