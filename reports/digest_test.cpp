#include "reports/digest.h"

#include <gtest/gtest.h>

#include <fstream>

#include "impl/abi/temporary_folder.h"

namespace simple {
namespace {

// FIPS 180-4's examples.
constexpr const char* kOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* kOfMillionA = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(Digest, IsThatOfTheStandard) {
    EXPECT_EQ(sha256("abc"), kOfAbc);
    const TemporaryFolder folder("digest");
    const std::string path = folder.path() / "a";
    std::ofstream(path) << std::string(1000000, 'a');
    EXPECT_EQ(sha256_of_file(path), kOfMillionA);
}

TEST(Digest, OfWhatIsNoFileIsEmpty) {
    EXPECT_EQ(sha256_of_file("/nowhere"), "");
    EXPECT_EQ(sha256_of_file("/"), "");
}

}  // namespace
}  // namespace simple
