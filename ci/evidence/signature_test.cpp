#include "ci/evidence/signature.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "ci/evidence/manifest.h"

namespace simple::evidence {
namespace {

namespace fs = std::filesystem;

void run(const std::string& command) {
    if (std::system((command + " >/dev/null 2>&1").c_str()) != 0) throw std::runtime_error(command);
}

// Two keys, of which the signers list the first.
class Signature : public testing::TestWithParam<const char*> {
  protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "signature_test_XXXXXX").string();
        if (!mkdtemp(name.data())) throw std::runtime_error("mkdtemp");
        folder_ = name;
        for (const char* key : {"mine", "other"}) {
            if (ssh())
                run("ssh-keygen -q -t ed25519 -N '' -C nobody -f " + file(key));
            else
                run("minisign -G -W -p " + file(key) + ".pub -s " + file(key));
        }
        if (ssh())
            std::ofstream(file("signers")) << "ci@example.org " << std::ifstream(file("mine.pub")).rdbuf();
        else
            fs::copy(file("mine.pub"), file("signers"));
        files_ = {{"a", "text"}};
        files_[kManifest] = manifest_of(files_);
    }
    void TearDown() override { fs::remove_all(folder_); }

    bool ssh() const { return GetParam() == std::string("ssh"); }
    std::string file(const std::string& name) const { return (folder_ / name).string(); }

    fs::path folder_;
    Files files_;
};

TEST_P(Signature, HoldsForTheSigner) {
    sign(files_, file("mine"));
    EXPECT_EQ(signer(files_, file("signers")), ssh() ? "ci@example.org" : "the key of " + file("signers"));
    EXPECT_TRUE(differences(files_).empty());
}

TEST_P(Signature, DoesNotHoldForAnotherKey) {
    sign(files_, file("other"));
    EXPECT_THROW(signer(files_, file("signers")), std::runtime_error);
}

TEST_P(Signature, DoesNotHoldForAnotherManifest) {
    sign(files_, file("mine"));
    files_["a"] = "other text";
    files_[kManifest] = manifest_of(files_);
    EXPECT_THROW(signer(files_, file("signers")), std::runtime_error);
}

TEST_P(Signature, IsMissedWhereThereIsNone) { EXPECT_EQ(signer(files_, file("signers")), std::nullopt); }

// minisign has no namespaces.
class SignatureOfSsh : public Signature {};

TEST_P(SignatureOfSsh, MadeForAnotherPurposeDoesNotCount) {
    std::ofstream(file(kManifest)) << files_[kManifest];
    run("ssh-keygen -Y sign -q -n file -f " + file("mine") + " " + file(kManifest));
    std::ifstream in(file(std::string(kManifest) + ".sig"));
    files_[std::string(kManifest) + ".sig"] = {std::istreambuf_iterator<char>(in), {}};
    EXPECT_THROW(signer(files_, file("signers")), std::runtime_error);
}

INSTANTIATE_TEST_SUITE_P(Program, SignatureOfSsh, testing::Values("ssh"));
INSTANTIATE_TEST_SUITE_P(Programs, Signature, testing::Values("ssh", "minisign"),
                         [](const auto& row) { return std::string(row.param); });

}  // namespace
}  // namespace simple::evidence
