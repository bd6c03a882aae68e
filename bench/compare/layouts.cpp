#include "bench/compare/layouts.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

#include "bench/compare/side_process.h"

namespace simple::compare {

namespace fs = std::filesystem;

namespace {

constexpr const char* kNeeds = ".needs";  // beside a copy, a path a line

bool mentions_origin(const std::string& library) {
    std::ifstream in(library, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    return bytes.find("$ORIGIN") != std::string::npos || bytes.find("${ORIGIN}") != std::string::npos;
}

// Looked up in a process of its own, as two LibTorchs do not share one.
std::vector<std::string> came_with(const std::string& library) {
    try {
        return bench::SideProcess("library", library).facts().at("came_with_it");
    } catch (const bench::SideEnded& ended) {
        throw std::runtime_error(fmt::format("loading {}: {}", library, ended.what));
    }
}

// A file has a name that is found by that alone (DT_SONAME), or is found under its own, beside the copy.
void keep_needs(const std::string& library, const fs::path& copy) {
    std::ofstream out(copy.string() + kNeeds);
    for (const std::string& file : came_with(library)) {
        out << file << '\n';
        std::error_code is_there;
        fs::create_symlink(fs::absolute(file), copy.parent_path() / fs::path(file).filename(), is_there);
    }
    if (!out.flush()) throw std::runtime_error("cannot write beside " + copy.string());
}

}  // namespace

std::vector<std::string> needs_of_copy(const std::string& path) {
    std::vector<std::string> needs;
    std::ifstream in(path + kNeeds);
    for (std::string line; std::getline(in, line);) needs.push_back(line);
    return needs;
}

std::vector<std::string> layouts_of(const std::string& library) {
    const fs::path path = library;
    std::vector<std::string> layouts{library};
    for (int n = 1;; ++n) {
        const fs::path padded = path.parent_path() / fmt::format("{}_padded_{}.so", path.stem().string(), n);
        std::error_code error;
        const auto time = fs::last_write_time(padded, error);
        if (error || time < fs::last_write_time(path)) return layouts;
        layouts.push_back(padded);
    }
}

Layouts::Layouts(const std::string& baseline, const std::string& candidate, const std::string& copy, bool alone)
    : baselines_(alone ? std::vector{baseline} : layouts_of(baseline)),
      candidates_(alone ? std::vector{candidate} : layouts_of(candidate)) {
    for (const std::string& library : baselines_) copies_.push_back(copy.empty() ? copied(library, "copy") : copy);
    // A library is loaded once, however often it is named.
    for (std::string& library : candidates_)
        if (std::any_of(baselines_.begin(), baselines_.end(),
                        [&](const auto& other) { return fs::equivalent(library, other); }))
            library = copied(library, "candidate");
}

Layouts::Drawn Layouts::draw() {
    const auto below = [&](size_t count) { return std::uniform_int_distribution<size_t>(0, count - 1)(random_); };
    const size_t i = below(baselines_.size());
    Drawn drawn{baselines_[i], copies_[i], candidates_[below(candidates_.size())], ""};
    if (baselines_.size() > 1) drawn.relink = baselines_[(i + 1 + below(baselines_.size() - 1)) % baselines_.size()];
    return drawn;
}

std::string Layouts::described() const {
    const std::string text = fmt::format("layouts that processes drew of: {} of the baseline, {} of the candidate",
                                         baselines_.size(), candidates_.size());
    if (baselines_.size() > 1 && candidates_.size() > 1) return text;
    return text + fmt::format("; where code lies is a part of what was compared{}",
                              baselines_.size() > 1 ? "" : ", and there is no null against a relink");
}

// Under its own name, by which some know what they are.
std::string Layouts::copied(const std::string& library, const std::string& folder) const {
    const fs::path to = folder_.path() / folder / fs::path(library).filename();
    fs::create_directories(to.parent_path());
    fs::copy_file(library, to);
    if (mentions_origin(library)) keep_needs(library, to);
    return to;
}

}  // namespace simple::compare
