// The fuzzer's corpus on a backend: each input once, as libFuzzer would call it, and one in which every call fails that
// can without memory: each function with handles that are none.
//
//     fuzz_corpus_test CORPUS     RT_FUZZ_BACKEND names the library
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "impl/abi/function_table.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

// Inputs ask for tensors of any size; those that would be large are to be out of memory, not long.
bool limit_memory() {
    constexpr rlim_t kMore = rlim_t{1} << 30;
    std::ifstream statm("/proc/self/statm");
    rlim_t pages = 0;
    statm >> pages;
    const rlim_t bytes = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + kMore;
    const rlimit limit{bytes, bytes};
    return setrlimit(RLIMIT_AS, &limit) == 0;
}

int run(const std::string& input) {
    return LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

// In the target's bytes: the function, then what makes each argument.
std::string every_function_without_handles() {
    constexpr char kMinusOne = '\xf0';
    std::string input;
    for (size_t k = 0; k < simple::kFunctionCount; ++k) {
        const simple::Function& function = simple::functions()[k];
        input += static_cast<char>(k);
        for (size_t i = 0; i < function.param_count; ++i) {
            const simple::Type type = function.params[i].type;
            const bool named =
                type == simple::Type::tensor || type == simple::Type::tensor_opt || type == simple::Type::stream;
            input += named ? kMinusOne : '\0';
            if (type == simple::Type::f64) input += '\0';
        }
    }
    return input;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    setenv("OMP_NUM_THREADS", "1", 1);   // stacks of many threads are most of the limit
    LLVMFuzzerTestOneInput(nullptr, 0);  // which loads the library
    if (!limit_memory()) return 1;
    run(every_function_without_handles());
    int count = 0;
    for (const auto& file : std::filesystem::directory_iterator(argv[1])) {
        std::ifstream in(file.path(), std::ios::binary);
        const std::string input{std::istreambuf_iterator<char>(in), {}};
        std::fprintf(stderr, "%s\n", file.path().filename().c_str());
        run(input);
        ++count;
    }
    std::printf("%d inputs\n", count);
    return count > 0 ? 0 : 1;
}
