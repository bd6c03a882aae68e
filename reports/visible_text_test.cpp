#include "reports/visible_text.h"

#include <gtest/gtest.h>

#include <string>

namespace simple::reports {
namespace {

TEST(VisibleText, ControlCharactersAreNumbers) {
    EXPECT_EQ(visible_text("a\x1b[31mb\r\n\tc\x7f"), "a<U+001B>[31mb<U+000D>\n\tc<U+007F>");
    EXPECT_EQ(visible_text(std::string("\0", 1)), "<U+0000>");
    EXPECT_EQ(visible_line("a\nb"), "a<U+000A>b");
}

TEST(VisibleText, WhatIsNoUtf8IsReplaced) {
    EXPECT_EQ(visible_text("\xff"
                           "a\xc3"),
              "\xEF\xBF\xBD"
              "a\xEF\xBF\xBD");
    EXPECT_EQ(visible_text("\xed\xa0\x80"), "<U+D800>");
}

TEST(VisibleText, WhatHidesOrTurnsTextIsANumber) {
    EXPECT_EQ(visible_text("\xe2\x80\xae"), "<U+202E>");
    EXPECT_EQ(visible_text("\xe2\x80\xa8"), "<U+2028>");
    EXPECT_EQ(visible_text("\xc2\x9b"), "<U+009B>");
}

TEST(VisibleText, TheRestStaysAsItIs) {
    EXPECT_EQ(visible_text("é → 2×3 \xF0\x9F\x98\x80"), "é → 2×3 \xF0\x9F\x98\x80");
}

}  // namespace
}  // namespace simple::reports
