#include "ci/steps/dependencies.h"

#include <elf.h>
#include <link.h>

#include <map>
#include <sstream>

#include "ci/run/process.h"
#include "ci/steps/elf_file.h"
#include "impl/abi/library_path.h"

namespace simple::gate {
namespace {

constexpr double kListSeconds = 60;

// The loader of this program, which is the one that will load the library. The first object is the program itself.
std::string loader() {
    std::string path;
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* to) {
            for (int i = 0; i < info->dlpi_phnum; ++i)
                if (info->dlpi_phdr[i].p_type == PT_INTERP)
                    *static_cast<std::string*>(to) =
                        reinterpret_cast<const char*>(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
            return 1;
        },
        &path);
    return path;
}

}  // namespace

// ld.so --list prints a line "\tlibm.so.6 => /lib/libm.so.6 (0x7f…)" for each; LibTorch has some three hundred.
std::map<std::string, std::string> all_dependencies_of(const std::string& library, double time_scale) {
    const std::string list_to_events = "exec \"$0\" --list \"$1\" >&3";
    const Ran ran =
        run_to_end({"/bin/sh", "-c", list_to_events, loader(), with_folder(library)}, kListSeconds * time_scale);
    std::map<std::string, std::string> path_of;
    std::istringstream lines(ran.events);
    for (std::string line; std::getline(lines, line);) {
        const size_t arrow = line.find(" => "), end = line.rfind(" (0x");
        if (line.empty() || arrow == std::string::npos || end == std::string::npos || end < arrow + 4) continue;
        path_of[line.substr(1, arrow - 1)] = line.substr(arrow + 4, end - arrow - 4);
    }
    return path_of;
}

std::vector<std::string> dependencies_of(const std::string& library, double time_scale) {
    const auto path_of = all_dependencies_of(library, time_scale);
    std::vector<std::string> paths;
    for (const auto& name : read_elf(library).needed)
        if (const auto found = path_of.find(name); found != path_of.end()) paths.push_back(found->second);
    return paths;
}

}  // namespace simple::gate
