#include "bench/history/printable.h"

#include <gtest/gtest.h>

namespace simple::history {
namespace {

TEST(Printable, LettersStay) { EXPECT_EQ(printable("größer → 3 %"), "größer → 3 %"); }

TEST(Printable, WhatATerminalWouldObeyDoesNot) {
    EXPECT_EQ(printable("\x1b[31mred\n\t\x7f"), "?[31mred???");
    EXPECT_EQ(printable("\xc2\x9b"
                        "31m"),
              "?31m")
        << "C1 controls";
    EXPECT_EQ(printable("a\xe2\x80\xae"
                        "b"),
              "a?b")
        << "right-to-left override";
}

TEST(Printable, BytesThatAreNoCharacterAreShownAsOneEach) { EXPECT_EQ(printable("\xff\xc3"), "??"); }

TEST(Printable, IsCutByCharacters) {
    EXPECT_EQ(printable("äöüß", 4), "äöüß");
    EXPECT_EQ(printable("äöüßx", 4), "äöü…");
}

}  // namespace
}  // namespace simple::history
