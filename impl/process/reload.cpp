// A host that closes and opens the library again and again: no handle comes twice, no memory is lost.
//
//     reload BACKEND
#include <dlfcn.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <thread>
#include <unordered_set>

#include "impl/abi/library_path.h"
#include "impl/abi/sanitized.h"
#include "impl/process/process.h"

using namespace simple;
using namespace simple::process;

namespace {

constexpr int kCycles = 1000, kWarm = 20;
constexpr double kMayGrow = 1e6;  // bytes over all cycles

double resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    long total = 0, resident = 0;
    statm >> total >> resident;
    return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    std::unordered_set<int64_t> seen;
    double warm = 0;
    for (int cycle = 0; cycle < kCycles; ++cycle) {
        if (cycle == kWarm) warm = resident_bytes();
        void* library = dlopen(with_folder(argv[1]).c_str(), RTLD_NOW | RTLD_LOCAL);
        must(library != nullptr, "the library opens");
        const Backend backend = make_backend(argv[1], [&](const char* symbol) { return dlsym(library, symbol); });
        // In a thread that ends: while one lives that has called, its thread-locals may keep the library in memory.
        std::thread([&] {
            for (int i = 0; i < 10; ++i) {
                const int64_t handle = backend.zeros(nullptr);
                must(seen.insert(handle).second, "no handle comes twice");
                backend.free(handle);
            }
            failing_calls(backend);
        }).join();
        must(dlclose(library) == 0, "the library closes");
    }
    const double grown = resident_bytes() - warm;
    std::printf("%d cycles: memory grew by %.0f bytes\n", kCycles, grown);
#if !SIMPLE_SANITIZED  // which keeps what was freed, to find uses of it
    must(grown < kMayGrow, "memory is flat");
#endif
    return 0;
}
