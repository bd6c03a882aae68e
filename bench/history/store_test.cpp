#include "bench/history/store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include "bench/history/repair.h"
#include "bench/history/schema.h"
#include "bench/history/series.h"
#include "bench/history/test_report.h"

namespace simple::history {
namespace {

namespace fs = std::filesystem;
using Mode = Store::Mode;

std::string content(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

void write(const fs::path& file, const std::string& bytes) { std::ofstream(file, std::ios::binary) << bytes; }

template <typename Work>
std::string refusal(Work work) {
    try {
        work();
        return "";
    } catch (const Refused& refused) {
        return refused.what();
    }
}

std::string opening(const fs::path& folder) {
    return refusal([&] { Store(folder, Mode::write); });
}

class StoreTest : public testing::Test {
  protected:
    // A history of so many runs.
    void fill(int count) const {
        Store store(folder(), Mode::write);
        for (int i = 0; i < count; ++i) store.add(run_of(1 + 0.001 * i));
    }
    size_t count() const { return Store(folder(), Mode::read).runs().size(); }
    const fs::path& folder() const { return temporary_.path(); }
    fs::path file() const { return database_of(folder()); }

  private:
    TemporaryFolder temporary_;
};

TEST_F(StoreTest, ARunIsAddedOnceAndFoundWhole) {
    Store store(folder(), Mode::write);
    EXPECT_TRUE(store.add(run_of(1.02)));
    EXPECT_FALSE(store.add(run_of(1.02, "2027-01-01T00:00:00Z")));
    EXPECT_TRUE(store.add(run_of(1.03, "2026-01-01T00:00:00Z")));
    const auto runs = store.runs();
    ASSERT_EQ(runs.size(), 2u);
    EXPECT_EQ(runs[0].at, "2026-01-01T00:00:00Z") << "by time";
    EXPECT_EQ(to_line(store.whole(runs[1])), to_line(run_of(1.02)));
    EXPECT_EQ(store.problem(), "");
    std::vector<std::string> decisions;
    store.each_measurement_of(runs[1], [&](const Measurement& m) { decisions.push_back(m.decision); });
    EXPECT_EQ(decisions, (std::vector<std::string>{"pass", "not measured"}));
    std::vector<double> ratios;
    store.each_measurement_of(store.calls()[0], [&](const Measurement& m) { ratios.push_back(m.measured->ratio); });
    EXPECT_EQ(ratios, (std::vector<double>{1.02, 1.03}));
}

TEST_F(StoreTest, SeriesAreOfOneMachineAndBaseline) {
    Store store(folder(), Mode::write);
    auto other = run_of(1.5, "2026-11-30T00:00:00Z");
    other.machine = "another";
    store.add_all({run_of(1.0), run_of(1.1, "2026-11-29T11:00:00Z"), other});
    const auto series = series_of(store.runs());
    ASSERT_EQ(series.size(), 2u);
    EXPECT_EQ(series[0].key.machine, "another") << "the latest first";
    const CallHistory history = history_of(store, series[1], store.calls()[0]);
    ASSERT_EQ(history.runs.size(), 2u);
    EXPECT_EQ(history.runs[1]->measured->ratio, 1.1);
}

TEST_F(StoreTest, WhatIsNoHistoryIsRefusedAndLeftAsItIs) {
    for (const std::string& bytes : {std::string("not a database at all"), std::string(5000, '\0')}) {
        write(file(), bytes);
        EXPECT_NE(opening(folder()).find("is no SQLite database"), std::string::npos);
        EXPECT_EQ(content(file()), bytes);
    }
    fs::remove(file());
    SQLite::Database(file().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE theirs(x)");
    const std::string before = content(file());
    EXPECT_NE(opening(folder()).find("another program's database"), std::string::npos);
    EXPECT_EQ(content(file()), before);
}

TEST_F(StoreTest, AnEmptyFileIsWhatAnEndedProcessLeft) {
    write(file(), "");
    EXPECT_EQ(opening(folder()), "");
    EXPECT_EQ(count(), 0u);
}

TEST_F(StoreTest, ANewerFileIsRefusedAndLeftAsItIs) {
    fill(1);
    SQLite::Database(file().string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
    const std::string before = content(file());
    EXPECT_NE(opening(folder()).find("its schema is version 99, known here is 1"), std::string::npos);
    EXPECT_EQ(content(file()), before);
}

TEST_F(StoreTest, AnOlderFileIsMigratedAndACopyOfItKept) {
    fill(3);
    Steps steps = schema_steps();
    steps.push_back("ALTER TABLE run ADD COLUMN weather TEXT NOT NULL DEFAULT 'fair'");
    EXPECT_EQ(Store(folder(), Mode::write, steps).runs().size(), 3u);
    SQLite::Database migrated(file().string(), SQLite::OPEN_READONLY);
    EXPECT_EQ(migrated.execAndGet("PRAGMA user_version").getInt(), 2);
    EXPECT_EQ(migrated.execAndGet("SELECT count(*) FROM run WHERE weather = 'fair'").getInt(), 3);
    SQLite::Database copy(file().string() + ".version-1", SQLite::OPEN_READONLY);
    EXPECT_EQ(copy.execAndGet("SELECT count(*) FROM run").getInt(), 3);
    EXPECT_EQ(copy.execAndGet("PRAGMA user_version").getInt(), 1);
}

TEST_F(StoreTest, AMigrationThatFailsChangesNothing) {
    fill(3);
    Steps steps = schema_steps();
    steps.push_back("ALTER TABLE run ADD COLUMN weather TEXT; ALTER TABLE nowhere ADD COLUMN x");
    EXPECT_NE(refusal([&] { Store(folder(), Mode::write, steps); }).find("Nothing was changed"), std::string::npos);
    EXPECT_EQ(count(), 3u);
}

// Whatever is cut off: each run is found as it was, or the file is called damaged; never fewer runs in silence.
TEST_F(StoreTest, ATornFileIsNeverTakenForAWholeOne) {
    fill(20);
    const std::string whole = content(file());
    int damaged = 0;
    for (size_t length = 16; length < whole.size(); length += 1 + whole.size() / 40) {
        write(file(), whole.substr(0, length));
        const std::string reason = refusal([&] {
            const Store store(folder(), Mode::write);
            const auto runs = store.runs();
            if (!store.problem().empty()) throw Refused("damaged");
            EXPECT_EQ(runs.size(), 20u) << length;
            for (const RunHead& run : runs) store.whole(run);
        });
        damaged += reason.find("damaged") != std::string::npos;
        EXPECT_NE(reason, "") << length << " of " << whole.size();
        EXPECT_EQ(content(file()).substr(0, 16), whole.substr(0, 16));
    }
    EXPECT_GE(damaged, 35);
}

TEST_F(StoreTest, RepairKeepsEveryRunThatCanBeRead) {
    fill(40);
    std::string bytes = content(file());
    const size_t page = 4096, damaged = bytes.rfind("candidate_ns") / page * page;  // of reports
    bytes.replace(damaged, page, page, '\x55');
    write(file(), bytes);
    const Repaired repaired = repair(folder());
    EXPECT_GE(repaired.kept, 20u);
    EXPECT_EQ(repaired.kept + repaired.lost, 40u);
    EXPECT_GT(repaired.lost, 0u);
    EXPECT_EQ(content(repaired.set_aside), bytes) << "as it was";
    const Store store(folder(), Mode::read);
    EXPECT_EQ(store.runs().size(), repaired.kept);
    EXPECT_EQ(store.problem(), "");
    for (const RunHead& run : store.runs()) EXPECT_NO_THROW(store.whole(run));
}

TEST_F(StoreTest, RepairWaitsForNobodyAndTakesNoFileFromUnderAnother) {
    fill(1);
    const Store open(folder(), Mode::write);
    EXPECT_NE(refusal([&] { repair(folder()); }).find("in use by another process"), std::string::npos);
    EXPECT_EQ(open.runs().size(), 1u);
}

TEST_F(StoreTest, TwoWritersAtOnceAddEverything) {
    constexpr int kEach = 25;
    const auto add = [&](int writer) {
        for (int i = 0; i < kEach; ++i) Store(folder(), Mode::write).add(run_of(1 + 0.001 * i + 0.1 * writer));
    };
    std::thread one(add, 1), two(add, 2);
    one.join();
    two.join();
    EXPECT_EQ(count(), 2u * kEach);
}

// Another makes the schema when this one has begun to look at what is there, as soon as that holds no lock.
TEST_F(StoreTest, TwoWritersAtOnceBeginAHistory) {
    fs::create_directories(folder());
    SQLite::Database database(file().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 1000);
    struct Other {
        fs::path file;
        int statements = 0;
        bool done = false;
    } other{file()};
    sqlite3_trace_v2(
        database.getHandle(), SQLITE_TRACE_STMT,
        [](unsigned, void* to, void*, void*) {
            auto& begins = *static_cast<Other*>(to);
            if (++begins.statements == 1 || begins.done) return 0;
            try {
                SQLite::Database its(begins.file.string(), SQLite::OPEN_READWRITE, 0);
                migrate(its, schema_steps(), [](int) {});
                begins.done = true;
            } catch (const SQLite::Exception& error) {
                EXPECT_EQ(error.getErrorCode(), SQLITE_BUSY);
            }
            return 0;
        },
        &other);
    EXPECT_EQ(refusal([&] { migrate(database, schema_steps(), [](int) {}); }), "");
    EXPECT_TRUE(other.done);
}

// A file may not grow: as a full disk, but for the error's name.
TEST_F(StoreTest, AFullDiskIsSaidAndTakesNothing) {
    fill(5);
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    auto large = run_of(1.5);
    large.report["padding"] = std::string(1 << 20, 'x');
    {
        Store store(folder(), Mode::write);
        const rlimit small{fs::file_size(file()) + 100000, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        const std::string reason = refusal([&] { store.add(large); });
        EXPECT_NE(reason.find("Nothing of this was added"), std::string::npos) << reason;
        EXPECT_EQ(store.runs().size(), 5u);
    }
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_EQ(count(), 5u);
    EXPECT_TRUE(Store(folder(), Mode::write).add(large));
}

}  // namespace
}  // namespace simple::history
