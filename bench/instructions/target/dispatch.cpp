#include "bench/instructions/target/dispatch.h"

#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <sys/auxv.h>
#include <unistd.h>
#include <valgrind/valgrind.h>

#include <cctype>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "bench/instructions/pins.h"
#include "ci/host/show_config.h"

namespace simple::bench {
namespace {

template <typename Function>
Function* find(void* library, const char* symbol) {
    return reinterpret_cast<Function*>(dlsym(library, symbol));
}

#if defined(__x86_64__)
constexpr bool kKnownMachine = true;

// The kind of vector instruction that a function of glibc's begins with. Its variants are local symbols, whose names a
// stripped libc does not have; their code is there in any.
const char* kind_of(const unsigned char* code) {
    constexpr int kLooked = 48;
    const auto is = [&](int at, std::initializer_list<int> bytes) {
        for (const int byte : bytes)
            if (code[at++] != byte) return false;
        return true;
    };
    for (int i = 0; i < kLooked; ++i) {
        // movups, movd, pxor and movdqu of xmm registers
        if (is(i, {0x0f, 0x10}) || is(i, {0x66, 0x0f, 0x6e}) || is(i, {0x66, 0x0f, 0xef}) || is(i, {0xf3, 0x0f, 0x6f}))
            return "SSE2";
        if (code[i] == 0xc5 && code[i + 1] >= 0xf0 && std::strchr("\x6e\x6f\x10\xef\x7f", code[i + 2])) return "AVX";
        if (code[i] == 0x62 && (code[i + 1] & 0x0c) == 0) return "AVX-512";  // EVEX; 62 is nothing else in 64-bit code
    }
    return "no vector instruction";
}

nlohmann::ordered_json features() {
    nlohmann::ordered_json result;
    __builtin_cpu_init();
    result["sse4.2"] = __builtin_cpu_supports("sse4.2") != 0;
    result["avx"] = __builtin_cpu_supports("avx") != 0;
    result["avx2"] = __builtin_cpu_supports("avx2") != 0;
    result["avx512f"] = __builtin_cpu_supports("avx512f") != 0;
    return result;
}
#else
constexpr bool kKnownMachine = false;
const char* kind_of(const unsigned char*) { return "unknown"; }
nlohmann::ordered_json features() { return nlohmann::ordered_json::object(); }
#endif

void ask_glibc(Dispatch& dispatch) {
    auto& found = dispatch.found["glibc"];
    found["version"] = gnu_get_libc_version();
    if (!kKnownMachine) {
        dispatch.objections.emplace_back("which variants glibc takes is known on x86-64 alone");
        return;
    }
    for (const char* name : {"memcpy", "memset", "strlen"}) {
        const auto* code = static_cast<const unsigned char*>(dlsym(RTLD_DEFAULT, name));
        Dl_info library{};
        if (!code || dladdr(code, &library) == 0) {
            dispatch.objections.push_back(std::string("glibc's ") + name + " is not found");
            continue;
        }
        char offset[32];
        snprintf(offset, sizeof offset, "0x%tx", code - static_cast<const unsigned char*>(library.dli_fbase));
        const char* file = std::strrchr(library.dli_fname, '/');
        found[name] = {{"kind", kind_of(code)},
                       {"at", std::string(file ? file + 1 : library.dli_fname) + "+" + offset}};
        if (std::string("SSE2") != kind_of(code))
            dispatch.objections.push_back(std::string(name) + " begins with " + kind_of(code) +
                                          ", where GLIBC_TUNABLES asks for SSE2");
    }
}

// As a library finds the functions to ask.
void ask_processors(Dispatch& dispatch) {
    auto* configured = find<long(int)>(RTLD_DEFAULT, "sysconf");
    auto& found = dispatch.found["processors"];
    found["usable"] = std::thread::hardware_concurrency();
    found["configured"] = configured ? configured(_SC_NPROCESSORS_CONF) : 0;
    if (found["usable"] != kProcessors || found["configured"] != kProcessors)
        dispatch.objections.push_back("libraries see " + found.dump() + " processors, where each count is pinned to " +
                                      std::to_string(kProcessors));
}

std::string line_behind(const std::string& text, const std::string& key) {
    const size_t at = text.find(key);
    if (at == std::string::npos) return "";
    const size_t begin = at + key.size();
    return text.substr(begin, text.find('\n', begin) - begin);
}

void ask_libtorch(void* library, const std::string& version, Dispatch& dispatch) {
    const std::string config = show_config([&](const char* symbol) { return dlsym(library, symbol); });
    if (config.empty()) {
        // Of a backend without LibTorch there is nothing to ask; one that has a version of it must answer.
        dispatch.found["libtorch"] = nullptr;
        if (!version.empty() && std::isdigit(static_cast<unsigned char>(version[0])))
            dispatch.objections.push_back("version() is " + version +
                                          ", and at::show_config, which says what kernels are taken, is not found");
        return;
    }
    const std::string capability = line_behind(config, "CPU capability usage: ");
    auto& found = dispatch.found["libtorch"];
    found["capability"] = capability;
    if (capability != kAtenCapability && capability != kAtenCapabilityOld)
        dispatch.objections.push_back("LibTorch takes its " + (capability.empty() ? "unnamed" : capability) +
                                      " kernels, where ATEN_CPU_CAPABILITY asks for the default ones");
    auto* threads = find<int()>(library, "_ZN2at15get_num_threadsEv");
    if (threads) found["threads"] = threads();
    if (!threads || threads() != 1) dispatch.objections.emplace_back("LibTorch does not say that it uses one thread");
}

void ask_onednn(void* library, Dispatch& dispatch) {
    // Linked into LibTorch, as in its downloads, it may not be exported: then it is not asked.
    auto* isa = find<int()>(library, "dnnl_get_effective_cpu_isa");
    if (!isa) {
        dispatch.found["onednn"] = nullptr;
        return;
    }
    dispatch.found["onednn"] = {{"isa", isa()}};
    if (isa() != kOneDnnIsa)
        dispatch.objections.push_back("oneDNN takes instruction set " + std::to_string(isa()) +
                                      ", where ONEDNN_MAX_CPU_ISA asks for SSE41");
}

void ask_openblas(void* library, Dispatch& dispatch) {
    auto* core = find<char*()>(library, "openblas_get_corename");
    auto* config = find<char*()>(library, "openblas_get_config");
    if (!core || !config) {
        dispatch.found["openblas"] = nullptr;
        return;
    }
    // Built for one core type it has no choice to pin.
    const bool chooses = std::strstr(config(), "DYNAMIC_ARCH");
    dispatch.found["openblas"] = {{"core", core()}, {"chooses", chooses}};
    if (chooses && core() != kOpenBlasCore)
        dispatch.objections.push_back(std::string("OpenBLAS takes its kernels for ") + core() +
                                      ", where OPENBLAS_CORETYPE asks for " + std::string(kOpenBlasCore));
}

}  // namespace

Dispatch ask_dispatch(const std::string& path, const std::string& version) {
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD);
    if (!library) throw std::runtime_error(path + " is not loaded");
    Dispatch dispatch;
    for (const Pin& pin : kPins) {
        const char* value = std::getenv(std::string(pin.variable).c_str());
        dispatch.found["environment"][std::string(pin.variable)] = value ? value : "";
        if (!value || value != pin.value)
            dispatch.objections.push_back(std::string(pin.variable) + " is not " + std::string(pin.value));
    }
    dispatch.found["processor"] = features();
    dispatch.found["hwcap2"] = getauxval(AT_HWCAP2);
    ask_processors(dispatch);
    ask_glibc(dispatch);
    ask_libtorch(library, version, dispatch);
    ask_onednn(library, dispatch);
    ask_openblas(library, dispatch);
    dlclose(library);
    return dispatch;
}

}  // namespace simple::bench
