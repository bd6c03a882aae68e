#include "bench/instructions/counts.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace simple::bench {
namespace {

TEST(Counts, CalleesAreKnownByTheirNames) {
    const auto expect = [](const char* function, Kind kind, const char* name) {
        const Callee callee = callee_of(function);
        EXPECT_EQ(callee.kind, kind) << function;
        EXPECT_EQ(callee.name, name) << function;
    };
    expect("malloc", Kind::allocations, "malloc");
    expect("malloc'2", Kind::allocations, "malloc");
    expect("__libc_malloc", Kind::allocations, "malloc");
    expect("posix_memalign", Kind::allocations, "posix_memalign");
    expect("_Znwm", Kind::allocations, "operator new");
    expect("_ZnamSt11align_val_t", Kind::allocations, "operator new");
    expect("_ZdlPv", Kind::instructions, "");
    expect("_int_malloc", Kind::instructions, "");
    expect("free", Kind::instructions, "");
    expect("pthread_mutex_lock@@GLIBC_2.2.5", Kind::locks, "pthread_mutex_lock");
    expect("___pthread_mutex_lock", Kind::locks, "pthread_mutex_lock");
    expect("pthread_mutex_unlock", Kind::instructions, "");
    expect("_ZN2at4_ops5clone4callERKNS_6TensorEN3c108optionalINS5_12MemoryFormatEEE", Kind::dispatcher_entries,
           "at::clone");
    expect("_ZN2at4_ops10add_Tensor10redispatchEN3c1014DispatchKeySetERKNS_6TensorE", Kind::dispatcher_entries,
           "at::add_Tensor (again)");
    expect("_ZN2at4_ops5clone6schemaE", Kind::instructions, "");
    expect("_ZN2at5cloneERKNS_6TensorE", Kind::instructions, "");
    expect("_ZN2at4_ops999999call", Kind::instructions, "");
}

constexpr const char* kOwn = STUB_LIBRARY;
constexpr const char* kWrapper = "_ZN6simple5bench12_GLOBAL__N_17WatchedIX1E4callEv";

// Ten calls of a function with three instructions, which calls malloc at 0x500.
Dump ten_calls() {
    Dump dump;
    dump.label = "plain/add/smallest";
    for (uint64_t address = 0x40; address < 0x43; ++address) dump.costs.push_back({{kOwn, "add"}, address, 10});
    dump.costs.push_back({{"/lib/libc.so.6", "malloc"}, 0x500, 10});
    dump.costs.push_back({{"/lib/libc.so.6", "malloc"}, 0x504, 30});
    dump.costs.push_back({{"target", kWrapper}, 0x1, 500});
    dump.calls.push_back({{"target", kWrapper}, {kOwn, "add"}, 0x40, 10});
    dump.calls.push_back({{kOwn, "add"}, {"/lib/libc.so.6", "malloc"}, 0x500, 10});
    return dump;
}

class CountsTest : public testing::Test {
  protected:
    // The stub's file has code at the addresses of none of these calls, and the test needs none.
    CallCount count(const Dump& dump) { return counted(dump, kOwn, "target", nullptr, 10); }
};

TEST_F(CountsTest, OwnInstructionsAlone) {
    const CallCount result = count(ten_calls());
    EXPECT_EQ(result[Kind::instructions], 3);
    EXPECT_EQ(result[Kind::allocations], 0) << "calls while nothing was collected are there too";
    EXPECT_EQ(result.elsewhere.at("libc"), 4);
    EXPECT_EQ(result.own, (std::map<std::string, double>{{"add", 3}}));
}

TEST_F(CountsTest, DispatcherEntriesAreWhatRanAtTheirBeginning) {
    Dump dump = ten_calls();
    constexpr const char* kClone = "_ZN2at4_ops5clone4callERKNS_6TensorE";
    dump.calls.push_back({{kOwn, "add"}, {"/lib/libtorch_cpu.so", kClone}, 0x800, 30});
    EXPECT_EQ(count(dump)[Kind::dispatcher_entries], 0) << "called, and not while it was collected";
    dump.costs.push_back({{"/lib/libtorch_cpu.so", kClone}, 0x800, 20});
    EXPECT_EQ(count(dump)[Kind::dispatcher_entries], 2);
    EXPECT_EQ(count(dump).callees, (std::map<std::string, double>{{"at::clone", 2}}));
}

TEST_F(CountsTest, AllocationsAndLocksAreThoseOfCandidateAndLibTorch) {
    const char *libc = "/lib/libc.so.6", *cxx = "/lib/libstdc++.so.6", *torch = "/lib/libtorch_cpu.so.1.13",
               *blas = "/lib/libopenblas.so.0";
    Dump dump;
    const auto edge = [&](const char* from, const char* function, const char* to, const char* called, uint64_t times) {
        dump.calls.push_back({{from, function}, {to, called}, 0x1, times});
    };
    edge(kOwn, "add", libc, "malloc", 10);
    edge(kOwn, "add", cxx, "_Znwm", 10);
    edge(cxx, "_Znwm", libc, "malloc", 40);  // the same allocations
    edge(torch, "f", cxx, "_Znwm", 20);
    edge(cxx, "_M_create", cxx, "_Znwm", 10);
    edge(blas, "dgemm", cxx, "_Znwm", 10);
    edge(blas, "dgemm", libc, "pthread_mutex_lock", 30);
    edge(torch, "f", libc, "pthread_mutex_lock", 5);
    edge(libc, "posix_memalign", libc, "malloc", 10);
    edge("target", "run", libc, "malloc", 10);
    edge(kOwn, "add", libc, "free", 10);
    const CallCount result = counted_callers(dump, kOwn, "target", 10);
    EXPECT_EQ(result[Kind::allocations], 5);
    EXPECT_EQ(result[Kind::locks], 0.5);
    EXPECT_EQ(result.callees,
              (std::map<std::string, double>{{"malloc", 1}, {"operator new", 4}, {"pthread_mutex_lock", 0.5}}));
}

TEST_F(CountsTest, CallsThatDidNotComeInAreRefused) {
    Dump dump = ten_calls();
    dump.costs[0].executed = 9;
    EXPECT_THROW(count(dump), std::runtime_error);
    dump = ten_calls();
    dump.calls.clear();
    EXPECT_THROW(count(dump), std::runtime_error);
    dump = ten_calls();
    dump.calls[0].to = {"/lib/other.so", "add"};
    dump.costs.push_back({{"/lib/other.so", "add"}, 0x40, 10});
    EXPECT_THROW(count(dump), std::runtime_error) << "a candidate that only passes on has nothing to count";
}

CallCount with(double instructions) {
    CallCount count;
    count[Kind::instructions] = instructions;
    return count;
}

TEST(Counts, LeastOfTheHeapsCountsAndIsMarked) {
    const CallCount same = merged(
        {{"plain", with(72)}, {"heap1", with(72)}, {"heap2", with(72)}, {"callers", with(0)}, {"many", with(72)}});
    EXPECT_EQ(same[Kind::instructions], 72);
    EXPECT_FALSE(same.varies);
    EXPECT_EQ(same.spread, 0);
    EXPECT_EQ(same.growth, 0);
    const CallCount varies = merged(
        {{"plain", with(73)}, {"heap1", with(72)}, {"heap2", with(75)}, {"callers", with(0)}, {"many", with(75)}});
    EXPECT_EQ(varies[Kind::instructions], 72);
    EXPECT_TRUE(varies.varies);
    EXPECT_EQ(varies.spread, 3);
    EXPECT_EQ(varies.growth, 0) << "no more than on some heap";
    EXPECT_EQ(
        merged(
            {{"plain", with(72)}, {"heap1", with(72)}, {"heap2", with(72)}, {"callers", with(0)}, {"many", with(900)}})
            .growth,
        828);
    EXPECT_THROW(merged({{"plain", with(72)}}), std::out_of_range);
}

TEST(Counts, TenthsAreWritten) {
    EXPECT_EQ(number_text(72), "72");
    EXPECT_EQ(number_text(0), "0");
    EXPECT_EQ(number_text(19.1), "19.1");
    EXPECT_EQ(number_text(1200), "1200");
}

}  // namespace
}  // namespace simple::bench
