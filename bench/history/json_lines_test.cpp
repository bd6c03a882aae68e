#include "bench/history/json_lines.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "bench/history/test_report.h"

namespace simple::history {
namespace {

std::string exported(const Store& store) {
    std::ostringstream out;
    export_lines(store, out);
    return out.str();
}

TEST(JsonLines, AnExportImportedIsTheSameHistory) {
    const TemporaryFolder one, two;
    Store from(one.path(), Store::Mode::write), to(two.path(), Store::Mode::write);
    for (int i = 0; i < 130; ++i) from.add(run_of(1 + i * 0.001));
    const std::string lines = exported(from);
    std::istringstream first(lines), again(lines);
    const Imported imported = import_lines(to, first, two.path());
    EXPECT_EQ(imported.added, 130u);
    EXPECT_EQ(imported.known, 0u);
    EXPECT_EQ(exported(to), lines);
    const Imported nothing = import_lines(to, again, two.path());
    EXPECT_EQ(nothing.added, 0u);
    EXPECT_EQ(nothing.known, 130u);
    EXPECT_TRUE(nothing.torn.empty());
}

TEST(JsonLines, TornLinesAreSetAsideOnceAndTheRestIsAdded) {
    const TemporaryFolder temporary;
    Store store(temporary.path(), Store::Mode::write);
    const std::string one = to_line(run_of(1.1)), two = to_line(run_of(1.2));
    const std::string torn = two.substr(0, two.size() / 2) + one;
    const std::string lines = one + "\n" + torn + "\n\n" + two + "\nforeign\n";
    std::istringstream in(lines), again(lines);
    const Imported imported = import_lines(store, in, temporary.path());
    EXPECT_EQ(imported.added, 2u);
    ASSERT_EQ(imported.torn.size(), 2u);
    EXPECT_EQ(imported.torn[0].line, 2u);
    EXPECT_EQ(imported.torn[1].line, 5u);
    std::ostringstream kept;
    kept << std::ifstream(imported.set_aside).rdbuf();
    EXPECT_EQ(kept.str(), torn + "\nforeign\n");
    EXPECT_EQ(import_lines(store, again, temporary.path()).set_aside, imported.set_aside);
}

}  // namespace
}  // namespace simple::history
