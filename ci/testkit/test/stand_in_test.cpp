// What stands in for a missing function ends the case, and nothing else.
#include "ci/testkit/stand_in.h"

#include <gtest/gtest.h>

#include <thread>

#include "ci/testkit/call_watch.h"
#include "ci/testkit/client.h"
#include "ci/testkit/running_case.h"

namespace simple {
namespace {

class StandInTest : public testing::Test {
  protected:
    void SetUp() override {
        t_runs_cases = true;
        running_case().begin();
        stand_in_for_missing_core_functions(backend);
    }
    Backend backend;
};

TEST_F(StandInTest, EndsTheCaseOnItsThread) {
    EXPECT_THROW(backend.add(1, 2), std::runtime_error);
    EXPECT_TRUE(running_case().lacks_symbol);
}

TEST_F(StandInTest, DoesNotThrowOutOfADestructor) {
    { const Tensor tensor(backend, 7); }  // which calls free
    EXPECT_TRUE(running_case().lacks_symbol);
}

TEST_F(StandInTest, DoesNotThrowOutOfAnotherThread) {
    int64_t result = -1;
    char* text = nullptr;
    std::thread([&] {
        result = backend.add(1, 2);
        text = backend.version();
    }).join();
    EXPECT_EQ(result, 0);
    EXPECT_STREQ(text, "");
    std::free(text);
    EXPECT_TRUE(running_case().lacks_symbol);
}

TEST_F(StandInTest, FunctionsThatAreGivenUpDoTheSame) {
    static CallWatch watch{};
    Backend whole;
    whole.add = [](int64_t, int64_t) -> int64_t { return 5; };
    whole.free = [](int64_t) { FAIL() << "called"; };
    watch_calls(whole, watch);
    EXPECT_EQ(whole.add(1, 2), 5);
    give_up("add");
    give_up("free");
    EXPECT_THROW(whole.add(1, 2), std::runtime_error);
    EXPECT_EQ(name_of_watched(watch.given_up), "add");
    whole.free(1);
    std::thread([&] { EXPECT_EQ(whole.add(1, 2), 0); }).join();
    EXPECT_EQ(name_of_watched(watch.given_up), "add");
}

}  // namespace
}  // namespace simple
