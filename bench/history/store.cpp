#include "bench/history/store.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <thread>

namespace simple::history {
namespace {

namespace fs = std::filesystem;

// What stands at the beginning of every SQLite database, its last byte included.
constexpr char kMagic[] = "SQLite format 3";

void require_database(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    char begin[sizeof kMagic] = {};
    in.read(begin, sizeof begin);
    // An empty file is what a process leaves that was ended before it wrote.
    if (in.gcount() == 0 && !in.bad() && fs::is_regular_file(file)) return;
    if (std::memcmp(begin, kMagic, sizeof begin) != 0)
        throw Refused(file.string() +
                      " is no SQLite database; it was left as it is. Move it away, or name another folder");
}

// SQLite does not wait for others here as it does elsewhere.
void use_write_ahead_log(SQLite::Database& database) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(kBusySeconds);
    while (true) try {
            database.exec("PRAGMA journal_mode = WAL");
            return;
        } catch (const SQLite::Exception& error) {
            if (error.getErrorCode() != SQLITE_BUSY || std::chrono::steady_clock::now() > give_up) throw;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
}

void keep_copy(SQLite::Database& database, const fs::path& file, int version) {
    fs::path copy;
    int n = 0;
    do copy = fmt::format("{}.version-{}{}", file.string(), version, n ? fmt::format(".{}", n) : "");
    while (fs::exists(copy) && ++n);
    SQLite::Statement vacuum(database, "VACUUM INTO ?");
    vacuum.bind(1, copy.string());
    vacuum.exec();
}

Measurement measurement_in(SQLite::Statement& row) {
    Measurement measurement{row.getColumn(0).getInt64(), row.getColumn(1).getInt64(), row.getColumn(2).getString(),
                            std::nullopt};
    if (!row.getColumn(3).isNull()) {
        const auto number = [&](int i) { return row.getColumn(i).getDouble(); };
        measurement.measured = Measured{number(3), number(4),  number(5),
                                        number(6), number(7),  number(8),
                                        number(9), number(10), row.getColumn(11).getInt()};
    }
    return measurement;
}

constexpr const char* kMeasurementColumns =
    "measurement.call, measurement.run, decision, ratio, low, high, p_value, null_ratio, noise, baseline_ns, "
    "candidate_ns, processes";

}  // namespace

fs::path database_of(const fs::path& folder) { return folder / "perf_history.sqlite"; }

void Store::refuse(const SQLite::Exception& error, const std::string& lost) const {
    const std::string file = file_.string(), what = sqlite3_errstr(error.getErrorCode());
    switch (error.getErrorCode()) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            throw Refused(file + " is damaged (" + what +
                          "). `perf_history repair` sets it aside and keeps every run " + "that can still be read");
        case SQLITE_FULL: throw Refused("no space is left for " + file + ". " + lost);
        case SQLITE_IOERR: throw Refused(file + " cannot be read or written (" + what + "). " + lost);
        case SQLITE_BUSY:
            throw Refused(fmt::format("another process has been writing to {} for {} s. {}", file, kBusySeconds, lost));
        default: throw Refused(file + " cannot be used: " + error.what() + ". " + lost);
    }
}

template <typename Work>
auto Store::guarded(const std::string& lost, Work work) const -> decltype(work()) {
    try {
        return work();
    } catch (const SQLite::Exception& error) {
        refuse(error, lost);
    }
}

namespace {

const fs::path& made(const fs::path& folder, Store::Mode mode) {
    std::error_code error;
    if (mode == Store::Mode::write) fs::create_directories(folder, error);
    if (error) throw Refused(folder.string() + " cannot be made: " + error.message());
    if (mode == Store::Mode::read && !fs::exists(database_of(folder)))
        throw Refused(folder.string() + " holds no history; `perf_history add` or `import` begins one");
    return folder;
}

constexpr const char* kNothingAdded = "Nothing of this was added; what was there before is whole";

}  // namespace

Store::Store(const fs::path& folder, Mode mode, const Steps& steps)
    : file_(database_of(made(folder, mode))), lock_(folder, FolderLock::Kind::shared) {
    if (fs::exists(file_)) require_database(file_);
    guarded("Nothing was changed", [&] {
        database_ = std::make_unique<SQLite::Database>(file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE,
                                                       kBusySeconds * 1000);
        migrate(*database_, steps, [&](int version) { keep_copy(*database_, file_, version); });
        use_write_ahead_log(*database_);
        database_->exec("PRAGMA synchronous = FULL");
    });
}

bool Store::add(const Run& run) { return add_all({run}) == 1; }

size_t Store::add_all(const std::vector<Run>& runs) {
    return guarded(kNothingAdded, [&] {
        SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
        size_t added = 0;
        for (const Run& run : runs) added += add_open(run);
        transaction.commit();
        return added;
    });
}

