#include "ci/testkit/simulated.h"

#include <dlfcn.h>

namespace simple {
namespace {

using Limit = void (*)(int64_t);

Limit limit() { return reinterpret_cast<Limit>(dlsym(RTLD_DEFAULT, "simulated_cuda_limit_memory")); }

}  // namespace

bool NoDeviceMemory::is_possible() { return limit() != nullptr; }
NoDeviceMemory::NoDeviceMemory() { limit()(0); }
NoDeviceMemory::~NoDeviceMemory() { limit()(-1); }

int64_t told_by_simulated_cuda(const char* function) {
    auto* const tell = reinterpret_cast<int64_t (*)()>(dlsym(RTLD_DEFAULT, function));
    return tell ? tell() : -1;
}

}  // namespace simple
