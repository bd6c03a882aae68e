#include "ci/evidence/machine.h"

#include <gnu/libc-version.h>
#include <sched.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <thread>

namespace simple::evidence {
namespace {

using Json = nlohmann::ordered_json;

std::string first_line(const char* path) {
    std::ifstream in(path);
    std::string line;
    std::getline(in, line);
    return line;
}

std::string value_in(const char* path, const std::string& key, const char* separator) {
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
        if (line.rfind(key, 0) != 0) continue;
        const size_t at = line.find(separator);
        if (at == std::string::npos) continue;
        const size_t begin = line.find_first_not_of(" \t\"", at + 1);
        if (begin == std::string::npos) return "";
        return line.substr(begin, line.find_last_not_of(" \t\"") + 1 - begin);
    }
    return "";
}

// Variables that change what LibTorch, its BLAS, OpenMP, the loader or malloc do. Others may be secrets.
Json environment() {
    constexpr std::array kPrefixes{"OMP_",           "GOMP_",   "KMP_",    "MKL_",   "OPENBLAS_",
                                   "BLIS_",          "DNNL_",   "ONEDNN_", "ATEN_",  "LD_",
                                   "GLIBC_TUNABLES", "MALLOC_", "SIMPLE_", "TORCH_", "CUDA_"};
    Json json = Json::object();
    for (char** variable = environ; *variable; ++variable) {
        const std::string text = *variable;
        if (std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](const char* p) { return text.rfind(p, 0) == 0; }))
            json[text.substr(0, text.find('='))] = text.substr(text.find('=') + 1);
    }
    return json;
}

}  // namespace

Json machine() {
    utsname name{};
    uname(&name);
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof set, &set);
    struct sysinfo memory {};
    sysinfo(&memory);
    return {{"system", value_in("/etc/os-release", "PRETTY_NAME", "=")},
            {"kernel", std::string(name.sysname) + " " + name.release},
            {"architecture", name.machine},
            {"libc", gnu_get_libc_version()},
            {"harness_compiler", __VERSION__},
            {"cpu", value_in("/proc/cpuinfo", "model name", ":")},
            {"cpu_flags", value_in("/proc/cpuinfo", "flags", ":")},
            {"cores", std::thread::hardware_concurrency()},
            {"usable_cores", CPU_COUNT(&set)},
            {"cpu_quota", first_line("/sys/fs/cgroup/cpu.max")},
            {"governor", first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")},
            {"memory_bytes", memory.totalram * memory.mem_unit},
            {"environment", environment()}};
}

}  // namespace simple::evidence
