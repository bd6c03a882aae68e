#include "ci/testkit/plain_message.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace simple {
namespace {

// The first failure of some code, as GoogleTest words it here.
testing::TestPartResult failure_of(const std::function<void()>& code) {
    testing::TestPartResultArray failures;
    {
        const testing::ScopedFakeTestPartResultReporter reporter(
            testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures);
        code();
    }
    return failures.GetTestPartResult(0);
}

struct Row {
    std::function<void()> code;
    std::string said;  // before the place
};

TEST(PlainMessage, SaysWhatCameAndWhatWasWantedFirst) {
    const int got = 3, want = 2;
    const double nan = std::nan("");
    const std::string lines = "a\nb";
    const std::vector<double> numbers{1, 2.5};
    const std::string context = "\n  call: f\n  promises: E3";
    const auto bad = [](int code) { return testing::AssertionFailure() << "code 0, want " << code; };
    const std::vector<Row> rows{
        {[&] { EXPECT_EQ(got, want); }, "got 3, want 2"},
        {[&] { EXPECT_EQ(got, 2); }, "got 3, want 2"},
        {[&] { EXPECT_EQ(3, want) << "in thread " << 7; }, "got 3, want 2\nin thread 7"},
        {[&] { EXPECT_EQ(got, want) << context; }, "got 3, want 2" + context},
        {[&] { EXPECT_EQ(got, want) << "tensors leaked" << context; }, "got 3, want 2\ntensors leaked" + context},
        {[&] {
             EXPECT_EQ(numbers, (std::vector<double>{1, 2}));
         },
         "got { 1, 2.5 }, want { 1, 2 }"},
        // Of two lines each: of one, GoogleTest's versions write the numbers otherwise.
        {[&] { EXPECT_EQ(std::string("x\ny"), lines); },
         "got \"x\\ny\", want \"a\\nb\"\nWith diff:\n@@ -1,2 +1,2 @@\n-x\n-y\n+a\n+b"},
        {[&] { EXPECT_NE(got, 3) << "given out twice"; }, "got 3, want anything but 3\ngiven out twice"},
        {[&] { EXPECT_GE(want, got); }, "got 2, want at least 3"},
        {[&] { EXPECT_LE(got, want); }, "got 3, want at most 2"},
        {[&] { EXPECT_GT(want, got); }, "got 2, want more than 3"},
        {[&] { EXPECT_LT(got, (want < got ? want : got)); }, "got 3, want less than 2"},
        {[&] { EXPECT_NEAR(got, want, 0.5) << "at " << 1; }, "got 3, want 2 within 0.5\nat 1"},
        {[&] { EXPECT_NEAR(nan, want, 0.5); }, "got nan, want 2 within 0.5"},
        {[&] { EXPECT_TRUE(got == want); }, "got false, want true"},
        {[&] { EXPECT_FALSE(got != want) << context; }, "got true, want false" + context},
        {[&] { EXPECT_TRUE(got == want) << "the copy is not done" << context; }, "the copy is not done" + context},
        {[&] { EXPECT_TRUE(bad(5)); }, "code 0, want 5"},
        {[&] { EXPECT_TRUE(bad(5)) << "sync"; }, "code 0, want 5\nsync"},
        {[&] { ADD_FAILURE() << "result: off" << context; }, "result: off" + context},
    };
    for (const Row& row : rows) {
        const auto failure = failure_of(row.code);
        const std::string message = plain_message(failure);
        const bool has_place = std::string(failure.message()).rfind("Failed", 0) != 0;
        const std::string place =
            has_place ? "\n  at: ci/testkit/test/plain_message_test.cpp:" + std::to_string(failure.line_number()) : "";
        EXPECT_EQ(message, row.said + place) << "of " << failure.message();
    }
}

}  // namespace
}  // namespace simple
