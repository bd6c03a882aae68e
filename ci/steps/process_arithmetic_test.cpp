#include "ci/steps/process_arithmetic.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <string>

namespace simple::gate {
namespace {

TEST(ProcessArithmetic, TheCapabilityIsThatOfTheConfiguration) {
    const auto of = [](const std::string& word) {
        return capability_in("PyTorch built with:\n  - GCC 12.2\n  - CPU capability usage: " + word +
                             "\n  - Build settings: PERF_WITH_AVX512=1, \n");
    };
    EXPECT_EQ(of("AVX2"), "AVX2");
    EXPECT_EQ(of("AVX512"), "AVX512");
    EXPECT_EQ(of("DEFAULT"), "DEFAULT");
    EXPECT_EQ(of("NO AVX"), "DEFAULT");
    EXPECT_EQ(capability_in("PyTorch built with:\n  - GCC 12.2\n"), "");
    EXPECT_EQ(capability_in("CPU capability usage: " + std::string(1000, 'A')).size(), 40u);
}

TEST(ProcessArithmetic, ALibTorchOfTheOldAbiIsAskedToo) {
    void* library = dlopen(OLD_ABI_CONFIGURATION, RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(library, nullptr) << dlerror();
    EXPECT_EQ(process_arithmetic(library).capability, "AVX2");
    dlclose(library);
}

// This one has neither LibTorch nor a BLAS.
TEST(ProcessArithmetic, WhatAProcessDoesNotSayIsNotKnown) {
    EXPECT_EQ(process_arithmetic(nullptr), Arithmetic{});
    EXPECT_EQ(to_string(Arithmetic{}), "CPU capability not known, threads not known, BLAS not known");
}

}  // namespace
}  // namespace simple::gate
