#include "impl/abi/backend.h"

#include <dlfcn.h>

#include <algorithm>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "impl/abi/library_path.h"

namespace simple {
Backend make_backend(std::string path, const std::function<void*(const char*)>& address_of) {
    Backend backend;
    backend.path = std::move(path);
    const auto look_up = [&](const char* symbol, auto& target) {
        target = reinterpret_cast<std::remove_reference_t<decltype(target)>>(address_of(symbol));
        if (!target) backend.missing.emplace_back(symbol);
    };
#define RT_FUNCTION(name, symbol, ...) look_up(#symbol, backend.name);
#include "impl/abi/functions.def"
#undef RT_FUNCTION
    return backend;
}

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
    void* library = dlopen(with_folder(path).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) throw std::runtime_error(dlerror());
    return make_backend(path, [&](const char* symbol) { return dlsym(library, symbol); });
}

}  // namespace simple
