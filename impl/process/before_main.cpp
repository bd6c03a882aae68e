// Calls from constructors that run before main, before those of any C++ object of the program. Linked with a backend.
#include "impl/abi/rt_torch.h"
#include "impl/process/process.h"

using namespace simple;
using namespace simple::process;

namespace {

Backend linked() {
    Backend backend;
#define RT_FUNCTION(name, symbol, ...) backend.name = symbol;
#include "impl/abi/functions.def"
#undef RT_FUNCTION
    return backend;
}

int g_status = -1;

[[gnu::constructor(101)]] void before_main() {
    g_status = repeated([] {
        const Backend backend = linked();
        failing_calls(backend);
        succeeding_calls(backend);
    });
}

}  // namespace

int main() {
    const Backend backend = linked();
    failing_calls(backend);
    succeeding_calls(backend);
    return g_status;
}
