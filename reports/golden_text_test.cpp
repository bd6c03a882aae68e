#include "reports/golden_text.h"

#include <gtest/gtest.h>

namespace simple {
namespace {

constexpr const char* kGolden =
    "title (a+b)\n\nversion = <version: [0-9]+\\.[0-9]+|dev>\n<lines 1-3>step <n: [0-9]+>\nend\n";

std::string diff_of(const std::string& body) { return differences(kGolden, body); }

bool shows(const std::string& diff, const std::string& line) {
    return ("\n" + diff).find("\n" + line + "\n") != std::string::npos;
}

TEST(Compare, LetsPassWhatMayVary) {
    EXPECT_EQ(diff_of("title (a+b)\n\nversion = 2.14\nstep 1\nend\n"), "");
    EXPECT_EQ(diff_of("title (a+b)\n\nversion = dev\nstep 1\nstep 20\nstep 300\nend\n"), "");
}

TEST(Compare, APatternCoversItsWholePlace) {
    EXPECT_TRUE(shows(diff_of("title (a+b)\n\nversion = devel\nstep 1\nend\n"), "+ version = devel"));
    EXPECT_TRUE(shows(diff_of("title (a+b)\n\nversion = 2.14x\nstep 1\nend\n"), "+ version = 2.14x"));
    EXPECT_TRUE(shows(diff_of("title (a+b)\n\nversion = 2x14\nstep 1\nend\n"), "+ version = 2x14"));
}

TEST(Compare, LiteralTextIsLiteral) {
    EXPECT_TRUE(shows(diff_of("Title (a+b)\n\nversion = dev\nstep 1\nend\n"), "+ Title (a+b)"));
    EXPECT_TRUE(shows(diff_of("title aab\n\nversion = dev\nstep 1\nend\n"), "+ title aab"));
    EXPECT_TRUE(shows(diff_of("title (a+b)\n\nversion = dev\nstep 1\nend \n"), "+ end "));
}

TEST(Compare, ShowsMissingAndAddedLines) {
    EXPECT_TRUE(shows(diff_of("title (a+b)\n\nversion = dev\nstep 1\n"), "- end"));
    EXPECT_TRUE(shows(diff_of("title (a+b)\n\nversion = dev\nstep 1\nend\nmore\n"), "+ more"));
    EXPECT_TRUE(shows(diff_of(""), "- title (a+b)"));
}

TEST(Compare, CountsRepeatedLines) {
    EXPECT_TRUE(shows(diff_of("title (a+b)\n\nversion = dev\nend\n"), "- <lines 1-3>step <n: [0-9]+>"));
    EXPECT_TRUE(shows(diff_of("title (a+b)\n\nversion = dev\nstep 1\nstep 2\nstep 3\nstep 4\nend\n"), "+ step 4"));
}

TEST(Compare, WantsTheLastLineToEnd) { EXPECT_NE(diff_of("title (a+b)\n\nversion = dev\nstep 1\nend"), ""); }

}  // namespace
}  // namespace simple
