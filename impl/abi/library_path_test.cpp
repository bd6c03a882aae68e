#include "impl/abi/library_path.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace simple {
namespace {

namespace fs = std::filesystem;

class Preloadable : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "library_path_XXXXXX";
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override { fs::remove_all(folder_); }

    std::string file(const std::string& name) const {
        fs::create_directories(fs::path(folder_ / name).parent_path());
        std::ofstream(folder_ / name) << name;
        return folder_ / name;
    }

    fs::path folder_;
};

TEST_F(Preloadable, APathThatTheLoaderReadsWholeIsLeftAlone) {
    EXPECT_EQ(preloadable(file("lib.so")), folder_ / "lib.so");
    EXPECT_EQ(preloadable("lib.so"), "./lib.so");
}

TEST_F(Preloadable, BlanksAndColonsAreGoneAndTheFileIsTheSame) {
    for (const char* name : {"a b/lib.so", "a:b/lib.so", "a/lib 1.so", "a b/lib:1.so"}) {
        const std::string path = file(name), loadable = preloadable(path);
        EXPECT_EQ(loadable.find_first_of(" :"), std::string::npos) << loadable;
        EXPECT_TRUE(fs::equivalent(loadable, path)) << loadable;
        EXPECT_EQ(preloadable(path), loadable) << "one link a library";
    }
}

TEST_F(Preloadable, NeighboursAreFoundThroughTheLink) {
    file("a b/neighbour");
    EXPECT_TRUE(fs::exists(fs::path(preloadable(file("a b/lib.so"))).parent_path() / "neighbour"));
}

TEST_F(Preloadable, TheProcessThatMadeALinkRemovesIt) {
    const std::string path = file("a b/lib.so"), note = folder_ / "note";
    const pid_t maker = fork();
    if (maker == 0) {
        execl("/proc/self/exe", "steps_test", "--gtest_filter=DISABLED_Preloadable.*",
              "--gtest_also_run_disabled_tests", path.c_str(), note.c_str(), nullptr);
        _exit(1);
    }
    int status = 0;
    waitpid(maker, &status, 0);
    ASSERT_EQ(status, 0);
    std::string loadable;
    std::getline(std::ifstream(note), loadable);
    ASSERT_NE(loadable, "");
    EXPECT_FALSE(fs::is_symlink(loadable));
    EXPECT_FALSE(fs::exists(fs::path(loadable).parent_path())) << loadable;
    EXPECT_TRUE(fs::exists(path)) << "the library itself stays";
}

// Run by the test above, in a process that ends.
TEST(DISABLED_Preloadable, Makes) {
    const std::vector<std::string> argv = testing::internal::GetArgvs();
    ASSERT_GE(argv.size(), 3u);
    const std::string loadable = preloadable(argv[argv.size() - 2]);
    EXPECT_TRUE(fs::exists(loadable));
    // A child that ends first leaves the links to its parent.
    const pid_t child = fork();
    if (child == 0) std::exit(0);
    waitpid(child, nullptr, 0);
    EXPECT_TRUE(fs::exists(loadable)) << "a child removed it";
    std::ofstream(argv.back()) << loadable << '\n';
}

}  // namespace
}  // namespace simple
