// Calls from constructors that run before main, before those of any C++ object of the program. Linked with a backend.
#include "impl/process/linked.h"
#include "impl/process/process.h"

using namespace simple;
using namespace simple::process;

namespace {

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
