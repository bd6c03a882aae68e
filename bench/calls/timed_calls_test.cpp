// Every function is timed, with calls that do what they are timed for. SIMPLE_BACKEND names the library to call.
#include <gtest/gtest.h>

#include <cstdlib>

#include "bench/calls/prepared_call.h"

namespace simple::bench {
namespace {

const Backend& backend() {
    static const Backend loaded = [] {
        const char* path = std::getenv("SIMPLE_BACKEND");
        return load_backend(path ? path : "SIMPLE_BACKEND is not set");
    }();
    return loaded;
}

TEST(TimedCalls, EveryFunctionIsTimed) {
    for (size_t i = 0; i < kFunctionCount; ++i) {
        const Fn fn = functions()[i].id;
        EXPECT_EQ(timed_call(fn, Size::smallest).has_value(), can_succeed(fn)) << function(fn).name;
        EXPECT_EQ(failing_call(fn).has_value(), !ways_to_fail(fn).empty()) << function(fn).name;
    }
}

TEST(TimedCalls, CallsSucceedAndLeaveNothing) {
    const int64_t before = backend().live_tensors();
    for (size_t i = 0; i < kFunctionCount; ++i)
        for (const Size size : {Size::smallest, Size::realistic, Size::large}) {
            const auto call = timed_call(functions()[i].id, size);
            if (!call) continue;
            SCOPED_TRACE(call->name());
            PreparedCall prepared(backend(), *call);
            for (int round = 0; round < 2; ++round) {
                prepared.prepare(3);
                prepared.run(3);
            }
        }
    EXPECT_EQ(backend().live_tensors(), before);
    backend().no_grad_end();
    EXPECT_EQ(backend().last_error_code(), 9) << "every no_grad_begin was left";
}

TEST(TimedCalls, FailingCallsFail) {
    const int64_t before = backend().live_tensors();
    for (size_t i = 0; i < kFunctionCount; ++i)
        if (const auto call = failing_call(functions()[i].id)) {
            SCOPED_TRACE(call->name() + ", " + call->operands);
            PreparedCall prepared(backend(), *call, true);
            prepared.prepare(2);
            prepared.run(2);
            EXPECT_NE(backend().last_error_code(), 0);
        }
    EXPECT_EQ(backend().live_tensors(), before);
}

TEST(TimedCalls, WithoutControlOperandsAreMadeByCoreFunctionsAlone) {
    for (size_t i = 0; i < kFunctionCount; ++i) {
        if (functions()[i].set != Set::core) continue;
        for (const Size size : {Size::smallest, Size::realistic, Size::large}) {
            const auto call = timed_call(functions()[i].id, size, false);
            if (!call) continue;
            for (const Step& step : call->before) EXPECT_EQ(function(step.fn).set, Set::core) << call->name();
            EXPECT_NO_THROW(PreparedCall(backend(), *call)) << call->name();
        }
    }
}

TEST(TimedCalls, CallThatDoesNotDoAsItShouldIsRefused) {
    EXPECT_THROW(PreparedCall(backend(), *failing_call(Fn::add)), std::runtime_error);
    EXPECT_THROW(PreparedCall(backend(), *timed_call(Fn::add, Size::smallest), true), std::runtime_error);
    Backend lacking = backend();
    lacking.add = nullptr;
    EXPECT_THROW(PreparedCall(lacking, *timed_call(Fn::add, Size::smallest)), MissingFunction);
}

}  // namespace
}  // namespace simple::bench
