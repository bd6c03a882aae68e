// Where the modules of `use` lie, and whether they export what is asked of them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ci/census/census.h"

namespace simple::census {
namespace {

namespace fs = std::filesystem;

// a.b is a/b.spl, a/b/mod.spl or a/b/__init__.spl; links are followed by whoever opens the file.
std::optional<fs::path> file_of(std::vector<std::string> module, const std::vector<fs::path>& folders) {
    const std::string path = fmt::format("{}", fmt::join(module, "/"));
    for (const auto& folder : folders)
        for (const char* ending : {".spl", "/mod.spl", "/__init__.spl"})
            if (fs::path file = folder / (path + ending); fs::is_regular_file(file)) return file;
    return std::nullopt;
}

bool is_folder(const std::vector<std::string>& module, const std::vector<fs::path>& folders) {
    const std::string path = fmt::format("{}", fmt::join(module, "/"));
    return std::any_of(folders.begin(), folders.end(),
                       [&](const fs::path& folder) { return fs::is_directory(folder / path); });
}

// Where the modules that a file uses are looked for.
std::vector<fs::path> folders_for(const fs::path& file, const std::vector<std::string>& roots) {
    std::vector<fs::path> folders{file.parent_path()};
    folders.insert(folders.end(), roots.begin(), roots.end());
    return folders;
}

// What files export, each read once, by where a link leads to.
class Exports {
  public:
    explicit Exports(const std::vector<std::string>& roots) : roots_(roots) {}

    // Its own, and of the files that it passes on, which may pass each other on.
    bool has(const fs::path& file, const std::string& name) {
        std::vector<fs::path> reached{file};
        std::set<fs::path> seen{fs::canonical(file)};
        for (size_t i = 0; i < reached.size(); ++i) {
            const Read& here = read(reached[i]);
            if (here.exports.count(name) != 0) return true;
            for (const auto& other : here.passes_on)
                if (seen.insert(fs::canonical(other)).second) reached.push_back(other);
        }
        return false;
    }

  private:
    struct Read {
        std::set<std::string> exports;  // its own
        std::vector<fs::path> passes_on;
    };

    const Read& read(const fs::path& file) {
        const auto [place, is_new] = known_.emplace(fs::canonical(file), Read{});
        Read& found = place->second;
        if (!is_new) return found;
        const SourceFile source = read_source(file.string());
        found.exports = source.exports;
        for (const auto& module : source.passes_on)
            if (const auto other = file_of(module, folders_for(file, roots_))) found.passes_on.push_back(*other);
        return found;
    }

    const std::vector<std::string>& roots_;
    std::map<fs::path, Read> known_;
};

}  // namespace

std::vector<Problem> unresolved_uses(const std::vector<SourceFile>& sources, const std::vector<std::string>& roots) {
    std::vector<Problem> problems;
    Exports exports(roots);
    for (const auto& source : sources) {
        const std::vector<fs::path> folders = folders_for(source.path, roots);
        for (const auto& use : source.uses) {
            const std::string module = fmt::format("{}", fmt::join(use.module, "."));
            const auto problem = [&](const std::string& what, const std::string& subject) {
                problems.push_back({"use", subject, fmt::format("{}:{}: {}", use.file, use.line, what)});
            };
            if (const auto file = file_of(use.module, folders)) {
                for (const auto& name : use.names)
                    if (!exports.has(*file, name))
                        problem(fmt::format("{} exports no {}", file->string(), name),
                                fmt::format("{}.{}", module, name));
                continue;
            }
            std::vector<std::string> parent = use.module;
            parent.pop_back();
            const auto outer = use.braced || parent.empty() ? std::nullopt : file_of(parent, folders);
            if (outer && exports.has(*outer, use.module.back())) continue;
            if (use.names.empty() && is_folder(use.module, folders)) continue;
            // A folder's files may be named one by one.
            bool all = !use.names.empty();
            for (const auto& name : use.names) {
                std::vector<std::string> inner = use.module;
                inner.push_back(name);
                all = all && file_of(inner, folders);
            }
            if (all) continue;
            if (outer)
                problem(fmt::format("{} exports no {}", outer->string(), use.module.back()), module);
            else
                problem(fmt::format("no file is the module {}: looked for {}.spl below {}", module,
                                    fmt::join(use.module, "/"), fmt::join(roots, ", ")),
                        module);
        }
    }
    return problems;
}

}  // namespace simple::census
