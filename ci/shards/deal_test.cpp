#include "ci/shards/deal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

// A table whose lines are given, for the time of a test.
class Table {
  public:
    explicit Table(const std::string& lines) {
        std::string name = (fs::temp_directory_path() / "shards-XXXXXX").string();
        folder_ = mkdtemp(name.data());
        std::ofstream(file()) << lines;
    }
    ~Table() { fs::remove_all(folder_); }
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;
    std::string file() const { return folder_ + "/seconds.tsv"; }

  private:
    std::string folder_;
};

std::vector<KnownCase> cases_of(const std::string& suite, const std::string& function, int count) {
    std::vector<KnownCase> cases;
    for (int i = 0; i < count; ++i)
        cases.push_back({"suite", suite, function + "/" + std::to_string(i), function, {}, true});
    return cases;
}

std::vector<KnownCase> many() {
    std::vector<KnownCase> all;
    for (int f = 0; f < 100; ++f)
        for (const char* suite : {"golden", "property"}) {
            const auto some = cases_of(suite, "f" + std::to_string(f), 1 + f % 17);
            all.insert(all.end(), some.begin(), some.end());
        }
    return all;
}

TEST(Deal, GivesEveryCaseToExactlyOneShardInBalance) {
    const Table table("golden - 0.01\nproperty - 0.2\nlibrary (checks) 3\nperformance (checks) 4\n");
    const RecordedSeconds seconds(table.file());
    const auto cases = many();
    for (const unsigned shards : {1u, 2u, 4u, 7u}) {
        const auto parts = deal(cases, {"library", "performance"}, seconds, shards);
        ASSERT_EQ(parts.size(), shards);
        std::multiset<std::string> names, checks;
        double total = 0, most = 0;
        for (const auto& part : parts) {
            EXPECT_FALSE(part.cases.empty()) << "a shard without cases has no canaries";
            for (const auto& [suite, ids] : part.cases)
                for (const auto& id : ids) names.insert(suite + "/" + id);
            checks.insert(part.own_checks.begin(), part.own_checks.end());
            total += part.seconds;
            most = std::max(most, part.seconds);
        }
        EXPECT_EQ(names.size(), cases.size());
        EXPECT_EQ((std::set<std::string>(names.begin(), names.end()).size()), cases.size());
        EXPECT_EQ(checks, (std::multiset<std::string>{"library", "performance"}));
        EXPECT_LE(most, 1.1 * total / shards) << shards;
        EXPECT_EQ(deal(cases, {"library", "performance"}, seconds, shards)[0].cases, parts[0].cases);
    }
}

TEST(Deal, KeepsAFunctionTogetherUnlessItIsLong) {
    const Table table("golden short 0.01\ngolden long 10\n");
    const RecordedSeconds seconds(table.file());
    auto cases = cases_of("golden", "long", 40);
    for (int i = 0; i < 30; ++i)
        for (auto& c : cases_of("golden", "short" + std::to_string(i), 3)) cases.push_back(c);
    const auto parts = deal(cases, {}, seconds, 4);
    for (const auto& part : parts) {
        const auto& ids = part.cases.at("golden");
        const auto is_long = [](const std::string& id) { return id.rfind("long/", 0) == 0; };
        EXPECT_NEAR(static_cast<double>(std::count_if(ids.begin(), ids.end(), is_long)), 10, 1);
        std::set<std::string> functions;
        for (const auto& id : ids) functions.insert(id.substr(0, id.find('/')));
        functions.erase("long");
        for (const auto& function : functions) {
            const auto is_its = [&](const std::string& id) { return id.rfind(function + "/", 0) == 0; };
            EXPECT_EQ(std::count_if(ids.begin(), ids.end(), is_its), 3) << function;
        }
    }
}

TEST(Deal, EveryShardHasACaseOrThereIsNone) {
    const Table table("golden - 1\n");
    const RecordedSeconds seconds(table.file());
    EXPECT_EQ(deal(cases_of("golden", "f", 4), {}, seconds, 4).size(), 4u);
    EXPECT_THROW(deal(cases_of("golden", "f", 3), {}, seconds, 4), std::runtime_error);
    EXPECT_THROW(deal({}, {"library"}, seconds, 1), std::runtime_error);
}

TEST(RecordedSeconds, RefusesALineThatIsNone) {
    EXPECT_THROW(RecordedSeconds(Table("golden add\n").file()), std::runtime_error);
    EXPECT_THROW(RecordedSeconds(Table("golden add -1\n").file()), std::runtime_error);
}

TEST(Deal, CountsWhatASuiteTakesBesideItsCases) {
    const Table table(
        "golden - 1\nproperty - 20\nproperty (start) 10\nlibrary (checks) 10\ngolden (case) 0.5\nproperty (case) 0\n");
    const RecordedSeconds seconds(table.file());
    auto cases = cases_of("golden", "f", 40);
    cases.push_back(cases_of("property", "g", 1)[0]);
    const auto parts = deal(cases, {"library"}, seconds, 2);
    // One starts the second suite, and has the fewer cases of the first; one judges the library.
    size_t with_property = 0;
    double total = 0;
    for (const auto& part : parts) {
        with_property += part.cases.count("property");
        total += part.seconds;
    }
    EXPECT_EQ(with_property, 1u);
    EXPECT_EQ(total, 40 * 1.5 + 20 + 10 + 10);
    EXPECT_NEAR(parts[0].seconds, parts[1].seconds, 0.1 * total / 2);
}

}  // namespace
}  // namespace simple::gate