int64_t Store::call_number(const CallResult& call) {
    SQLite::Statement find(*database_, "SELECT number FROM call WHERE name = ?");
    find.bind(1, call.name);
    if (find.executeStep()) return find.getColumn(0).getInt64();
    SQLite::Statement insert(*database_, "INSERT INTO call(name, function, size) VALUES(?, ?, ?)");
    insert.bind(1, call.name);
    insert.bind(2, call.function);
    insert.bind(3, call.size);
    insert.exec();
    return database_->getLastInsertRowid();
}

bool Store::add_open(const Run& run) {
    const std::vector<CallResult> calls = calls_of(run.report);
    const auto text = [&](const char* key) { return run.report.value(key, ""); };
    SQLite::Statement insert(*database_,
                             "INSERT INTO run(id, at, commit_id, subject, baseline, machine, version, not_comparable, "
                             "nulls_off) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING");
    int column = 0;
    for (const std::string& value : {id_of(run), run.at, run.commit, run.subject, run.baseline, run.machine,
                                     text("version"), text("not_comparable")})
        insert.bind(++column, value);
    insert.bind(++column, static_cast<int64_t>(run.report.value("nulls_off", nlohmann::json::array()).size()));
    if (insert.exec() == 0) return false;
    const int64_t number = database_->getLastInsertRowid();
    const std::vector<uint8_t> content = nlohmann::json::to_cbor(to_json(run));
    SQLite::Statement report(*database_, "INSERT INTO report(run, content) VALUES(?, ?)");
    report.bind(1, number);
    report.bind(2, content.data(), static_cast<int>(content.size()));
    report.exec();
    SQLite::Statement measurement(*database_, "INSERT INTO measurement VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (const CallResult& call : calls) {
        measurement.reset();
        measurement.clearBindings();
        measurement.bind(1, call_number(call));
        measurement.bind(2, number);
        measurement.bind(3, call.decision);
        if (const auto& found = call.measured) {
            int at = 3;
            for (const double value : {found->ratio, found->low, found->high, found->p_value, found->null, found->noise,
                                       found->baseline_ns, found->candidate_ns})
                measurement.bind(++at, value);
            measurement.bind(++at, found->processes);
        }
        measurement.exec();
    }
    return true;
}

std::vector<RunHead> Store::runs() const {
    return guarded("", [&] {
        SQLite::Statement row(*database_,
                              "SELECT number, id, at, commit_id, subject, baseline, machine, version, not_comparable, "
                              "nulls_off FROM run ORDER BY at, number");
        std::vector<RunHead> runs;
        while (row.executeStep()) {
            const auto text = [&](int i) { return row.getColumn(i).getString(); };
            runs.push_back({row.getColumn(0).getInt64(), text(1), text(2), text(3), text(4), text(5), text(6), text(7),
                            text(8), row.getColumn(9).getInt()});
        }
        return runs;
    });
}

std::vector<Call> Store::calls() const {
    return guarded("", [&] {
        SQLite::Statement row(*database_, "SELECT number, name, function, size FROM call ORDER BY name");
        std::vector<Call> calls;
        while (row.executeStep())
            calls.push_back({row.getColumn(0).getInt64(), row.getColumn(1).getString(), row.getColumn(2).getString(),
                             row.getColumn(3).getString()});
        return calls;
    });
}

void Store::each_measurement_of(const Call& call, const std::function<void(const Measurement&)>& take) const {
    guarded("", [&] {
        SQLite::Statement row(
            *database_, fmt::format("SELECT {} FROM measurement WHERE call = ? ORDER BY run", kMeasurementColumns));
        row.bind(1, call.number);
        while (row.executeStep()) take(measurement_in(row));
    });
}

void Store::each_measurement_of(const RunHead& run, const std::function<void(const Measurement&)>& take) const {
    guarded("", [&] {
        // In this order each call is one look-up.
        SQLite::Statement row(*database_,
                              fmt::format("SELECT {} FROM call CROSS JOIN measurement ON measurement.call = "
                                          "call.number AND measurement.run = ? ORDER BY call.number",
                                          kMeasurementColumns));
        row.bind(1, run.number);
        while (row.executeStep()) take(measurement_in(row));
    });
}

Run Store::whole(const RunHead& run) const {
    return guarded("", [&]() -> Run {
        SQLite::Statement row(*database_, "SELECT content FROM report WHERE run = ?");
        row.bind(1, run.number);
        if (row.executeStep()) {
            const SQLite::Column content = row.getColumn(0);
            const auto* bytes = static_cast<const uint8_t*>(content.getBlob());
            const auto json = nlohmann::json::from_cbor(bytes, bytes + content.getBytes(), true, false);
            try {
                Run found = from_json(json);
                if (id_of(found) == run.id) return found;
            } catch (const std::runtime_error&) {
            }
        }
        throw Refused(
            fmt::format("run {} of {} is damaged. `perf_history repair` sets the file aside and keeps every "
                        "run that can still be read",
                        run.id, file_.string()));
    });
}

std::string Store::problem() const {
    return guarded("", [&]() -> std::string {
        SQLite::Statement row(*database_, "PRAGMA integrity_check(1)");
        row.executeStep();
        const std::string found = row.getColumn(0).getString();
        return found == "ok" ? "" : found;
    });
}

}  // namespace simple::history
