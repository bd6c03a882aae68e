// The history of performance: runs in one SQLite file, perf_history.sqlite, in a folder of the user's choosing.
//
// Any number of processes may read and add at the same time (write-ahead log); one that waits for another waits
// kBusySeconds. A run is added whole or not at all, whenever the process is ended and whatever the disk holds, and what
// was added is on the disk when add returns.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/history/folder_lock.h"
#include "bench/history/run.h"
#include "bench/history/schema.h"

namespace simple::history {

inline constexpr int kBusySeconds = 60;

// Says in one line why the database cannot be used, and what to do.
struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// All of a run but its calls.
struct RunHead {
    int64_t number = 0;
    std::string id, at, commit, subject, baseline, machine, version, not_comparable;
    int nulls_off = 0;
};

// Runs that can be held against each other: of one machine and against one baseline.
struct SeriesKey {
    std::string machine, baseline;
    bool operator==(const SeriesKey& other) const { return machine == other.machine && baseline == other.baseline; }
};

struct Call {
    int64_t number = 0;
    std::string name, function, size;
};

struct Measurement {
    int64_t call = 0, run = 0;
    std::string decision;
    std::optional<Measured> measured;
};

std::filesystem::path database_of(const std::filesystem::path& folder);

class Store {
  public:
    enum class Mode {
        read,
        write
    };  // write makes folder and file where they are missing

    // Throws Refused.
    Store(const std::filesystem::path& folder, Mode mode, const Steps& steps = schema_steps());

    // False where the history has this run already, whatever its subject and time.
    bool add(const Run& run);
    // add for each of them, all or none: gives how many were new.
    size_t add_all(const std::vector<Run>& runs);

    std::vector<RunHead> runs() const;  // by time
    std::vector<Call> calls() const;    // by name
    void each_measurement_of(const Call& call, const std::function<void(const Measurement&)>& take) const;
    void each_measurement_of(const RunHead& run, const std::function<void(const Measurement&)>& take) const;
    Run whole(const RunHead& run) const;  // throws Refused where it is not what was added
    // What SQLite finds wrong with the file, "" where nothing is; reads all of it.
    std::string problem() const;

  private:
    bool add_open(const Run& run);
    int64_t call_number(const CallResult& call);
    [[noreturn]] void refuse(const SQLite::Exception& error, const std::string& lost) const;
    template <typename Work>
    auto guarded(const std::string& lost, Work work) const -> decltype(work());

    std::filesystem::path file_;
    FolderLock lock_;
    std::unique_ptr<SQLite::Database> database_;
};

}  // namespace simple::history
