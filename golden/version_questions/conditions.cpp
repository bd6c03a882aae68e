#include "golden/version_questions/conditions.h"

#include <ATen/ATen.h>
#include <ATen/Version.h>
#include <link.h>

#include <cstdlib>
#include <string_view>

namespace simple::versions {

// at::show_config says which instruction set is used; what it is called has changed.
std::string capability() {
    const std::string config = at::show_config(), label = "CPU capability usage: ";
    const size_t begin = config.find(label);
    if (begin == std::string::npos) return "?";
    const std::string name = config.substr(begin + label.size(), config.find('\n', begin) - begin - label.size());
    return name == "NO AVX" ? "DEFAULT" : name;
}

std::string blas() {
    if (at::hasMKL()) return "MKL";
    std::string found;
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* out) {
            const std::string_view name = info->dlpi_name;
            const size_t slash = name.rfind('/');
            if (slash != std::string_view::npos && name.compare(slash, 9, "/libblas.") == 0)
                *static_cast<std::string*>(out) = name;
            return 0;
        },
        &found);
    char* real = realpath(found.c_str(), nullptr);
    const std::string file = real ? real : "?";
    std::free(real);
    return file;
}

}  // namespace simple::versions
