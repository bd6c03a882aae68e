#include "ci/testkit/stand_in.h"

namespace simple {

std::atomic<bool> g_lacks{false};

void stand_in_for_missing_core_functions(Backend& backend) {
#define RT_FUNCTION(name, symbol, set, category, result, c_result, ...)   \
    if (Set::set == Set::core && !backend.name)                           \
        backend.name = [](auto...) -> c_result {                          \
            g_lacks = true;                                               \
            return call_nothing<c_result>("the backend has no " #symbol); \
        };
#include "impl/abi/functions.def"
#undef RT_FUNCTION
}

}  // namespace simple
