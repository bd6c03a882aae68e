#include "ci/steps/loaded_libraries.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <link.h>

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <set>
#include <string_view>
#include <system_error>

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

std::string name_of(const std::string& path) { return fs::path(path).filename().string(); }

// libgomp.so.1, or libgomp-a34b3233.so.1 as a wheel has it.
bool is_one_of(const std::string& path, std::initializer_list<std::string_view> names) {
    const std::string file = name_of(path);
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
        const size_t size = name.size();
        return file.compare(0, size, name) == 0 && file.size() > size && (file[size] == '.' || file[size] == '-');
    });
}

bool is_openmp(const std::string& path) { return is_one_of(path, {"libgomp", "libiomp5", "libomp"}); }

// Whose BLAS it is; empty where it is none. Debian's libblas.so.3 is in a folder named for who made it.
std::string blas_of(const std::string& path) {
    const std::string file = name_of(path);
    if (file.compare(0, 7, "libmkl_") == 0) return "MKL";
    if (!is_one_of(path, {"libblas", "libcblas", "libatlas", "libsatlas", "libtatlas", "libflexiblas"}) &&
        file.compare(0, 11, "libopenblas") != 0 && file.compare(0, 7, "libblis") != 0)
        return "";
    for (const auto& [word, name] : {std::pair("openblas", "OpenBLAS"), std::pair("blis", "BLIS"),
                                     std::pair("atlas", "ATLAS"), std::pair("flexiblas", "FlexiBLAS")})
        if (path.find(word) != std::string::npos) return name;
    return "the reference BLAS";
}

std::string listed(const std::vector<std::string>& paths) {
    std::vector<std::string> names;
    for (const auto& path : paths) names.push_back(name_of(path));
    return names.empty() ? "none as a library of its own" : fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::vector<std::string> loaded_libraries() {
    std::set<std::string> paths;
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* to) {
            std::error_code unknown;
            const fs::path path = fs::canonical(info->dlpi_name, unknown);
            if (!unknown) static_cast<std::set<std::string>*>(to)->insert(path.string());
            return 0;
        },
        &paths);
    return {paths.begin(), paths.end()};
}

std::vector<std::string> notes_of_loaded(const std::vector<std::string>& libraries) {
    std::vector<std::string> openmp, blas;
    std::set<std::string> makers;
    for (const auto& path : libraries) {
        if (is_openmp(path)) openmp.push_back(path);
        const std::string maker = blas_of(path);
        if (maker.empty()) continue;
        blas.push_back(path);
        makers.insert(maker);
    }
    if (openmp.empty() && blas.empty()) return {};
    std::vector<std::string> notes{fmt::format("OpenMP: {}; BLAS: {}", listed(openmp), listed(blas))};
    if (openmp.size() > 1)
        notes.push_back(
            fmt::format("warning: two OpenMP runtimes in one process, each with threads of its own, so that a "
                        "setting of one does not reach the other and both together use more cores than there are: {}",
                        fmt::join(openmp, ", ")));
    if (makers.size() > 1)
        notes.push_back(
            fmt::format("warning: BLAS of two makers in one process, so that the order of loading decides which "
                        "computes: {}",
                        fmt::join(blas, ", ")));
    return notes;
}

}  // namespace simple::gate
