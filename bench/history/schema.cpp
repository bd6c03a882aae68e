#include "bench/history/schema.h"

#include <fmt/format.h>

#include "bench/history/store.h"

namespace simple::history {
namespace {

// Its version. An empty database is of version 0, whoever made it.
int version_of(SQLite::Database& database, int newest) {
    // At one moment: another process may be making the schema.
    SQLite::Statement look(database,
                           "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema) "
                           "FROM pragma_application_id, pragma_user_version");
    look.executeStep();
    const int id = look.getColumn(0).getInt(), version = look.getColumn(1).getInt();
    if (id == 0 && look.getColumn(2).getInt() == 0) return 0;
    if (id != kApplicationId)
        throw Refused(database.getFilename() +
                      " is another program's database; it was left as it is. Name another folder");
    if (version > newest)
        throw Refused(
            fmt::format("{} was written by a newer perf_history: its schema is version {}, known here is {}; it was "
                        "left as it is. Use that program, or its export",
                        database.getFilename(), version, newest));
    return version;
}

}  // namespace

const Steps& schema_steps() {
    // A run is kept whole in `report`, which alone is what export and repair read; all else is made from it and is
    // there to be looked up.
    static const Steps steps{R"sql(
        CREATE TABLE run(
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            at TEXT NOT NULL,
            commit_id TEXT NOT NULL,
            subject TEXT NOT NULL,
            baseline TEXT NOT NULL,
            machine TEXT NOT NULL,
            version TEXT NOT NULL,         -- of LibTorch
            not_comparable TEXT NOT NULL,
            nulls_off INTEGER NOT NULL     -- how many calls differ between the baseline and its copy
        ) STRICT;
        CREATE INDEX run_in_time ON run(machine, baseline, at);
        CREATE TABLE report(
            run INTEGER PRIMARY KEY REFERENCES run,
            content BLOB NOT NULL          -- the run's line of an export, as CBOR (RFC 8949)
        ) STRICT;
        CREATE TABLE call(
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            function TEXT NOT NULL,
            size TEXT NOT NULL
        ) STRICT;
        CREATE TABLE measurement(
            call INTEGER NOT NULL REFERENCES call,
            run INTEGER NOT NULL REFERENCES run,
            decision TEXT NOT NULL,
            ratio REAL, low REAL, high REAL, p_value REAL, null_ratio REAL, noise REAL,
            baseline_ns REAL, candidate_ns REAL, processes INTEGER,
            PRIMARY KEY(call, run)
        ) STRICT, WITHOUT ROWID;
    )sql"};
    return steps;
}

void migrate(SQLite::Database& database, const Steps& steps, const std::function<void(int)>& keep_copy) {
    const int newest = static_cast<int>(steps.size());
    if (const int version = version_of(database, newest); version == newest) return;
    // No copy can be made inside a transaction. Should another process migrate meanwhile, there is one copy more.
    if (const int version = version_of(database, newest); version > 0) keep_copy(version);
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    for (int version = version_of(database, newest); version < newest; ++version) {
        database.exec(steps[static_cast<size_t>(version)]);
        database.exec(fmt::format("PRAGMA user_version = {}", version + 1));
    }
    database.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
    transaction.commit();
}

}  // namespace simple::history
