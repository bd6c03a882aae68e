// A few calls, in an order in which a program makes them.
//
//     calls BACKEND
#include "impl/process/process.h"

using namespace simple;
using namespace simple::process;

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    const Backend backend = load_backend(argv[1]);
    backend.available();
    SplValue size = whole(1000);
    const SplArray dims{&size, 1, 1};
    backend.manual_seed(1);
    const int64_t x = backend.randn(&dims), y = backend.exp(x);
    must(y > 0 && backend.sum(y) >= 0, "a sum of exponentials");
    for (const int64_t handle : {x, y}) backend.free(handle);
    succeeding_calls(backend);
    failing_calls(backend);
    return 0;
}
