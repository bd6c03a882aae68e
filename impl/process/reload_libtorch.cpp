// A host that uses LibTorch itself, and closes a backend over it: what the backend left in LibTorch must not point into
// code that is gone.
//
//     reload_libtorch BACKEND [EXITS]
#include <ATen/ATen.h>
#include <dlfcn.h>

#include <cstdlib>

#include "impl/abi/library_path.h"
#include "impl/process/process.h"

using namespace simple;
using namespace simple::process;

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    const auto closed_and_used = [&] {
        void* library = dlopen(with_folder(argv[1]).c_str(), RTLD_NOW | RTLD_LOCAL);
        must(library != nullptr, "the library opens");
        {
            const Backend backend = make_backend(argv[1], [&](const char* symbol) { return dlsym(library, symbol); });
            failing_calls(backend);
            succeeding_calls(backend);
        }
        must(dlclose(library) == 0, "the library closes");
        bool thrown = false;
        try {
            at::zeros({-1});
        } catch (const c10::Error&) {
            thrown = true;
        }
        must(thrown, "LibTorch throws as before");
    };
    return repeated(closed_and_used) | repeated(closed_and_used, kTimes, End::through_exit);
}
