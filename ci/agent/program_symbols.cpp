#include "ci/agent/program_symbols.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <link.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <string>

namespace simple {
namespace {

// How far from its addresses in the file the program lies; the loader lists the program first.
uintptr_t load_bias() {
    uintptr_t bias = 0;
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* result) {
            *static_cast<uintptr_t*>(result) = info->dlpi_addr;
            return 1;
        },
        &bias);
    return bias;
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

std::map<std::string, void*> functions_in_symbol_table() {
    std::map<std::string, void*> functions;
    const int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return functions;
    elf_version(EV_CURRENT);
    const std::unique_ptr<Elf, int (*)(Elf*)> elf(elf_begin(fd, ELF_C_READ, nullptr), elf_end);
    for (Elf_Scn* section = nullptr; elf && (section = elf_nextscn(elf.get(), section));) {
        GElf_Shdr header;
        if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB)
            read_table(elf.get(), section, header, load_bias(), functions);
    }
    close(fd);
    return functions;
}

}  // namespace

Backend backend_in_program() {
    const auto own = functions_in_symbol_table();
    return make_backend("", [&](const char* symbol) -> void* {
        if (void* exported = dlsym(RTLD_DEFAULT, symbol)) return exported;
        const auto found = own.find(symbol);
        return found == own.end() ? nullptr : found->second;
    });
}

}  // namespace simple
