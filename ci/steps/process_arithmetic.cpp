#include "ci/steps/process_arithmetic.h"

#include <dlfcn.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "ci/host/show_config.h"
#include "ci/steps/loaded_libraries.h"

namespace simple::gate {
namespace {

constexpr size_t kLongestName = 40;

// Where the library's own calls would find it, else in whatever is loaded: a candidate may load its LibTorch itself.
void* address_of(void* library, const char* symbol) {
    if (void* address = dlsym(library ? library : RTLD_DEFAULT, symbol)) return address;
    for (const auto& path : loaded_libraries()) {
        void* other = dlopen(path.c_str(), RTLD_LAZY | RTLD_NOLOAD);
        void* address = other ? dlsym(other, symbol) : nullptr;
        if (other) dlclose(other);
        if (address) return address;
    }
    return nullptr;
}

template <typename Result>
using Ask = Result (*)();

void ask_torch(void* library, Arithmetic& arithmetic) {
    if (std::string name = capability_in(show_config([&](const char* symbol) { return address_of(library, symbol); }));
        !name.empty())
        arithmetic.capability = std::move(name);
    if (const auto threads = reinterpret_cast<Ask<int>>(address_of(library, "_ZN2at15get_num_threadsEv")))
        arithmetic.threads = threads();
}

// The first sgemm_ that is found computes; what OpenBLAS says is asked of that file and what it is linked with, since
// another OpenBLAS may be loaded beside it.
void ask_blas(void* library, Arithmetic& arithmetic) {
    void* multiply = address_of(library, "sgemm_");
    Dl_info info;
    if (!multiply || !dladdr(multiply, &info) || !info.dli_fname) return;
    std::error_code unknown;
    const std::filesystem::path file = std::filesystem::canonical(info.dli_fname, unknown);
    arithmetic.blas = unknown ? info.dli_fname : file.string();
    void* blas = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
    if (!blas) return;
    if (const auto core = reinterpret_cast<Ask<char*>>(dlsym(blas, "openblas_get_corename")))
        if (const char* name = core()) arithmetic.blas_core = name;
    if (const auto threads = reinterpret_cast<Ask<int>>(dlsym(blas, "openblas_get_num_threads")))
        arithmetic.blas_threads = threads();
    dlclose(blas);
}

}  // namespace

Arithmetic process_arithmetic(void* library) {
    Arithmetic arithmetic;
    ask_torch(library, arithmetic);
    ask_blas(library, arithmetic);
    return arithmetic;
}

std::string capability_in(std::string_view configuration) {
    constexpr std::string_view kBefore = "CPU capability usage: ";
    const size_t at = configuration.find(kBefore);
    if (at == std::string_view::npos) return "";
    const std::string_view rest = configuration.substr(at + kBefore.size());
    const std::string_view name = rest.substr(0, std::min(rest.find('\n'), kLongestName));
    return name == "NO AVX" ? "DEFAULT" : std::string(name);  // LibTorch 1.13's word for it
}

}  // namespace simple::gate
