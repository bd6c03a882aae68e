#include "impl/process/counting.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

namespace simple::process {
namespace {

constexpr size_t kSmallest = 24, kStep = 16, kSizes = 63, kOfEach = 7;  // what a thread's cache of glibc takes

TEST(InUse, WhatIsFreedIsNot) {
    void* blocks[kSizes][kOfEach];
    const Allocations before = in_use();
    for (size_t i = 0; i < kSizes; ++i)
        for (void*& block : blocks[i]) block = std::malloc(kSmallest + kStep * i);
    const Allocations between = in_use();
    for (auto& of_one_size : blocks)
        for (void* block : of_one_size) std::free(block);
    const Allocations after = in_use();
    EXPECT_EQ(between.blocks - before.blocks, kSizes * kOfEach);
    EXPECT_EQ(after.blocks, before.blocks);
    EXPECT_EQ(after.bytes, before.bytes);
}

TEST(InUse, SixteenBytesThatStayAre) {
    const Allocations before = in_use();
    void* block = std::malloc(16);
    const Allocations after = in_use();
    EXPECT_EQ(after.blocks, before.blocks + 1);
    EXPECT_GE(after.bytes, before.bytes + 16);
    std::free(block);
}

TEST(InUse, WhatAnotherThreadTookAndThisOneFreesIsNot) {
    void* block = nullptr;
    const auto bytes_of_thread = [&](auto&& work) {
        const int64_t before = in_use().bytes;
        std::thread(work).join();
        return in_use().bytes - before;
    };
    bytes_of_thread([] {});  // its stack stays for the next one
    EXPECT_GE(bytes_of_thread([&] { block = std::malloc(4000); }), 4000);
    const int64_t before = in_use().bytes;
    std::free(block);
    EXPECT_LE(in_use().bytes, before - 4000);
}

TEST(InUse, EveryKindOfAllocationCounts) {
    const Allocations before = in_use();
    void* aligned = nullptr;
    ASSERT_EQ(posix_memalign(&aligned, 64, 100), 0);
    void* blocks[] = {std::calloc(10, 10), std::realloc(nullptr, 100), std::aligned_alloc(64, 128), aligned};
    EXPECT_EQ(in_use().blocks, before.blocks + 4);
    EXPECT_GE(in_use().bytes, before.bytes + 428);
    blocks[0] = std::realloc(blocks[0], 10000);
    EXPECT_EQ(in_use().blocks, before.blocks + 4);
    EXPECT_GE(in_use().bytes, before.bytes + 10328);
    for (void* block : blocks) std::free(block);
    EXPECT_EQ(in_use().blocks, before.blocks);
    EXPECT_EQ(in_use().bytes, before.bytes);
}

TEST(InUse, AnAllocationThatFailsIsNot) {
    const Allocations before = in_use();
    fail_allocation(0, After::succeed);
    void* volatile none = std::malloc(100);
    EXPECT_TRUE(fail_no_allocation());
    EXPECT_EQ(none, nullptr);
    EXPECT_EQ(in_use().blocks, before.blocks);
    EXPECT_EQ(in_use().bytes, before.bytes);
}

}  // namespace
}  // namespace simple::process
