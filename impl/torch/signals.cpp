#include "impl/torch/signals.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <csignal>
#include <cstring>
#include <new>
#include <set>
#include <vector>

namespace simple {
namespace {

const char* base_name(const char* path) {
    const char* slash = std::strrchr(path, '/');
    return slash ? slash + 1 : path;
}

// The loaded libraries in the order in which they were loaded; the program first.
std::vector<const link_map*> loaded() {
    std::vector<const link_map*> maps;
    void* self = dlopen(nullptr, RTLD_LAZY);
    link_map* map = nullptr;
    if (self && dlinfo(self, RTLD_DI_LINKMAP, &map) == 0)
        for (; map; map = map->l_next) maps.push_back(map);
    if (self) dlclose(self);
    return maps;
}

// The names that a library says it needs. glibc has relocated the string table's address, except in the vDSO.
std::vector<const char*> needed_by(const link_map* map) {
    const char* strings = nullptr;
    for (const ElfW(Dyn)* entry = map->l_ld; entry && entry->d_tag != DT_NULL; ++entry)
        if (entry->d_tag == DT_STRTAB) strings = reinterpret_cast<const char*>(entry->d_un.d_ptr);
    std::vector<const char*> names;
    for (const ElfW(Dyn)* entry = map->l_ld; strings && entry && entry->d_tag != DT_NULL; ++entry)
        if (entry->d_tag == DT_NEEDED) names.push_back(strings + entry->d_un.d_val);
    return names;
}

size_t place_of(const std::vector<const link_map*>& maps, const link_map* map) {
    size_t at = 0;
    while (at < maps.size() && maps[at] != map) ++at;
    return at;
}

const link_map* map_around(const void* address) {
    Dl_info info;
    void* map = nullptr;
    if (!address || !dladdr1(address, &info, &map, RTLD_DL_LINKMAP)) return nullptr;
    return static_cast<const link_map*>(map);
}

// root's own dependencies, and theirs.
std::set<const link_map*> dependencies(const std::vector<const link_map*>& maps, const char* root) {
    std::set<const link_map*> found;
    std::vector<const link_map*> open;
    const auto take = [&](const char* name) {
        for (const link_map* map : maps)
            if (std::strncmp(base_name(map->l_name), name, std::strlen(name)) == 0 && found.insert(map).second)
                open.push_back(map);
    };
    take(root);
    while (!open.empty()) {
        const link_map* map = open.back();
        open.pop_back();
        for (const char* name : needed_by(map)) take(name);
    }
    return found;
}

const void* handler_of(int signal) {
    struct sigaction action;
    if (sigaction(signal, nullptr, &action) != 0) return nullptr;
    if (action.sa_flags & SA_SIGINFO) return reinterpret_cast<const void*>(action.sa_sigaction);
    if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN) return nullptr;
    return reinterpret_cast<const void*>(action.sa_handler);
}

// UCX keeps the handlers of errors that it replaced.
void let_ucx_put_back(const link_map* ucx) {
    void* library = dlopen(ucx->l_name, RTLD_NOW | RTLD_NOLOAD);
    if (!library) return;
    if (void* disable = dlsym(library, "ucs_debug_disable_signals")) reinterpret_cast<void (*)()>(disable)();
    dlclose(library);
}

void put_back(const char* root, const void* after) {
    const std::vector<const link_map*> maps = loaded();
    const std::set<const link_map*> ours = dependencies(maps, root);
    const link_map* bringer = map_around(after);
    const size_t from = bringer ? place_of(maps, bringer) : 0;
    const auto foreign = [&](int signal) -> const link_map* {
        const link_map* map = map_around(handler_of(signal));
        return map && ours.count(map) && (!bringer || place_of(maps, map) > from) ? map : nullptr;
    };
    constexpr int kSignals = 32;  // those with names; real-time signals are asked for one by one
    const link_map* ucx = nullptr;
    for (int signal = 1; signal < kSignals; ++signal)
        if (const link_map* map = foreign(signal); map && std::strncmp(base_name(map->l_name), "libucs.", 7) == 0)
            ucx = map;
    if (ucx) let_ucx_put_back(ucx);
    for (int signal = 1; signal < kSignals; ++signal) {
        if (!foreign(signal)) continue;
        struct sigaction standard = {};
        standard.sa_handler = SIG_DFL;
        sigaction(signal, &standard, nullptr);
    }
}

}  // namespace

void put_back_handlers_of_dependencies(const char* root, const void* after) noexcept {
    try {
        put_back(root, after);
    } catch (const std::bad_alloc&) {
        // Handlers stay as they are.
    }
}

}  // namespace simple
