#include "bench/compare/machine.h"

#include <elf.h>
#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

namespace simple::compare {
namespace {

// The value of /proc/cpuinfo's first line of that name; "unknown" where there is none.
std::string cpu_info(const std::string& name) {
    std::ifstream lines("/proc/cpuinfo");
    std::string line;
    while (std::getline(lines, line)) {
        const size_t colon = line.find(':');
        if (colon == std::string::npos || line.compare(0, name.size(), name) != 0) continue;
        const size_t begin = line.find_first_not_of(' ', colon + 1);
        return begin == std::string::npos ? "" : line.substr(begin);
    }
    return "unknown";
}

// Of the instruction sets that kernels are chosen by, those that the CPU has.
std::string instruction_sets() {
    std::istringstream flags(cpu_info("flags"));
    std::string sets;
    for (std::string flag; flags >> flag;)
        for (const char* known : {"sse4_2", "avx", "avx2", "fma", "avx512f", "avx512vl", "avx512_bf16", "amx_tile"})
            if (flag == known) sets += (sets.empty() ? "" : " ") + flag;
    return sets.empty() ? "unknown" : sets;
}

std::string kernel_series() {
    utsname names{};
    uname(&names);
    const std::string release = names.release;
    return release.substr(0, release.find('.', release.find('.') + 1));
}

std::string build_id(const dl_phdr_info& info) {
    for (int i = 0; i < info.dlpi_phnum; ++i) {
        const ElfW(Phdr)& segment = info.dlpi_phdr[i];
        if (segment.p_type != PT_NOTE) continue;
        const char* at = reinterpret_cast<const char*>(info.dlpi_addr + segment.p_vaddr);
        const char* const end = at + segment.p_memsz;
        const auto padded = [](size_t size) { return (size + 3) / 4 * 4; };
        while (at + sizeof(ElfW(Nhdr)) <= end) {
            ElfW(Nhdr) note;
            std::memcpy(&note, at, sizeof note);
            const char* const name = at + sizeof note;
            const auto* id = reinterpret_cast<const unsigned char*>(name + padded(note.n_namesz));
            if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0) {
                std::string text;
                for (size_t byte = 0; byte < note.n_descsz; ++byte) text += fmt::format("{:02x}", id[byte]);
                return text;
            }
            at = reinterpret_cast<const char*>(id) + padded(note.n_descsz);
        }
    }
    return "none";
}

std::map<std::string, std::string> libraries() {
    std::map<std::string, std::string> found;
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* to) {
            const std::string name = std::filesystem::path(info->dlpi_name).filename();
            for (const char* part : {"libc.so", "libtorch_cpu", "libc10.", "blas", "libmkl", "libdnnl"})
                if (name.find(part) != std::string::npos)
                    (*static_cast<std::map<std::string, std::string>*>(to))[name] = build_id(*info);
            return 0;
        },
        &found);
    return found;
}

}  // namespace

nlohmann::ordered_json machine() {
    return {{"cpu", cpu_info("model name")},          {"cores", std::thread::hardware_concurrency()},
            {"instruction_sets", instruction_sets()}, {"kernel", kernel_series()},
            {"libc", gnu_get_libc_version()},         {"libraries", libraries()}};
}

std::string comparability_key(const nlohmann::ordered_json& machine) {
    std::string key =
        fmt::format("{}; {} cores; {}; Linux {}; glibc {}", machine.at("cpu").get<std::string>(),
                    machine.at("cores").get<unsigned>(), machine.at("instruction_sets").get<std::string>(),
                    machine.at("kernel").get<std::string>(), machine.at("libc").get<std::string>());
    constexpr size_t kEnough = 12;  // of a build id's 40 digits
    for (const auto& [name, id] : machine.at("libraries").items())
        key += fmt::format("; {} {}", name, id.get<std::string>().substr(0, kEnough));
    if (machine.contains("compiler")) key += "; " + machine["compiler"].get<std::string>();
    return key;
}

}  // namespace simple::compare
