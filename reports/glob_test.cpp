#include "reports/glob.h"

#include <gtest/gtest.h>

namespace simple {
namespace {

TEST(Glob, stars_and_question_marks_stand_for_what_is_there) {
    EXPECT_TRUE(glob_matches("add/?32-*", "add/f32-f64-same"));
    EXPECT_TRUE(glob_matches("*", "table/add/value"));  // a slash too
    EXPECT_TRUE(glob_matches("add*", "add"));
    EXPECT_FALSE(glob_matches("add/?", "add/"));
    EXPECT_FALSE(glob_matches("add", "add/f32"));
}

TEST(Glob, an_id_matches_itself_whatever_it_holds) {
    EXPECT_TRUE(glob_matches("unchanged/dropout/p-outside-[0,-1]", "unchanged/dropout/p-outside-[0,-1]"));
    EXPECT_TRUE(glob_matches("a\\*", "a\\b"));
}

}  // namespace
}  // namespace simple
