// What 10^6 handles cost: bytes for each while they live, memory that stays after they are freed, and the time to make
// and to free them in order, in reverse and at random. The time is for the reader; the memory is judged.
//
//     million BACKEND             malloc is told to give back what it keeps, which is not the table's: glibc's keeps
//                                 small blocks apart, and all memory below a few that wait in a thread's cache
//     million BACKEND untrimmed   malloc keeps no small blocks apart and is told nothing: once all is freed in order,
//                                 nothing of the table may lie where it keeps the heap from shrinking
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
// Bytes of a live tensor of one element: LibTorch 1.13's are 465, of which the table has 17.
constexpr double kMayCost = 576;

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
    const bool untrimmed = argc == 3 && std::string(argv[2]) == "untrimmed";
    if (argc != 2 && !untrimmed) return 64;
    if (untrimmed) mallopt(M_MXFAST, 0);
    const simple::Backend backend = simple::load_backend(argv[1]);
    std::vector<int64_t> handles(kHandles, 1);
    backend.free(backend.zeros(nullptr));
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
        if (!untrimmed) malloc_trim(0);
        const double stays = resident_bytes() - before;
        std::printf("%-9s make %6.3f s  free %6.3f s  live %4.0f bytes each  stays %6.2f MB\n", order, making, freeing,
                    live, stays / 1e6);
        right = right && live < kMayCost && stays < kMayStay && backend.live_tensors() == 0;
        if (untrimmed) break;
    }
    return right ? 0 : 1;
}
