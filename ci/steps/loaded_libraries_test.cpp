#include "ci/steps/loaded_libraries.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace simple::gate {
namespace {

using Lines = std::vector<std::string>;

TEST(LoadedLibraries, OfOneMakerAreListed) {
    EXPECT_EQ(notes_of_loaded({"/lib/x/libc.so.6", "/lib/x/libgomp.so.1.0.0", "/lib/x/openblas-openmp/libblas.so.3",
                               "/lib/x/openblas-openmp/libopenblasp-r0.3.21.so", "/lib/x/liblapack.so.3"}),
              Lines{"OpenMP: libgomp.so.1.0.0; BLAS: libblas.so.3, libopenblasp-r0.3.21.so"});
}

TEST(LoadedLibraries, AWheelHasNoBlasOfItsOwn) {
    EXPECT_EQ(notes_of_loaded({"/w/torch/lib/libgomp-a34b3233.so.1", "/w/torch/lib/libtorch_cpu.so"}),
              Lines{"OpenMP: libgomp-a34b3233.so.1; BLAS: none as a library of its own"});
}

TEST(LoadedLibraries, ALibraryWithoutEitherHasNoNote) {
    EXPECT_EQ(notes_of_loaded({"/lib/x/libc.so.6", "/lib/libgompertz.so.1", "/lib/libblasphemy.so"}), Lines{});
}

TEST(LoadedLibraries, TwoOpenMpRuntimesAreAWarning) {
    for (const char* second :
         {"/w/torch/lib/libgomp-a34b3233.so.1", "/opt/libiomp5.so", "/lib/llvm-14/lib/libomp.so.5"}) {
        const Lines notes = notes_of_loaded({"/lib/x/libgomp.so.1.0.0", second});
        ASSERT_EQ(notes.size(), 2u) << second;
        EXPECT_EQ(notes[1].find("warning: two OpenMP runtimes in one process"), 0u);
        EXPECT_NE(notes[1].find(std::string("/lib/x/libgomp.so.1.0.0, ") + second), std::string::npos);
    }
}

TEST(LoadedLibraries, BlasOfTwoMakersIsAWarning) {
    const Lines notes =
        notes_of_loaded({"/lib/x/blas/libblas.so.3.11.0", "/lib/x/openblas-openmp/libopenblasp-r0.3.21.so"});
    ASSERT_EQ(notes.size(), 2u);
    EXPECT_EQ(notes[1].find("warning: BLAS of two makers"), 0u);
    EXPECT_EQ(notes_of_loaded({"/opt/mkl/libmkl_rt.so.2", "/opt/mkl/libmkl_core.so.2"}).size(), 1u);
}

TEST(LoadedLibraries, ThoseOfThisProcessAreFiles) {
    const Lines libraries = loaded_libraries();
    EXPECT_TRUE(std::any_of(libraries.begin(), libraries.end(),
                            [](const std::string& path) { return path.find("/libstdc++.so") != std::string::npos; }));
}

}  // namespace
}  // namespace simple::gate
