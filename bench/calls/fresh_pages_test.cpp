#include "bench/calls/fresh_pages.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "impl/abi/temporary_folder.h"

namespace simple::bench {
namespace {

// Of the mapping that holds the address: its permissions and its file, "" where it has none.
struct Mapping {
    std::string permissions, file;
};

Mapping mapping_of(const void* address) {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        std::istringstream in(line);
        uintptr_t begin = 0, end = 0;
        char dash = 0;
        Mapping mapping;
        std::string offset, device, inode;
        in >> std::hex >> begin >> dash >> end >> mapping.permissions >> offset >> device >> inode >> mapping.file;
        const auto at = reinterpret_cast<uintptr_t>(address);
        if (begin <= at && at < end) return mapping;
    }
    return {};
}

// Hardened systems let no page that was written to become code; then everything stays where it is.
bool pages_may_become_code() {
    void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const bool may = page != MAP_FAILED && mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
    munmap(page, 4096);
    return may;
}

// A copy, since the other tests of this program have the library itself loaded.
TEST(FreshPages, ALibrarysCodeLeavesItsFile) {
    if (!pages_may_become_code()) GTEST_SKIP() << "the system lacks: pages that were written to and become code";
    const TemporaryFolder folder("fresh-pages");
    const std::filesystem::path copy = folder.path() / "copy.so";
    std::filesystem::copy_file(std::getenv("SIMPLE_BACKEND"), copy);
    const Backend backend = load_on_fresh_pages(copy);
    const Mapping code = mapping_of(reinterpret_cast<const void*>(backend.add));
    EXPECT_EQ(code.permissions, "r-xp");
    EXPECT_EQ(code.file, "");
    char* version = backend.version();
    EXPECT_NE(std::string(version), "");
    std::free(version);
    EXPECT_EQ(backend.add(0, 0), 0) << "and fails as it did: what it throws is caught in it";
    EXPECT_EQ(backend.last_error_code(), 1);
}

TEST(FreshPages, TheProgramsCodeLeavesItsFileToo) {
    if (!pages_may_become_code()) GTEST_SKIP() << "the system lacks: pages that were written to and become code";
    move_program_to_fresh_pages();
    const Mapping code = mapping_of(reinterpret_cast<const void*>(&mapping_of));
    EXPECT_EQ(code.permissions, "r-xp");
    EXPECT_EQ(code.file, "");
    EXPECT_THROW(std::stoi("no number"), std::invalid_argument);
}

}  // namespace
}  // namespace simple::bench
