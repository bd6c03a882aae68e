#include "ci/testkit/simulated.h"

#include <dlfcn.h>

namespace simple {

int64_t told_by_simulated_cuda(const char* function) {
    auto* const tell = reinterpret_cast<int64_t (*)()>(dlsym(RTLD_DEFAULT, function));
    return tell ? tell() : -1;
}

}  // namespace simple
