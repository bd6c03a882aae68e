#include "bench/instructions/made_with.h"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace simple::bench {
namespace {

template <typename T>
std::vector<T> read_table(std::ifstream& file, uint64_t offset, size_t count) {
    std::vector<T> table(count);
    file.seekg(static_cast<std::streamoff>(offset));
    file.read(reinterpret_cast<char*>(table.data()), static_cast<std::streamsize>(count * sizeof(T)));
    return table;
}

// The strings of the section .comment, where each compiler that had a part in the file says its name.
std::vector<std::string> comments(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const auto header = read_table<Elf64_Ehdr>(file, 0, 1).front();
    if (!file || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64)
        throw std::runtime_error(path + " is no 64-bit ELF file");
    const auto sections = read_table<Elf64_Shdr>(file, header.e_shoff, header.e_shnum);
    if (!file || header.e_shstrndx >= sections.size()) return {};
    const auto names =
        read_table<char>(file, sections[header.e_shstrndx].sh_offset, sections[header.e_shstrndx].sh_size);
    std::vector<std::string> result;
    for (const Elf64_Shdr& section : sections) {
        if (section.sh_name >= names.size() || std::strcmp(names.data() + section.sh_name, ".comment") != 0) continue;
        auto text = read_table<char>(file, section.sh_offset, section.sh_size);
        text.push_back('\0');
        for (const char* at = text.data(); at < text.data() + text.size(); at += std::strlen(at) + 1)
            if (*at) result.emplace_back(at);
    }
    return result;
}

// "GCC: (Debian 12.2.0-14+deb12u1) 12.2.0", "Debian clang version 14.0.6": the last, or the one behind "version ".
std::string version_in(const std::string& comment) {
    const size_t named = comment.find("version ");
    const size_t begin = named == std::string::npos ? comment.rfind(' ') + 1 : named + 8;
    const size_t end = std::find_if(comment.begin() + static_cast<std::ptrdiff_t>(begin), comment.end(),
                                    [](unsigned char c) { return !std::isdigit(c) && c != '.'; }) -
                       comment.begin();
    return comment.substr(begin, end - begin);
}

// Start files are GCC's whatever compiled the rest.
std::string compiler_of(const std::string& path) {
    std::string gcc, clang;
    for (const std::string& comment : comments(path)) {
        if (comment.find("clang version ") != std::string::npos) clang = "clang " + version_in(comment);
        if (comment.rfind("GCC: ", 0) == 0) gcc = std::max(gcc, "gcc " + version_in(comment));
    }
    const std::string& compiler = clang.empty() ? gcc : clang;
    if (compiler.empty()) throw std::runtime_error(path + " does not say what compiled it (section .comment)");
    return compiler;
}

}  // namespace

std::string MadeWith::file_name() const {
    std::string short_compiler = compiler.substr(0, compiler.find('.'));
    std::replace(short_compiler.begin(), short_compiler.end(), ' ', '-');
    const bool real = !libtorch.empty() && std::isdigit(static_cast<unsigned char>(libtorch[0]));
    return fmt::format("{}_{}{}_{}.tsv", short_compiler, real ? "libtorch-" : "", libtorch, machine);
}

std::string MadeWith::difference(const MadeWith& other) const {
    const std::string MadeWith::*const parts[] = {&MadeWith::compiler, &MadeWith::libtorch, &MadeWith::machine,
                                                  &MadeWith::flags};
    for (const auto part : parts)
        if (this->*part != other.*part) return fmt::format("they are of {}, and this is {}", this->*part, other.*part);
    return "";
}

MadeWith made_with(const std::string& library, const std::string& version) {
    MadeWith result;
    result.compiler = compiler_of(library);
    result.libtorch = version.substr(0, version.find('+'));
    result.machine = SIMPLE_MACHINE;
    result.flags = SIMPLE_BUILD_FLAGS;
    return result;
}

}  // namespace simple::bench
