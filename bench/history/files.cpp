// The commands that move a history as a whole.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iostream>

#include "bench/history/commands.h"
#include "bench/history/json_lines.h"
#include "bench/history/printable.h"
#include "bench/history/repair.h"
#include "bench/page/page.h"

namespace simple::history {

namespace fs = std::filesystem;

int export_file(const fs::path& folder, const std::string& file) {
    const Store store(folder, Store::Mode::read);
    if (file == "-") {
        export_lines(store, std::cout);
        return 0;
    }
    // Whoever reads FILE sees the export before or this one, never a part.
    const std::string unfinished = fmt::format("{}.{}.unfinished", file, getpid());
    size_t runs = 0;
    try {
        std::ofstream out(unfinished, std::ios::binary);
        if (!out) throw Refused(unfinished + " cannot be written: " + std::strerror(errno));
        runs = export_lines(store, out);
        out.close();
        fs::rename(unfinished, file);
    } catch (...) {
        std::error_code ignored;
        fs::remove(unfinished, ignored);
        throw;
    }
    fmt::print("{} runs in {}\n", runs, file);
    return 0;
}

int import_file(const fs::path& folder, const std::string& file) {
    std::ifstream in;
    if (file != "-") {
        in.open(file, std::ios::binary);
        if (!in) throw std::runtime_error(file + " cannot be read: " + std::strerror(errno));
    }
    Store store(folder, Store::Mode::write);
    const Imported imported = import_lines(store, file == "-" ? std::cin : in, folder);
    fmt::print("{} runs added, {} were there\n", imported.added, imported.known);
    if (imported.torn.empty()) return 0;
    constexpr size_t kShown = 10;
    for (size_t i = 0; i < std::min(kShown, imported.torn.size()); ++i)
        fmt::print("line {}: {}\n", imported.torn[i].line, printable(imported.torn[i].why, 160));
    if (imported.torn.size() > kShown) fmt::print("... and {} more\n", imported.torn.size() - kShown);
    fmt::print("{} of {} lines were not added; they are kept in {}\n", imported.torn.size(),
               imported.torn.size() + imported.added + imported.known, imported.set_aside.string());
    return 1;
}

int check(const fs::path& folder) {
    const Store store(folder, Store::Mode::read);
    if (const std::string problem = store.problem(); !problem.empty())
        throw Refused(
            fmt::format("{} is damaged ({}). `perf_history repair` sets it aside and keeps every run that can "
                        "still be read",
                        database_of(folder).string(), printable(problem, 120)));
    const std::vector<RunHead> runs = store.runs();
    for (const RunHead& run : runs) store.whole(run);
    fmt::print("{} runs, each as it was added\n", runs.size());
    return 0;
}

int mend(const fs::path& folder) {
    const Repaired repaired = repair(folder);
    fmt::print("{} runs are kept; {} cannot be read{}. The file as it was: {}\n", repaired.kept, repaired.lost,
               repaired.all_known ? "" : ", and there may be more", repaired.set_aside.string());
    return repaired.lost || !repaired.all_known ? 1 : 0;
}

int page(const fs::path& folder, const fs::path& out, const std::string& instructions) {
    const Store store(folder, Store::Mode::read);
    const fs::path file = page::write(store, out, instructions);
    fmt::print("{}, {:.1f} MB\n", file.string(), static_cast<double>(fs::file_size(file)) / 1e6);
    return 0;
}

}  // namespace simple::history
