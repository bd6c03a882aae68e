#include "impl/errors/error.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <cstdlib>
#include <locale>
#include <new>
#include <string>
#include <thread>

namespace simple {
namespace {

template <typename Body>
std::string detail_of(Body&& body) {
    try {
        body();
    } catch (const Fault& fault) {
        return std::string(fault.detail());
    }
    return "no fault";
}

std::string message() {
    char* text = last_error::message();
    const std::string copy = text ? text : "NULL";
    std::free(text);
    return copy;
}

TEST(Faults, ShowNumbersAsTheyReadBack) {
    EXPECT_EQ(detail_of([] { fail(Code::argument, "p {} is outside [0, 1]", 1.0000001); }),
              "p 1.0000001 is outside [0, 1]");
    EXPECT_EQ(detail_of([] { fail(Code::argument, "value {}", 1e300); }), "value 1e+300");
    EXPECT_EQ(detail_of([] { fail(Code::argument, "value {}", 0.1); }), "value 0.1");
    EXPECT_EQ(detail_of([] { fail(Code::argument, "value {}", INT64_MIN); }), "value -9223372036854775808");
}

struct Commas : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
};

TEST(Faults, ShowNumbersTheSameInAnyLocale) {
    const std::locale before = std::locale::global(std::locale(std::locale(), new Commas));
    EXPECT_EQ(detail_of([] { fail(Code::argument, "value {} of {}", 1234567.5, 1234567); }),
              "value 1234567.5 of 1234567");
    std::locale::global(before);
}

TEST(Faults, AreCutWhereTheyAreTooLong) {
    const std::string detail = detail_of([] { fail(Code::argument, "value {}", std::string(5000, 'x')); });
    EXPECT_EQ(detail.size(), kLongestText);
    EXPECT_EQ(detail.substr(detail.size() - 4), "x...");
}

TEST(LastError, IsTheMessageOfTheCallingThread) {
    last_error::set(Fn::add, Code::shape, "short");
    std::thread([] {
        EXPECT_EQ(message(), "");
        last_error::set(Fn::mul, Code::shape, std::string(500, 'm'));
        EXPECT_EQ(message(), "rt_torch_torchtensor_mul: " + std::string(500, 'm'));
    }).join();
    EXPECT_EQ(message(), "rt_torch_torchtensor_add: short");
    last_error::clear();
    EXPECT_EQ(message(), "");
}

int judged;

void judge(const last_error::Numbers& numbers) {
    ++judged;
    fail(Code::shape, "sizes {} and {}, {}", numbers.front(), numbers.back(), std::string(100, 'j'));
}

TEST(LastError, IsJudgedWhenItIsAskedFor) {
    const std::string expected = "rt_torch_torchtensor_add: sizes -3 and 7, " + std::string(100, 'j');
    last_error::Numbers numbers{};
    numbers.front() = -3;
    numbers.back() = 7;
    judged = 0;
    last_error::set_judged(Fn::add, Code::shape, judge, numbers);
    EXPECT_EQ(last_error::code(), 3);
    EXPECT_EQ(judged, 0);
    numbers = {};
    EXPECT_EQ(message(), expected);
    EXPECT_EQ(message(), expected);
    EXPECT_EQ(judged, 1);
    last_error::clear();
    EXPECT_EQ(message(), "");
}

TEST(LastError, IsTheLatestWhetherJudgedOrNot) {
    judged = 0;
    last_error::set_judged(Fn::add, Code::shape, judge, {});
    last_error::set(Fn::mul, Code::handle, "told");
    EXPECT_EQ(message(), "rt_torch_torchtensor_mul: told");
    last_error::set_judged(Fn::add, Code::shape, judge, {});
    last_error::clear();
    EXPECT_EQ(message(), "");
    EXPECT_EQ(judged, 0);
    last_error::set(Fn::mul, Code::handle, std::string(500, 'm'));
    last_error::set_judged(Fn::add, Code::shape, judge, {1});
    std::thread([] { EXPECT_EQ(message(), ""); }).join();
    EXPECT_EQ(message(), "rt_torch_torchtensor_add: sizes 1 and 0, " + std::string(100, 'j'));
}

TEST(LastError, IsNoTextWhereJudgingHasNoMemory) {
    last_error::set_judged(Fn::add, Code::shape, [](const last_error::Numbers&) { throw std::bad_alloc(); }, {});
    EXPECT_EQ(message(), "NULL");
    EXPECT_EQ(last_error::code(), 3);
}

// A thread's keys are destroyed in rounds: ours may have run when another's calls.
TEST(LastError, IsRightInEveryRoundOfAThreadsEnd) {
    static int rounds;
    static pthread_key_t key;
    rounds = 0;
    ASSERT_EQ(pthread_key_create(&key,
                                 [](void* again) {
                                     ++rounds;
                                     last_error::set(Fn::add, Code::shape, std::string(500, 'e'));
                                     const std::string text = message();
                                     EXPECT_EQ(text.substr(0, 60), "rt_torch_torchtensor_add: " + std::string(34, 'e'));
                                     last_error::set(Fn::add, Code::handle, "handle 7 names no live tensor");
                                     EXPECT_EQ(message(), "rt_torch_torchtensor_add: handle 7 names no live tensor");
                                     pthread_setspecific(key, again);
                                 }),
              0);
    std::thread([] {
        last_error::set(Fn::add, Code::shape, std::string(500, 'b'));
        pthread_setspecific(key, &key);
    }).join();
    EXPECT_EQ(rounds, 4);
    pthread_key_delete(key);
}

}  // namespace
}  // namespace simple
