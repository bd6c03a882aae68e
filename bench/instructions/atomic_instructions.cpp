#include "bench/instructions/atomic_instructions.h"

#include <elf.h>

#include <cstring>
#include <fstream>
#include <stdexcept>

namespace simple::bench {
namespace {

constexpr size_t kLongestInstruction = 15;

bool is_legacy_prefix(unsigned char byte) {
    return byte != 0 && std::strchr("\x66\x67\xf2\xf3\x2e\x36\x3e\x26\x64\x65", byte);
}

// Intel's manual, volume 2, 2.1 and XCHG: 86 and 87 with a memory operand lock without the prefix.
bool is_atomic(const unsigned char* code, size_t size) {
    size_t i = 0;
    for (; i < size && (is_legacy_prefix(code[i]) || code[i] == 0xf0); ++i)
        if (code[i] == 0xf0) return true;
    if (i < size && (code[i] & 0xf0) == 0x40) ++i;  // REX
    const bool xchg = i + 1 < size && (code[i] == 0x86 || code[i] == 0x87);
    return xchg && (code[i + 1] >> 6) != 3;
}

}  // namespace

AtomicInstructions::AtomicInstructions(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    Elf64_Ehdr header{};
    file.read(reinterpret_cast<char*>(&header), sizeof header);
    if (!file || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64)
        throw std::runtime_error(path + " is no 64-bit ELF file");
    known_ = header.e_machine == EM_X86_64;
    for (int i = 0; i < header.e_phnum; ++i) {
        Elf64_Phdr segment{};
        file.seekg(static_cast<std::streamoff>(header.e_phoff + static_cast<uint64_t>(i) * header.e_phentsize));
        file.read(reinterpret_cast<char*>(&segment), sizeof segment);
        if (file && (segment.p_type != PT_LOAD || !(segment.p_flags & PF_X))) continue;
        Segment code{segment.p_vaddr, std::vector<unsigned char>(file ? segment.p_filesz : 0)};
        file.seekg(static_cast<std::streamoff>(segment.p_offset));
        file.read(reinterpret_cast<char*>(code.bytes.data()), static_cast<std::streamsize>(code.bytes.size()));
        if (!file) throw std::runtime_error(path + " is cut short");
        code_.push_back(std::move(code));
    }
}

bool AtomicInstructions::at(uint64_t address) const {
    for (const Segment& code : code_)
        if (address >= code.address && address < code.address + code.bytes.size()) {
            const size_t offset = address - code.address;
            return is_atomic(code.bytes.data() + offset, std::min(kLongestInstruction, code.bytes.size() - offset));
        }
    throw std::out_of_range("no code at the address");
}

}  // namespace simple::bench
