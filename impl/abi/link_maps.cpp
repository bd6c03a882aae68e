#include "impl/abi/link_maps.h"

#include <dlfcn.h>
#include <elf.h>

#include <cstring>

namespace simple {

std::vector<const link_map*> loaded_maps() {
    std::vector<const link_map*> maps;
    void* self = dlopen(nullptr, RTLD_LAZY);
    link_map* map = nullptr;
    if (self && dlinfo(self, RTLD_DI_LINKMAP, &map) == 0)
        for (; map; map = map->l_next) maps.push_back(map);
    if (self) dlclose(self);
    return maps;
}

const char* base_name(const link_map* map) {
    const char* slash = std::strrchr(map->l_name, '/');
    return slash ? slash + 1 : map->l_name;
}

// glibc has relocated the string table's address, except in the vDSO.
std::vector<const char*> needed_by(const link_map* map) {
    const char* strings = nullptr;
    for (const ElfW(Dyn)* entry = map->l_ld; entry && entry->d_tag != DT_NULL; ++entry)
        if (entry->d_tag == DT_STRTAB) strings = reinterpret_cast<const char*>(entry->d_un.d_ptr);
    std::vector<const char*> names;
    for (const ElfW(Dyn)* entry = map->l_ld; strings && entry && entry->d_tag != DT_NULL; ++entry)
        if (entry->d_tag == DT_NEEDED) names.push_back(strings + entry->d_un.d_val);
    return names;
}

const link_map* map_around(const void* address) {
    Dl_info info;
    void* map = nullptr;
    if (!address || !dladdr1(address, &info, &map, RTLD_DL_LINKMAP)) return nullptr;
    return static_cast<const link_map*>(map);
}

}  // namespace simple
