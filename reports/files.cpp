#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "reports/measurements.h"
#include "reports/reports.h"

namespace simple::reports {
namespace {

namespace fs = std::filesystem;

// Renamed into place, so that a reader never sees half a file.
void write(const fs::path& path, const std::string& text) {
    const fs::path unfinished = path.string() + ".unfinished";
    std::ofstream out(unfinished, std::ios::binary);
    out << text;
    out.close();
    std::error_code error;
    if (out) fs::rename(unfinished, path, error);
    if (!out || error) throw std::runtime_error(fmt::format("cannot write {}", path.string()));
}

}  // namespace

void prepare(const std::string& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw std::runtime_error(fmt::format("cannot make {}: {}", folder, error.message()));
    const fs::path probe = fs::path(folder) / ".writable";
    if (!std::ofstream(probe)) throw std::runtime_error(fmt::format("cannot write to {}", folder));
    fs::remove(probe, error);
}

void write_all(const gate::Verdict& verdict, const std::string& folder) {
    write(fs::path(folder) / "verdict.json", to_json(verdict));
    write(fs::path(folder) / "junit.xml", to_junit(verdict));
    write(fs::path(folder) / "summary.md", to_markdown(verdict));
    const std::pair<const char*, std::string (*)(const gate::Verdict&)> exports[] = {
        {"measurements.csv", to_csv},
        {"google-benchmark.json", to_google_benchmark},
        {"bencher.json", to_bencher},
        {"github-action-benchmark.json", to_github_action_benchmark}};
    for (const auto& [name, text_of] : exports) {
        // An earlier run's must not stand beside this one's verdict.
        std::error_code ignored;
        fs::remove(fs::path(folder) / name, ignored);
        if (!verdict.measurements.empty()) write(fs::path(folder) / name, text_of(verdict));
    }
}

}  // namespace simple::reports
