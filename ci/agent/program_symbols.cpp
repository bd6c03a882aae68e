#include "ci/agent/program_symbols.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace simple {
namespace {

constexpr const char* kDyncall[] = {
#define RT_DYNCALL(symbol, ...) #symbol,
#include "impl/dynload/dyncall.def"
#undef RT_DYNCALL
};

void* g_library = nullptr;  // that the program loaded for itself
bool g_launched = false;

// The program as it is loaded; the loader lists it first.
struct Loaded {
    uintptr_t bias = 0;  // how far from its addresses in the file it lies
    uintptr_t headers = 0;
};

Loaded loaded_program() {
    Loaded loaded;
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* result) {
            *static_cast<Loaded*>(result) = {info->dlpi_addr, reinterpret_cast<uintptr_t>(info->dlpi_phdr)};
            return 1;
        },
        &loaded);
    return loaded;
}

// Where a loader or an emulator was started with the program as argument, /proc/self/exe is theirs.
std::string file_mapped_at(uintptr_t address) {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        std::istringstream words(line);
        std::string range, rights, offset, device, node, path;
        unsigned long begin = 0, end = 0;
        if (!(words >> range >> rights >> offset >> device >> node) ||
            std::sscanf(range.c_str(), "%lx-%lx", &begin, &end) != 2 || address < begin || address >= end)
            continue;
        std::getline(words >> std::ws, path);
        return path;
    }
    return "";
}

void read_table(Elf* elf, Elf_Scn* section, const GElf_Shdr& header, uintptr_t bias,
                std::map<std::string, void*>& functions) {
    Elf_Data* data = elf_getdata(section, nullptr);
    if (!data || header.sh_entsize == 0) return;
    for (size_t i = 0; i < header.sh_size / header.sh_entsize; ++i) {
        GElf_Sym symbol;
        if (!gelf_getsym(data, static_cast<int>(i), &symbol)) return;
        if (GELF_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_shndx == SHN_UNDEF) continue;
        const char* name = elf_strptr(elf, header.sh_link, symbol.st_name);
        if (name && find_function(name)) functions[name] = reinterpret_cast<void*>(bias + symbol.st_value);
    }
}

std::string program_file() {
    const std::string mapped = file_mapped_at(loaded_program().headers);
    return mapped.empty() || mapped.front() != '/' ? "/proc/self/exe" : mapped;
}

std::map<std::string, void*> functions_in_symbol_table() {
    std::map<std::string, void*> functions;
    int fd = open(program_file().c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);  // it was replaced since it was started
    if (fd < 0) return functions;
    elf_version(EV_CURRENT);
    const std::unique_ptr<Elf, int (*)(Elf*)> elf(elf_begin(fd, ELF_C_READ, nullptr), elf_end);
    for (Elf_Scn* section = nullptr; elf && (section = elf_nextscn(elf.get(), section));) {
        GElf_Shdr header;
        if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB)
            read_table(elf.get(), section, header, loaded_program().bias, functions);
    }
    close(fd);
    return functions;
}

bool any_in(void* library) {
    for (size_t i = 0; i < kFunctionCount; ++i)
        if (dlsym(library, std::string(functions()[i].symbol).c_str())) return true;
    return false;
}

// Libraries that were opened by constructors before main, each for itself.
void* opened_library() {
    std::vector<std::string> paths;
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* result) {
            if (info->dlpi_name && info->dlpi_name[0] == '/')
                static_cast<std::vector<std::string>*>(result)->emplace_back(info->dlpi_name);
            return 0;
        },
        &paths);
    for (const auto& path : paths) {
        void* library = dlopen(path.c_str(), RTLD_LAZY | RTLD_NOLOAD);
        if (library && any_in(library)) return library;
        if (library) dlclose(library);
    }
    return nullptr;
}

using Finder = std::map<std::string, void*>;

void* find_in_program(const Finder& own, const char* symbol) {
    if (void* exported = dlsym(RTLD_DEFAULT, symbol)) return exported;
    if (const auto found = own.find(symbol); found != own.end()) return found->second;
    return g_library ? dlsym(g_library, symbol) : nullptr;
}

const void* object_of(const void* address) {
    Dl_info info;
    return dladdr(address, &info) ? info.dli_fbase : nullptr;
}

std::string holder_of(void* address) {
    Dl_info info;
    return dladdr(address, &info) && info.dli_fname ? info.dli_fname : "the program";
}

}  // namespace

Backend backend_in_program() {
    const Finder own = functions_in_symbol_table();
    return make_backend("", [&](const char* symbol) { return find_in_program(own, symbol); });
}

FoundFunctions functions_in_program() {
    const Finder own = functions_in_symbol_table();
    FoundFunctions found;
    std::set<const void*> objects;  // of the process, each asked once
    const auto look = [&](const std::string& symbol) {
        void* address = find_in_program(own, symbol.c_str());
        if (!address) return;
        found.symbols.push_back(symbol);
        if (objects.insert(object_of(address)).second)
            found.files.push_back(file_mapped_at(reinterpret_cast<uintptr_t>(address)));
        if (!found.where.empty()) return;
        const bool listed = !dlsym(RTLD_DEFAULT, symbol.c_str()) && own.count(symbol) != 0;
        found.where = listed ? "in the symbol table of " + program_file() : "exported by " + holder_of(address);
    };
    for (size_t i = 0; i < kFunctionCount; ++i) look(std::string(functions()[i].symbol));
    for (const char* symbol : kDyncall) look(symbol);
    return found;
}

std::map<std::string, void*> addresses_in_program(const std::vector<std::string>& symbols, void* library) {
    const Finder own = library ? Finder() : functions_in_symbol_table();
    std::map<std::string, void*> found;
    for (const auto& symbol : symbols)
        if (void* address = library ? dlsym(library, symbol.c_str()) : find_in_program(own, symbol.c_str()))
            found[symbol] = address;
    return found;
}

bool program_was_launched() { return g_launched; }

}  // namespace simple

int simple_find_functions() {
    const auto own = simple::functions_in_symbol_table();
    if (!own.empty() || simple::any_in(RTLD_DEFAULT)) return 1;
    simple::g_library = simple::opened_library();
    return simple::g_library != nullptr;
}

int simple_find_functions_in(void* library) {
    if (!simple::any_in(library)) return 0;
    simple::g_library = library;
    return 1;
}

void simple_set_launched() { simple::g_launched = true; }
