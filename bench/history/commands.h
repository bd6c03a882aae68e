// What perf_history does, a function a command. Each gives the exit code and throws std::runtime_error with a sentence.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace simple::history {

struct AddOptions {
    std::string file, commit, subject, baseline, machine, at;  // "" where not given
};
int add(const std::filesystem::path& folder, const AddOptions& options);

// Which series; "" is that of the latest run.
struct Selection {
    std::string machine, baseline;
    size_t last = 40;  // runs that are shown
};
int list(const std::filesystem::path& folder, const Selection& selection);
int show(const std::filesystem::path& folder, const std::string& name, const Selection& selection);
int changes(const std::filesystem::path& folder, const Selection& selection);

// "-" is standard output or input.
int export_file(const std::filesystem::path& folder, const std::string& file);
int import_file(const std::filesystem::path& folder, const std::string& file);

int check(const std::filesystem::path& folder);
int mend(const std::filesystem::path& folder);
// instructions: a report of ci/perf --instructions --json, "" for none.
int page(const std::filesystem::path& folder, const std::filesystem::path& out, const std::string& instructions);

}  // namespace simple::history
