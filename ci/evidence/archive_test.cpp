#include "ci/evidence/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace simple::evidence {
namespace {

namespace fs = std::filesystem;

class Archive : public testing::Test {
  protected:
    void SetUp() override {
        path_ = (fs::temp_directory_path() / ("archive_test." + std::to_string(getpid()))).string();
    }
    void TearDown() override { fs::remove(path_); }

    std::string bytes() const {
        std::ifstream in(path_, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    void set_bytes(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }

    // What no bundle holds, as another program may have packed it.
    void pack_entry(const char* name, unsigned type, int times = 1) const {
        archive* out = archive_write_new();
        archive_write_set_format_pax_restricted(out);
        archive_write_add_filter_zstd(out);
        archive_write_open_filename(out, path_.c_str());
        for (int i = 0; i < times; ++i) {
            archive_entry* entry = archive_entry_new();
            archive_entry_set_pathname(entry, name);
            archive_entry_set_filetype(entry, type);
            if (type == AE_IFLNK) archive_entry_set_symlink(entry, "elsewhere");
            archive_entry_set_perm(entry, 0644);
            archive_entry_set_size(entry, 0);
            archive_write_header(out, entry);
            archive_entry_free(entry);
        }
        archive_write_close(out);
        archive_write_free(out);
    }

    std::string path_;
};

TEST_F(Archive, GivesBackWhatWasPacked) {
    const Files files{{"a.txt", ""}, {"plans/b.json", std::string(300000, 'x') + '\0' + "end"}};
    pack(files, 1000, path_);
    EXPECT_EQ(unpack(path_), files);
}

TEST_F(Archive, IsTheSameBytesForTheSameFiles) {
    const Files files{{"a", "1"}, {"b", "2"}};
    pack(files, 1000, path_);
    const std::string first = bytes();
    pack(files, 1000, path_);
    EXPECT_EQ(bytes(), first);
}

TEST_F(Archive, TakesNoNameThatLeadsOutside) {
    pack_entry("inside/file", AE_IFREG);
    EXPECT_NO_THROW(unpack(path_));
    for (const char* name : {"/etc/x", "a/../../x", ".."}) {
        pack_entry(name, AE_IFREG);
        EXPECT_THROW(unpack(path_), std::runtime_error) << name;
    }
}

TEST_F(Archive, TakesNothingButPlainFilesEachOnce) {
    pack_entry("link", AE_IFLNK);
    EXPECT_THROW(unpack(path_), std::runtime_error);
    pack_entry("folder", AE_IFDIR);
    EXPECT_THROW(unpack(path_), std::runtime_error);
    pack_entry("twice", AE_IFREG, 2);
    EXPECT_THROW(unpack(path_), std::runtime_error);
}

TEST_F(Archive, HoldsWhatWasAppended) {
    pack({{"a", "1"}}, 0, path_);
    const std::string first = bytes();
    pack({{"b", "2"}}, 0, path_);
    set_bytes(first + bytes());
    EXPECT_EQ(unpack(path_), (Files{{"a", "1"}, {"b", "2"}}));
    set_bytes(first + first);
    EXPECT_THROW(unpack(path_), std::runtime_error) << "a file twice";
}

TEST_F(Archive, RefusesOneThatIsCutAnywhere) {
    pack({{"a", std::string(5000, 'a')}, {"b", "some text that does not compress 0123456789"}}, 0, path_);
    const std::string whole = bytes();
    for (size_t length = 0; length < whole.size(); length += 7) {
        set_bytes(whole.substr(0, length));
        EXPECT_THROW(unpack(path_), std::runtime_error) << length;
    }
}

}  // namespace
}  // namespace simple::evidence
