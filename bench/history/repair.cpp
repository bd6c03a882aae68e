#include "bench/history/repair.h"

#include <fmt/format.h>

#include <fstream>
#include <set>

#include "bench/history/store.h"

namespace simple::history {
namespace {

namespace fs = std::filesystem;

// The files of a database: the log belongs to it.
constexpr const char* kParts[] = {"", "-wal", "-shm"};

fs::path free_name(const fs::path& file) {
    for (int n = 1;; ++n) {
        const fs::path name = fmt::format("{}.damaged-{}", file.string(), n);
        if (!fs::exists(name)) return name;
    }
}

// Numbers of runs, from one table or the other, as far as each can be read.
std::set<int64_t> numbers(SQLite::Database& database, bool& all) {
    std::set<int64_t> found;
    for (const char* query : {"SELECT run FROM report ORDER BY run", "SELECT run FROM report ORDER BY run DESC",
                              "SELECT number FROM run ORDER BY number", "SELECT number FROM run ORDER BY number DESC"})
        try {
            SQLite::Statement row(database, query);
            while (row.executeStep()) found.insert(row.getColumn(0).getInt64());
        } catch (const SQLite::Exception&) {
            all = false;
        }
    // Between two that are known those whose page is gone.
    if (!all && !found.empty())
        for (int64_t number = 1; number < *found.rbegin(); ++number) found.insert(number);
    return found;
}

bool keep(SQLite::Database& damaged, int64_t number, Store& store) {
    Run run;
    try {
        SQLite::Statement row(damaged, "SELECT content FROM report WHERE run = ?");
        row.bind(1, number);
        if (!row.executeStep()) return false;
        const SQLite::Column content = row.getColumn(0);
        const auto* bytes = static_cast<const uint8_t*>(content.getBlob());
        run = from_json(nlohmann::json::from_cbor(bytes, bytes + content.getBytes(), true, false));
    } catch (const std::runtime_error&) {  // SQLite's, or of a run that is no longer what its id says
        return false;
    }
    store.add(run);
    return true;
}

}  // namespace

Repaired repair(const fs::path& folder) try {
    const fs::path file = database_of(folder), work = folder / "repairing", copy = work / "damaged",
                   mended = work / "new";
    if (!fs::is_regular_file(file)) throw Refused(folder.string() + " holds no history");
    const FolderLock alone(folder, FolderLock::Kind::alone);
    Repaired repaired;
    // Of an earlier repair that was ended.
    fs::remove_all(work);
    fs::create_directories(work);
    // Reading writes a log back into its database: a copy is read.
    for (const char* part : kParts)
        if (fs::exists(file.string() + part)) fs::copy_file(file.string() + part, copy.string() + part);
    {
        Store store(mended, Store::Mode::write);
        try {
            SQLite::Database damaged(copy.string(), SQLite::OPEN_READWRITE);
            for (const int64_t number : numbers(damaged, repaired.all_known))
                (keep(damaged, number, store) ? repaired.kept : repaired.lost) += 1;
        } catch (const SQLite::Exception&) {
            repaired.all_known = false;
        }
    }
    repaired.set_aside = free_name(file);
    for (const char* part : kParts)
        if (fs::exists(file.string() + part)) fs::rename(file.string() + part, repaired.set_aside.string() + part);
    fs::rename(database_of(mended), file);
    fs::remove_all(work);
    return repaired;
} catch (const fs::filesystem_error& error) {
    throw Refused(std::string(error.what()) + ". The damaged file was left as it is");
}

}  // namespace simple::history
