// What 10^6 handles cost: bytes for each while they live, memory that stays after they are freed, and the time to make
// and to free them in order, in reverse and at random. The time is for the reader; the memory is judged.
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "impl/abi/backend.h"

namespace {

constexpr size_t kHandles = 1000000;
constexpr double kMayStay = 5e6;  // bytes

double resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    long total = 0, resident = 0;
    statm >> total >> resident;
    return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

template <typename Work>
double seconds(Work&& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    const simple::Backend backend = simple::load_backend(argv[1]);
    std::vector<int64_t> handles(kHandles, 1);
    backend.free(backend.zeros(nullptr));
    const std::string name = argv[1];
    bool right = true;
    for (const char* order : {"in order", "reverse", "random"}) {
        malloc_trim(0);
        const double before = resident_bytes();
        const double making = seconds([&] {
            for (int64_t& handle : handles) handle = backend.zeros(nullptr);
        });
        const double live = (resident_bytes() - before) / kHandles;
        if (order == std::string("reverse")) std::reverse(handles.begin(), handles.end());
        if (order == std::string("random")) std::shuffle(handles.begin(), handles.end(), std::mt19937_64(1));
        const double freeing = seconds([&] {
            for (const int64_t handle : handles) backend.free(handle);
        });
        malloc_trim(0);  // what the allocator keeps is not the table's
        const double stays = resident_bytes() - before;
        std::printf("%-9s make %6.3f s  free %6.3f s  live %4.0f bytes each  stays %6.2f MB\n", order, making, freeing,
                    live, stays / 1e6);
        right = right && stays < kMayStay && backend.live_tensors() == 0;
    }
    return right ? 0 : 1;
}
