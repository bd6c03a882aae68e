#include "bench/instructions/atomic_instructions.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace simple::bench {
namespace {

// A file of one segment of code, at 0x1000.
class AtomicInstructionsTest : public testing::Test {
  protected:
    void write(const std::vector<unsigned char>& code, int machine = EM_X86_64) {
        Elf64_Ehdr header{};
        std::memcpy(header.e_ident, ELFMAG, SELFMAG);
        header.e_ident[EI_CLASS] = ELFCLASS64;
        header.e_machine = static_cast<Elf64_Half>(machine);
        header.e_phoff = sizeof header;
        header.e_phentsize = sizeof(Elf64_Phdr);
        header.e_phnum = 1;
        Elf64_Phdr segment{};
        segment.p_type = PT_LOAD;
        segment.p_flags = PF_X | PF_R;
        segment.p_offset = sizeof header + sizeof segment;
        segment.p_vaddr = 0x1000;
        segment.p_filesz = code.size();
        FILE* file = fopen(path_.c_str(), "wb");
        fwrite(&header, sizeof header, 1, file);
        fwrite(&segment, sizeof segment, 1, file);
        fwrite(code.data(), 1, code.size(), file);
        fclose(file);
    }
    bool atomic(const std::vector<unsigned char>& code) {
        write(code);
        return AtomicInstructions(path_).at(0x1000);
    }
    void TearDown() override { unlink(path_.c_str()); }

    const std::string path_ = testing::TempDir() + "/atomic." + std::to_string(getpid());
};

TEST_F(AtomicInstructionsTest, LockPrefixAndExchangeWithMemory) {
    EXPECT_TRUE(atomic({0xf0, 0x48, 0x0f, 0xb1, 0x13})) << "lock cmpxchg %rdx,(%rbx)";
    EXPECT_TRUE(atomic({0x66, 0xf0, 0x0f, 0xc1, 0x07})) << "lock xadd %ax,(%rdi)";
    EXPECT_TRUE(atomic({0x87, 0x07})) << "xchg %eax,(%rdi)";
    EXPECT_TRUE(atomic({0x48, 0x87, 0x07})) << "xchg %rax,(%rdi)";
    EXPECT_FALSE(atomic({0x87, 0xc3})) << "xchg %eax,%ebx";
    EXPECT_FALSE(atomic({0x48, 0x87, 0xc3})) << "xchg %rax,%rbx";
    EXPECT_FALSE(atomic({0x66, 0x90})) << "xchg %ax,%ax, a nop";
    EXPECT_FALSE(atomic({0x48, 0x89, 0xf0})) << "mov %rsi,%rax, whose last byte is f0";
    EXPECT_FALSE(atomic({0x48, 0x0f, 0xb1, 0x13})) << "cmpxchg %rdx,(%rbx)";
}

TEST_F(AtomicInstructionsTest, WhatIsNoCodeIsRefused) {
    write({0x90});
    const AtomicInstructions file(path_);
    EXPECT_TRUE(file.known());
    EXPECT_FALSE(file.at(0x1000));
    EXPECT_THROW(file.at(0x1001), std::out_of_range);
    EXPECT_THROW(file.at(0), std::out_of_range);
    EXPECT_THROW(AtomicInstructions("/nowhere"), std::runtime_error);
    write({0x90}, EM_AARCH64);
    EXPECT_FALSE(AtomicInstructions(path_).known());
}

}  // namespace
}  // namespace simple::bench
