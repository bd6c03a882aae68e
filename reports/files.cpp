#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "reports/held_folder.h"
#include "reports/measurements.h"
#include "reports/reports.h"

namespace simple::reports {
namespace {

namespace fs = std::filesystem;

using Files = std::vector<std::pair<fs::path, std::string>>;

constexpr std::pair<const char*, std::string (*)(const gate::Verdict&)> kReports[] = {{"verdict.json", to_json},
                                                                                      {"junit.xml", to_junit},
                                                                                      {"summary.md", to_markdown},
                                                                                      {"verdict.sarif", to_sarif},
                                                                                      {"index.html", to_html}};

// Only where something was measured.
constexpr std::pair<const char*, std::string (*)(const gate::Verdict&)> kExports[] = {
    {"measurements.csv", to_csv},
    {"google-benchmark.json", to_google_benchmark},
    {"bencher.json", to_bencher},
    {"github-action-benchmark.json", to_github_action_benchmark}};

[[noreturn]] void fail(const char* what, const fs::path& path, int error) {
    throw std::runtime_error(fmt::format("cannot {} {}{}{}", what, path.string(), error == 0 ? "" : ": ",
                                         error == 0 ? "" : std::strerror(error)));
}

void drop(const fs::path& path) {
    std::error_code error;
    if (fs::is_directory(path, error)) fail("write", path, EISDIR);
    fs::remove(path, error);
    if (error) fail("remove", path, error.value());
}

// Renamed into place when all are written, so that a reader never sees half a file, nor files of two runs.
void write(const Files& files) {
    const auto unfinished = [](const fs::path& path) { return fs::path(path.string() + ".unfinished"); };
    for (const auto& [path, text] : files) {
        errno = 0;
        std::ofstream out(unfinished(path), std::ios::binary);
        out << text;
        out.close();
        if (out) continue;
        const int error = errno;
        std::error_code ignored;
        for (const auto& [written, unused] : files) fs::remove(unfinished(written), ignored);
        fail("write", path, error);
    }
    for (const auto& [path, text] : files) {
        std::error_code error;
        fs::rename(unfinished(path), path, error);
        if (error) fail("write", path, error.value());
    }
}

}  // namespace

void prepare(const std::string& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) fail("make", folder, error.value());
    const fs::path probe = fs::path(folder) / ".writable";
    if (!std::ofstream(probe)) fail("write to", folder, 0);
    fs::remove(probe, error);
}

void begin(const gate::Verdict& running, const std::string& folder) {
    prepare(folder);
    for (const auto& [name, text_of] : kReports) drop(fs::path(folder) / name);
    for (const auto& [name, text_of] : kExports) drop(fs::path(folder) / name);
    drop(fs::path(folder) / kSpecCalls);
    write_all(running, folder);
}

void point(const std::string& latest, const std::string& folder) {
    constexpr size_t kRunsKept = 20;
    std::error_code error;
    // What an earlier release of the gate left there is a folder.
    if (fs::is_directory(fs::symlink_status(latest, error))) fs::remove_all(latest, error);
    const fs::path link = fmt::format("{}.{}", latest, getpid());
    fs::remove(link, error);
    fs::create_symlink(fs::proximate(folder, fs::path(latest).parent_path()), link, error);
    if (!error) fs::rename(link, latest, error);
    if (error) fail("make the link", latest, error.value());
    std::vector<fs::path> runs;
    for (const auto& entry : fs::directory_iterator(fs::path(folder).parent_path(), error))
        runs.push_back(entry.path());
    std::sort(runs.begin(), runs.end());  // by the time in their names
    for (size_t i = 0; i + kRunsKept < runs.size(); ++i)
        if (!HeldFolder::is_held(runs[i])) fs::remove_all(runs[i], error);
}

void write_all(const gate::Verdict& verdict, const std::string& folder) {
    Files files;
    for (const auto& [name, text_of] : kReports) files.emplace_back(fs::path(folder) / name, text_of(verdict));
    if (!verdict.measurements.empty())
        for (const auto& [name, text_of] : kExports) files.emplace_back(fs::path(folder) / name, text_of(verdict));
    write(files);
}

void demand_replaceable(const std::string& file) {
    const fs::path path = file, folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    if (access(folder.c_str(), W_OK) != 0) fail("write to the folder of", path, errno);
    drop(path);
}

void write_whole(const std::string& text, const std::string& file) { write({{file, text}}); }

std::vector<std::string> file_names() {
    std::vector<std::string> names;
    for (const auto& [name, text_of] : kReports) names.emplace_back(name);
    for (const auto& [name, text_of] : kExports) names.emplace_back(name);
    return names;
}

}  // namespace simple::reports
