// The host's loader on a library of this build that needs nothing else (argv[1]).
#include "impl/dynload/rt_dl.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace {

const char* library_path = nullptr;
constexpr const char* kSymbol = "rt_dl_test_answer";

std::string last_reason() {
    char* text = rt_dlerror();
    std::string reason = text;
    free(text);
    return reason;
}

TEST(Loader, RefusesAPathThatIsNoLibrary) {
    EXPECT_EQ(rt_dlopen("/nowhere/libnothing.so", RT_DL_NOW), 0);
    EXPECT_NE(last_reason().find("libnothing.so"), std::string::npos) << last_reason();
    EXPECT_EQ(rt_dlopen(nullptr, RT_DL_NOW), 0);
    EXPECT_NE(last_reason(), "");
}

TEST(Loader, RefusesFlagsItDoesNotKnow) {
    for (int64_t flags : {0, 3, 4, 0x100, 0x202, -1}) {
        EXPECT_EQ(rt_dlopen(library_path, flags), 0) << flags;
        EXPECT_NE(last_reason().find(std::to_string(flags)), std::string::npos) << last_reason();
    }
}

TEST(Loader, RefusesHandlesThatAreNotOpen) {
    for (int64_t handle : {int64_t{0}, int64_t{-1}, int64_t{12345}, std::numeric_limits<int64_t>::max()}) {
        EXPECT_EQ(rt_dlsym(handle, kSymbol), 0);
        EXPECT_NE(last_reason(), "");
        EXPECT_FALSE(rt_dlclose(handle));
        EXPECT_NE(last_reason(), "");
    }
}

TEST(Loader, OpensLazilyAndGlobally) {
    for (int64_t flags : {RT_DL_LAZY, RT_DL_NOW}) {
        const int64_t library = rt_dlopen(library_path, flags);
        ASSERT_GT(library, 0) << last_reason();
        EXPECT_NE(rt_dlsym(library, kSymbol), 0);
        EXPECT_TRUE(rt_dlclose(library));
    }
    const int64_t library = rt_dlopen(library_path, RT_DL_NOW | RT_DL_GLOBAL);
    ASSERT_GT(library, 0) << last_reason();
    EXPECT_TRUE(rt_dlclose(library));
}

TEST(Loader, CountsHowOftenALibraryIsOpen) {
    const int64_t first = rt_dlopen(library_path, RT_DL_NOW);
    const int64_t second = rt_dlopen(library_path, RT_DL_NOW);
    EXPECT_TRUE(rt_dlclose(first));
    EXPECT_NE(rt_dlsym(second, kSymbol), 0) << last_reason();
    EXPECT_TRUE(rt_dlclose(second));
    EXPECT_FALSE(rt_dlclose(second));
}

TEST(Loader, FindsAndCallsAFunction) {
    const int64_t library = rt_dlopen(library_path, RT_DL_NOW);
    const int64_t address = rt_dlsym(library, kSymbol);
    ASSERT_NE(address, 0) << last_reason();
    EXPECT_EQ(reinterpret_cast<int64_t (*)()>(address)(), 42);
    EXPECT_TRUE(rt_dlclose(library));
}

TEST(Loader, NamesASymbolThatIsAbsentAndForgetsItOnSuccess) {
    const int64_t library = rt_dlopen(library_path, RT_DL_NOW);
    EXPECT_EQ(rt_dlsym(library, "no_such_function"), 0);
    EXPECT_NE(last_reason().find("no_such_function"), std::string::npos) << last_reason();
    EXPECT_EQ(rt_dlsym(library, nullptr), 0);
    EXPECT_NE(last_reason(), "");
    EXPECT_NE(rt_dlsym(library, kSymbol), 0);
    EXPECT_EQ(last_reason(), "");
    EXPECT_TRUE(rt_dlclose(library));
}

TEST(Loader, KeepsTheReasonOnTheThreadThatFailed) {
    EXPECT_EQ(rt_dlsym(0, kSymbol), 0);
    std::thread([] { EXPECT_EQ(last_reason(), ""); }).join();
    EXPECT_NE(last_reason(), "");
}

// A search finds the symbol or that the library is not open, never a library that another thread has just unloaded; and
// what was closed during a search is unloaded all the same.
TEST(Loader, SearchesWhileAnotherThreadOpensAndCloses) {
    constexpr int kSearching = 4, kCycles = 10000;
    std::atomic<int64_t> open{0};
    std::atomic<bool> stop{false};
    std::atomic<int> found{0};
    std::vector<std::thread> searching;
    for (int i = 0; i < kSearching; ++i)
        searching.emplace_back([&] {
            while (!stop) {
                if (rt_dlsym(open, kSymbol) != 0) {
                    ++found;
                    continue;
                }
                const std::string reason = last_reason();
                ASSERT_NE(reason.find("is not the handle of an open library"), std::string::npos) << reason;
            }
        });
    // On one processor a search seldom falls between opening and closing.
    for (int cycle = 0; cycle < kCycles || (found == 0 && cycle < 100 * kCycles); ++cycle) {
        const int64_t library = rt_dlopen(library_path, RT_DL_NOW);
        ASSERT_GT(library, 0) << last_reason();
        open = library;
        EXPECT_TRUE(rt_dlclose(library)) << last_reason();
    }
    stop = true;
    for (std::thread& thread : searching) thread.join();
    EXPECT_GT(found, 0);
    EXPECT_FALSE(rt_dlclose(open));
    EXPECT_EQ(dlopen(library_path, RTLD_NOW | RTLD_NOLOAD), nullptr) << "the library is still loaded";
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    if (argc != 2) return 64;
    library_path = argv[1];
    return RUN_ALL_TESTS();
}
