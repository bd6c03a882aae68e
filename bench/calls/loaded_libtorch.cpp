#include "bench/calls/loaded_libtorch.h"

#include <link.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

namespace simple::bench {

std::string version_of(const Backend& backend) {
    char* text = backend.version ? backend.version() : nullptr;
    std::string version = text ? text : "";
    std::free(text);
    return version;
}

namespace {

std::vector<std::string> libtorch_files() {
    std::vector<std::string> files;
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* to) {
            if (std::strstr(info->dlpi_name, "libtorch_cpu.so"))
                static_cast<std::vector<std::string>*>(to)->push_back(info->dlpi_name);
            return 0;
        },
        &files);
    return files;
}

}  // namespace

int copies_of_libtorch() { return static_cast<int>(libtorch_files().size()); }

std::string file_of_libtorch() {
    const std::vector<std::string> files = libtorch_files();
    if (files.empty()) return "";
    std::error_code ignored;
    const auto file = std::filesystem::canonical(files.front(), ignored);
    return file.empty() ? files.front() : file.string();
}

}  // namespace simple::bench
