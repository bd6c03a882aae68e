#include "impl/abi/backend.h"

#include <dlfcn.h>

#include <algorithm>
#include <stdexcept>

namespace simple {
namespace {

template <typename Pointer>
void look_up(void* library, const char* symbol, Pointer& target, std::vector<std::string>& missing) {
    target = reinterpret_cast<Pointer>(dlsym(library, symbol));
    if (!target) missing.emplace_back(symbol);
}

Backend functions_of(void* library, std::string path) {
    Backend backend;
    backend.path = std::move(path);
#define RT_FUNCTION(name, symbol, ...) look_up(library, #symbol, backend.name, backend.missing);
#include "impl/abi/functions.def"
#undef RT_FUNCTION
    return backend;
}

}  // namespace

bool Backend::has(Fn fn) const { return address(fn) != nullptr; }

bool Backend::has_all(Set set) const {
    return std::none_of(missing.begin(), missing.end(),
                        [&](const std::string& symbol) { return find_function(symbol)->set == set; });
}

void* Backend::address(Fn fn) const {
    switch (fn) {
#define RT_FUNCTION(name, ...) \
    case Fn::name:             \
        return reinterpret_cast<void*>(this->name);
#include "impl/abi/functions.def"
#undef RT_FUNCTION
    }
    return nullptr;
}

Backend load_backend(const std::string& path) {
    // Without a slash dlopen searches the system's folders, which is not what a path on a command line means.
    const std::string file = path.find('/') == std::string::npos ? "./" + path : path;
    void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) throw std::runtime_error(dlerror());
    return functions_of(library, path);
}

Backend backend_in_process() { return functions_of(RTLD_DEFAULT, ""); }

}  // namespace simple
