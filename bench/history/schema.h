// The schema of a history's database: made, and brought from any older version to this one.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <functional>
#include <string>
#include <vector>

namespace simple::history {

// What brings a database from version i (user_version; 0 is empty) to i + 1, as SQL.
using Steps = std::vector<std::string>;
const Steps& schema_steps();

// Marks a database as a history's (application_id).
inline constexpr int kApplicationId = 0x73706866;

// Brings the database to the version steps.size(), in one transaction. Where it holds an older version, keep_copy is
// called with that version first. Throws Refused (bench/history/store.h) where it is of a newer version or not a
// history's.
void migrate(SQLite::Database& database, const Steps& steps, const std::function<void(int version)>& keep_copy);

}  // namespace simple::history
