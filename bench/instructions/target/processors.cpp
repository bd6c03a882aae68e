// The number of processors, as libraries ask for it: this program's functions stand before libc's, for libstdc++'s
// hardware_concurrency too. target/dispatch.cpp sees that they do.
#include <dlfcn.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "bench/instructions/pins.h"

using simple::bench::kProcessors;

extern "C" [[gnu::visibility("default")]] int get_nprocs() noexcept { return kProcessors; }

extern "C" [[gnu::visibility("default")]] int get_nprocs_conf() noexcept { return kProcessors; }

extern "C" [[gnu::visibility("default")]] long sysconf(int name) noexcept {
    if (name == _SC_NPROCESSORS_CONF || name == _SC_NPROCESSORS_ONLN) return kProcessors;
    static const auto next = reinterpret_cast<long (*)(int)>(dlsym(RTLD_NEXT, "sysconf"));
    return next(name);
}
