// Each of the loaded runtimes is asked, wherever in the process it stands and whatever others define.
#include "impl/torch/openmp.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

namespace simple::torch_backend {
namespace {

class LoadedRuntime {
  public:
    explicit LoadedRuntime(const char* path, int flags = RTLD_LOCAL) : library_(dlopen(path, RTLD_NOW | flags)) {
        EXPECT_NE(library_, nullptr) << dlerror();
    }
    ~LoadedRuntime() { dlclose(library_); }
    LoadedRuntime(const LoadedRuntime&) = delete;
    LoadedRuntime& operator=(const LoadedRuntime&) = delete;

    int pauses() const { return number("pauses"); }
    int threads() const { return number("threads"); }

  private:
    int number(const char* name) const { return *static_cast<int*>(dlsym(library_, name)); }

    void* library_;
};

TEST(OpenMp, WithoutARuntimeNothingIsKept) { EXPECT_EQ(end_openmp_workers().count, 0u); }

TEST(OpenMp, ARuntimeThatEndsItsWorkersKeepsNone) {
    const LoadedRuntime runtime(OPENMP_ENDS);
    EXPECT_EQ(end_openmp_workers().count, 0u);
    EXPECT_EQ(runtime.pauses(), 1) << "softly";
}

TEST(OpenMp, ARuntimeThatCannotEndItsWorkersKeepsThem) {
    const LoadedRuntime runtime(OPENMP_CANNOT);
    const KeepingRuntimes keeping = end_openmp_workers();
    ASSERT_EQ(keeping.count, 1u);
    compute_alone(keeping);
    EXPECT_EQ(runtime.threads(), 1);
}

TEST(OpenMp, ARuntimeThatRefusesKeepsItsWorkers) {
    const LoadedRuntime runtime(OPENMP_REFUSES);
    EXPECT_EQ(end_openmp_workers().count, 1u);
}

TEST(OpenMp, OneThatBeginsAnewInAChildIsAskedAndMayRefuse) {
    const LoadedRuntime runtime(OPENMP_BEGINS_ANEW);
    EXPECT_EQ(end_openmp_workers().count, 0u);
    EXPECT_EQ(runtime.pauses(), 1);
}

// The first one that a symbol is found in is not the only one.
TEST(OpenMp, EachOfSeveralIsAsked) {
    const LoadedRuntime first(OPENMP_ENDS, RTLD_GLOBAL), second(OPENMP_REFUSES), third(OPENMP_CANNOT, RTLD_GLOBAL),
        fourth(OPENMP_BEGINS_ANEW);
    const KeepingRuntimes keeping = end_openmp_workers();
    EXPECT_EQ(first.pauses(), 1);
    EXPECT_EQ(second.pauses(), 1);
    EXPECT_EQ(fourth.pauses(), 1);
    ASSERT_EQ(keeping.count, 2u);
    compute_alone(keeping);
    EXPECT_EQ(first.threads(), 0) << "its workers ended";
    EXPECT_EQ(second.threads(), 1);
    EXPECT_EQ(third.threads(), 1);
    EXPECT_EQ(fourth.threads(), 0);
}

}  // namespace
}  // namespace simple::torch_backend
