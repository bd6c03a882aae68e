#include "ci/testkit/recorded_calls.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <thread>

#include "ci/testkit/call.h"
#include "ci/testkit/client.h"
#include "ci/testkit/stand_in.h"

namespace simple {
namespace {

int64_t g_next = 1;
int32_t g_code = 0;  // of the last call
int64_t ends_with(int32_t code) {
    g_code = code;
    return code == 0 ? g_next++ : 0;
}

// Knows nothing of dtypes: what is recorded is what the caller did.
Backend& backend() {
    static Backend fake = [] {
        Backend b;
        b.zeros = [](const SplArray*) { return ends_with(0); };
        b.from_data = [](const SplArray*, const SplArray*) { return ends_with(0); };
        b.from_i64_data = [](const SplArray*, const SplArray*) { return ends_with(0); };
        b.add = [](int64_t a, int64_t c) { return ends_with(a > 0 && c > 0 ? 0 : 1); };
        b.gelu = [](int64_t) { return ends_with(4); };
        b.cuda = [](int64_t, int32_t) { return ends_with(8); };
        b.view = [](int64_t, const SplArray*) { return ends_with(0); };
        b.gather = [](int64_t, int64_t, int64_t) { return ends_with(0); };
        b.cross_entropy_tensor = [](int64_t, int64_t) { return ends_with(0); };
        b.sum = [](int64_t) { return 0.0; };
        b.cat = [](const SplArray*, int64_t) { return ends_with(0); };
        b.free = [](int64_t) { g_code = 0; };
        b.version = [] {
            g_code = 0;
            return strdup("1");
        };
        b.last_error_code = [] { return g_code; };
        record_calls(b);
        return b;
    }();
    t_runs_cases = true;
    return fake;
}

int64_t made(DType dtype) {
    const Array dims = Array::ints({1});
    if (dtype == DType::f32) return call(backend(), Fn::zeros, {dims}).integer;
    if (dtype == DType::f64) return call(backend(), Fn::from_data, {Array::floats({1}), dims}).integer;
    return call(backend(), Fn::from_i64_data, {Array::ints({1}), dims}).integer;
}

// "float32 cpu: 0 x2, 4 x1; ..."
std::string recorded() {
    std::string text;
    for (const auto& [dtype, device, codes] : recorded_calls()) {
        text += (text.empty() ? "" : "; ") + dtype + " " + device + ":";
        for (const auto& [code, n] : codes) text += " " + std::to_string(code) + " x" + std::to_string(n);
    }
    return text;
}

TEST(RecordedCalls, AreOfTheCasesFunctionWithTheHighestDType) {
    backend();
    begin_recording("add");
    const int64_t f32 = made(DType::f32), f64 = made(DType::f64), i64 = made(DType::i64);
    call(backend(), Fn::add, {f32, f32});
    call(backend(), Fn::add, {i64, i64});
    call(backend(), Fn::add, {i64, f32});
    call(backend(), Fn::add, {f32, f64});
    EXPECT_EQ(recorded(), "float32 cpu: 0 x2; float64 cpu: 0 x1; int64 cpu: 0 x1");
}

TEST(RecordedCalls, EndWithTheCodeThatTheSuiteAskedFor) {
    backend();
    begin_recording("gelu");
    const int64_t f32 = made(DType::f32);
    call(backend(), Fn::gelu, {f32});
    EXPECT_EQ(recorded(), "float32 cpu: 4 x1");
    begin_recording("gelu");
    backend().gelu(made(DType::f32));
    made(DType::f32);
    EXPECT_EQ(recorded(), "float32 cpu: -1 x1") << "a sentinel, and nobody asked why";
    begin_recording("sum");
    backend().sum(made(DType::f64));
    EXPECT_EQ(recorded(), "float64 cpu: 0 x1");
}

TEST(RecordedCalls, FollowDTypesThroughViewsAndLists) {
    backend();
    begin_recording("cat");
    const int64_t seen = call(backend(), Fn::view, {made(DType::i64), Array::ints({1})}).integer;
    call(backend(), Fn::cat, {Array::ints({seen, seen}), int64_t{0}});
    EXPECT_EQ(recorded(), "int64 cpu: 0 x1");
}

TEST(RecordedCalls, TakeIndicesAndClassesForNoDType) {
    backend();
    begin_recording("gather");
    const int64_t f32 = made(DType::f32), i64 = made(DType::i64), f64 = made(DType::f64);
    call(backend(), Fn::gather, {f32, int64_t{0}, i64});
    call(backend(), Fn::gather, {f32, int64_t{0}, f64});
    EXPECT_EQ(recorded(), "float32 cpu: 0 x2");
    begin_recording("cross_entropy_tensor");
    const int64_t input = made(DType::f32), classes = made(DType::i64), other = made(DType::f64);
    call(backend(), Fn::cross_entropy_tensor, {input, classes});
    EXPECT_EQ(recorded(), "float32 cpu: 0 x1");
    call(backend(), Fn::cross_entropy_tensor, {input, other});
    EXPECT_EQ(recorded(), "float32 cpu: 0 x1") << "probabilities of a higher dtype would count, and classes not";
}

TEST(RecordedCalls, LeaveOutWhatIsNotKnown) {
    backend();
    begin_recording("add");
    const int64_t f32 = made(DType::f32);
    call(backend(), Fn::add, {f32, int64_t{0}});
    call(backend(), Fn::add, {int64_t{0x7ead}, f32});
    const int64_t gone = made(DType::f32);
    backend().free(gone);
    call(backend(), Fn::add, {gone, f32});
    EXPECT_EQ(recorded(), "");
}

TEST(RecordedCalls, OfWhatIsOnlyForCudaAreThere) {
    backend();
    begin_recording("cuda");
    call(backend(), Fn::cuda, {made(DType::f32), int64_t{0}});
    EXPECT_EQ(recorded(), "float32 cuda: 8 x1");
}

TEST(RecordedCalls, OfFunctionsWithoutTensors) {
    backend();
    begin_recording("version");
    call(backend(), Fn::version, {});
    EXPECT_EQ(recorded(), " cpu: 0 x1");
    begin_recording("zeros");
    made(DType::f32);
    EXPECT_EQ(recorded(), "float32 cpu: 0 x1") << "what it makes";
}

TEST(RecordedCalls, AreOfThisThreadAndThisCase) {
    const Backend& shared = backend();
    begin_recording("add");
    const int64_t f32 = made(DType::f32);
    std::thread([&] { shared.add(f32, f32); }).join();
    EXPECT_EQ(recorded(), "");
    call(backend(), Fn::add, {f32, f32});
    begin_recording("add");
    call(backend(), Fn::add, {f32, f32});
    EXPECT_EQ(recorded(), "") << "a handle of the case before";
    begin_recording("");
    call(backend(), Fn::add, {made(DType::f32), made(DType::f32)});
    EXPECT_EQ(recorded(), "");
}

}  // namespace
}  // namespace simple
