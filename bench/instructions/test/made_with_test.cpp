#include "bench/instructions/made_with.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace simple::bench {
namespace {

TEST(MadeWith, FileIsNamedForCompilerLibTorchAndMachine) {
    EXPECT_EQ((MadeWith{"gcc 12.2.0", "1.13.0", "x86_64", "-O2"}.file_name()), "gcc-12_libtorch-1.13.0_x86_64.tsv");
    EXPECT_EQ((MadeWith{"clang 14.0.6", "2.6.0", "aarch64", "-O2"}.file_name()), "clang-14_libtorch-2.6.0_aarch64.tsv");
    EXPECT_EQ((MadeWith{"gcc 12.2.0", "stub", "x86_64", "-O2"}.file_name()), "gcc-12_stub_x86_64.tsv");
}

TEST(MadeWith, LibrarySaysWhatCompiledIt) {
    const MadeWith made = made_with(STUB_LIBRARY, "1.13.0+cpu");
#ifdef __clang__
    const std::string compiler = "clang " + std::to_string(__clang_major__) + "." + std::to_string(__clang_minor__);
#else
    const std::string compiler = "gcc " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__);
#endif
    EXPECT_EQ(made.compiler.substr(0, compiler.size()), compiler);
    EXPECT_EQ(made.libtorch, "1.13.0");
    EXPECT_NE(made.flags.find("C++"), std::string::npos);
    EXPECT_THROW(made_with("/nowhere", ""), std::runtime_error);
}

TEST(MadeWith, AnyDifferenceIsNamed) {
    const MadeWith made{"gcc 12.2.0", "1.13.0", "x86_64", "-O2"};
    EXPECT_EQ(made.difference(made), "");
    EXPECT_EQ(made.difference({"gcc 12.3.0", "1.13.0", "x86_64", "-O2"}),
              "they are of gcc 12.2.0, and this is gcc 12.3.0");
    EXPECT_EQ(made.difference({"gcc 12.2.0", "1.13.0", "x86_64", "-O0"}), "they are of -O2, and this is -O0");
}

}  // namespace
}  // namespace simple::bench
