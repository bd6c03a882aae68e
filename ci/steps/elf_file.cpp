#include "ci/steps/elf_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace simple::gate {
namespace {

[[noreturn]] void damaged(const std::string& path, const char* what) {
    throw std::runtime_error(fmt::format("{} is damaged or truncated: {}", path, what));
}

struct Descriptor {
    int fd;
    ~Descriptor() { close(fd); }
};

void read_segments(Elf* elf, const std::string& path, off_t file_size, ElfFile& file) {
    size_t program_headers = 0;
    if (elf_getphdrnum(elf, &program_headers) != 0) damaged(path, "no program headers");
    for (size_t i = 0; i < program_headers; ++i) {
        GElf_Phdr header;
        if (!gelf_getphdr(elf, static_cast<int>(i), &header)) damaged(path, "unreadable program header");
        if (header.p_type == PT_LOAD && header.p_offset + header.p_filesz > static_cast<GElf_Off>(file_size))
            damaged(path, "a segment lies beyond the end of the file");
        file.interpreted |= header.p_type == PT_INTERP;
    }
}

void read_symbols(Elf* elf, Elf_Scn* section, const GElf_Shdr& header, std::vector<std::string>& names) {
    Elf_Data* data = elf_getdata(section, nullptr);
    if (!data || header.sh_entsize == 0) return;
    for (size_t i = 0; i < header.sh_size / header.sh_entsize; ++i) {
        GElf_Sym symbol;
        if (!gelf_getsym(data, static_cast<int>(i), &symbol)) break;
        const int type = GELF_ST_TYPE(symbol.st_info);
        const bool code_or_data = type == STT_FUNC || type == STT_OBJECT || type == STT_GNU_IFUNC || type == STT_NOTYPE;
        const int visibility = GELF_ST_VISIBILITY(symbol.st_other);
        if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx == SHN_ABS || !code_or_data ||
            GELF_ST_BIND(symbol.st_info) == STB_LOCAL || visibility == STV_HIDDEN || visibility == STV_INTERNAL)
            continue;
        if (const char* name = elf_strptr(elf, header.sh_link, symbol.st_name)) names.emplace_back(name);
    }
}

void read_dynamic(Elf* elf, Elf_Scn* section, const GElf_Shdr& header, ElfFile& file) {
    Elf_Data* data = elf_getdata(section, nullptr);
    if (!data || header.sh_entsize == 0) return;
    for (size_t i = 0; i < header.sh_size / header.sh_entsize; ++i) {
        GElf_Dyn entry;
        if (!gelf_getdyn(data, static_cast<int>(i), &entry) || entry.d_tag == DT_NULL) break;
        if (entry.d_tag == DT_FLAGS_1 && (entry.d_un.d_val & DF_1_PIE) != 0) file.program = true;
        if (entry.d_tag != DT_NEEDED) continue;
        if (const char* name = elf_strptr(elf, header.sh_link, entry.d_un.d_val)) file.needed.emplace_back(name);
    }
}

void read_build_id(Elf_Scn* section, ElfFile& file) {
    Elf_Data* data = elf_getdata(section, nullptr);
    GElf_Nhdr note;
    size_t name = 0, text = 0;
    for (size_t at = 0; data && (at = gelf_getnote(data, at, &note, &name, &text)) > 0;) {
        const auto* bytes = static_cast<const unsigned char*>(data->d_buf);
        if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != sizeof "GNU" || memcmp(bytes + name, "GNU", 4) != 0)
            continue;
        file.build_id.clear();
        for (size_t i = 0; i < note.n_descsz; ++i) file.build_id += fmt::format("{:02x}", bytes[text + i]);
    }
}

// impl/torch/info.cpp leaves it in a section of its own.
void read_headers_version(Elf* elf, ElfFile& file) {
    size_t names = 0;
    if (elf_getshdrstrndx(elf, &names) != 0) return;
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section));) {
        GElf_Shdr header;
        const char* name = gelf_getshdr(section, &header) ? elf_strptr(elf, names, header.sh_name) : nullptr;
        if (!name || std::string(name) != "libtorch_headers") continue;
        const Elf_Data* data = elf_rawdata(section, nullptr);
        if (data && data->d_buf) {
            const char* text = static_cast<const char*>(data->d_buf);
            file.libtorch_headers.assign(text, strnlen(text, data->d_size));
        }
    }
}

}  // namespace

ElfFile read_elf(const std::string& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a FIFO would be waited for
    if (fd < 0) throw std::runtime_error(fmt::format("cannot open {}: {}", path, strerror(errno)));
    const Descriptor descriptor{fd};
    struct stat info {};
    fstat(fd, &info);
    if (!S_ISREG(info.st_mode)) throw std::runtime_error(fmt::format("{} is not a regular file", path));

    elf_version(EV_CURRENT);
    const std::unique_ptr<Elf, int (*)(Elf*)> owner(elf_begin(fd, ELF_C_READ, nullptr), elf_end);
    Elf* elf = owner.get();
    if (!elf || elf_kind(elf) != ELF_K_ELF) {
        const char* hint =
            elf && elf_kind(elf) == ELF_K_AR
                ? " (a static archive: link it into a library, between -Wl,--whole-archive and -Wl,--no-whole-archive)"
                : "";
        throw std::runtime_error(fmt::format("{} is not an ELF file{}", path, hint));
    }
    ElfFile file;
    GElf_Ehdr head;
    if (!gelf_getehdr(elf, &head)) damaged(path, "no ELF header");
    file.machine = head.e_machine;
    file.bits = gelf_getclass(elf) == ELFCLASS64 ? 64 : 32;
    file.program = head.e_type == ET_EXEC;
    read_segments(elf, path, info.st_size, file);
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section));) {
        GElf_Shdr header;
        if (!gelf_getshdr(section, &header)) damaged(path, "unreadable section header");
        if (header.sh_type == SHT_DYNSYM) read_symbols(elf, section, header, file.exported);
        if (header.sh_type == SHT_SYMTAB) read_symbols(elf, section, header, file.listed);
        if (header.sh_type == SHT_DYNAMIC) read_dynamic(elf, section, header, file);
        if (header.sh_type == SHT_NOTE) read_build_id(section, file);
    }
    read_headers_version(elf, file);
    file.shared = head.e_type == ET_DYN && !file.program;
    std::sort(file.exported.begin(), file.exported.end());
    std::sort(file.listed.begin(), file.listed.end());
    return file;
}

int own_machine() {
    static const int machine = read_elf("/proc/self/exe").machine;
    return machine;
}

std::string machine_name(int machine) {
    switch (machine) {
        case EM_X86_64: return "x86-64";
        case EM_386: return "x86";
        case EM_AARCH64: return "AArch64";
        case EM_ARM: return "ARM";
        case EM_RISCV: return "RISC-V";
        case EM_PPC64: return "PowerPC 64";
        case EM_S390: return "S/390";
        default: return fmt::format("machine {}", machine);
    }
}

}  // namespace simple::gate
