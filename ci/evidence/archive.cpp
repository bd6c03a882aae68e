#include "ci/evidence/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <utility>

#include "reports/file_text.h"

namespace simple::evidence {
namespace {

constexpr size_t kMostFiles = 4000;  // of a thousand shards
constexpr size_t kMostBytes = size_t{1} << 30;

[[noreturn]] void fail(const char* what, const std::string& path, archive* a) {
    const char* why = archive_error_string(a);
    throw std::runtime_error(fmt::format("cannot {} {}: {}", what, path, why ? why : "libarchive does not say why"));
}

struct Free {
    void operator()(archive* a) const { archive_free(a); }
    void operator()(archive_entry* e) const { archive_entry_free(e); }
};

bool is_plain(const std::string& name) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == '_' || c == '/';
    };
    return !name.empty() && name.front() != '/' && name.find("..") == std::string::npos &&
           std::all_of(name.begin(), name.end(), allowed);
}

// The entry's bytes, of at most `room`; its header's size is not believed.
std::string content(archive* in, const std::string& name, size_t room, const std::string& path) {
    std::string text;
    for (char buffer[65536];;) {
        const la_ssize_t n = archive_read_data(in, buffer, sizeof buffer);
        if (n < 0) fail("read", path, in);
        if (n == 0) return text;
        text.append(buffer, static_cast<size_t>(n));
        if (text.size() > room) throw std::runtime_error(fmt::format("{}: {} is too large", path, name));
    }
}

}  // namespace

void pack(const Files& files, std::time_t time, const std::string& path) {
    const std::unique_ptr<archive, Free> out(archive_write_new());
    if (!out) throw std::bad_alloc();
    // One thread and a set level: the same bytes each time.
    if (archive_write_set_format_pax_restricted(out.get()) != ARCHIVE_OK ||
        archive_write_add_filter_zstd(out.get()) != ARCHIVE_OK ||
        archive_write_set_filter_option(out.get(), "zstd", "compression-level", "6") != ARCHIVE_OK ||
        archive_write_open_filename(out.get(), path.c_str()) != ARCHIVE_OK)
        fail("write", path, out.get());
    for (const auto& [name, text] : files) {
        const std::unique_ptr<archive_entry, Free> entry(archive_entry_new());
        archive_entry_set_pathname(entry.get(), name.c_str());
        archive_entry_set_filetype(entry.get(), AE_IFREG);
        archive_entry_set_perm(entry.get(), 0644);
        archive_entry_set_size(entry.get(), static_cast<la_int64_t>(text.size()));
        archive_entry_set_mtime(entry.get(), time, 0);
        if (archive_write_header(out.get(), entry.get()) != ARCHIVE_OK ||
            archive_write_data(out.get(), text.data(), text.size()) != static_cast<la_ssize_t>(text.size()))
            fail("write", path, out.get());
    }
    if (archive_write_close(out.get()) != ARCHIVE_OK) fail("write", path, out.get());
}

Files unpack(const std::string& path) {
    demand_regular_file(path);
    const std::unique_ptr<archive, Free> in(archive_read_new());
    if (!in) throw std::bad_alloc();
    if (archive_read_support_filter_zstd(in.get()) != ARCHIVE_OK ||
        archive_read_support_format_tar(in.get()) != ARCHIVE_OK ||
        // What somebody appended is in it as well.
        archive_read_set_format_option(in.get(), "tar", "read_concatenated_archives", "1") != ARCHIVE_OK ||
        archive_read_open_filename(in.get(), path.c_str(), 65536) != ARCHIVE_OK)
        fail("read", path, in.get());
    Files files;
    size_t bytes = 0;
    archive_entry* entry = nullptr;
    for (;;) {
        const int status = archive_read_next_header(in.get(), &entry);
        if (status == ARCHIVE_EOF) break;
        if (status != ARCHIVE_OK) fail("read", path, in.get());
        const char* pathname = archive_entry_pathname(entry);
        const std::string name = pathname ? pathname : "";
        if (!is_plain(name) || archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry))
            throw std::runtime_error(path + " holds something else than plain files with plain names");
        if (files.size() == kMostFiles) throw std::runtime_error(path + " holds too many files");
        std::string text = content(in.get(), name, kMostBytes - bytes, path);
        bytes += text.size();
        if (!files.emplace(name, std::move(text)).second)
            throw std::runtime_error(fmt::format("{} holds {} twice", path, name));
    }
    return files;
}

}  // namespace simple::evidence
