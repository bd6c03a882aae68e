#include "impl/handles/slot_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace simple {
namespace {

std::atomic<int> g_alive{0};
struct Thing {
    explicit Thing(int v) : value(v) { ++g_alive; }
    Thing(Thing&& other) noexcept : value(other.value) { ++g_alive; }
    ~Thing() { --g_alive; }
    int value;
};
struct Stream {
    std::string name;
};
using Map = SlotMap<Thing, Stream>;

TEST(SlotMap, FindsWhatWasInserted) {
    Map& map = Map::instance();
    const int64_t handle = map.insert(Thing(7));
    EXPECT_GT(handle, 0);
    EXPECT_EQ(map.pin<Thing>(handle)->value, 7);
    EXPECT_TRUE(map.free<Thing>(handle));
    EXPECT_EQ(g_alive, 0);
}

TEST(SlotMap, AFreedHandleIsNone) {
    Map& map = Map::instance();
    const int64_t handle = map.insert(Thing(1));
    EXPECT_TRUE(map.free<Thing>(handle));
    EXPECT_FALSE(map.free<Thing>(handle));
    EXPECT_FALSE(map.pin<Thing>(handle));
    const int64_t next = map.insert(Thing(2));
    EXPECT_NE(next, handle);
    EXPECT_FALSE(map.pin<Thing>(handle));
    EXPECT_TRUE(map.free<Thing>(next));
}

TEST(SlotMap, AMakerThatThrowsInsertsNothing) {
    Map& map = Map::instance();
    const int64_t before = map.live<Thing>();
    for (int i = 0; i < 1000; ++i)
        EXPECT_THROW(map.insert_made<Thing>([]() -> Thing { throw std::runtime_error("not made"); }),
                     std::runtime_error);
    EXPECT_EQ(map.live<Thing>(), before);
    const int64_t handle = map.insert(Thing{7});
    EXPECT_EQ(map.pin<Thing>(handle)->value, 7);
    EXPECT_TRUE(map.free<Thing>(handle));
}

TEST(SlotMap, ForgedNumbersAreNone) {
    Map& map = Map::instance();
    const int64_t handle = map.insert(Thing(1));
    for (int64_t forged : {int64_t{0}, int64_t{-1}, int64_t{1}, INT64_MIN, INT64_MAX, -handle, handle + 1,
                           handle + (int64_t{1} << 32), handle ^ 0xfffff000}) {
        EXPECT_FALSE(map.pin<Thing>(forged)) << forged;
        EXPECT_FALSE(map.free<Thing>(forged)) << forged;
    }
    EXPECT_TRUE(map.free<Thing>(handle));
}

TEST(SlotMap, TheWrongKindIsNone) {
    Map& map = Map::instance();
    const int64_t thing = map.insert(Thing(1));
    const int64_t stream = map.insert(Stream{"s"});
    EXPECT_FALSE(map.pin<Stream>(thing));
    EXPECT_FALSE(map.free<Thing>(stream));
    EXPECT_EQ(map.live<Thing>(), 1);
    EXPECT_EQ(map.live<Stream>(), 1);
    EXPECT_TRUE(map.free<Thing>(thing));
    EXPECT_TRUE(map.free<Stream>(stream));
}

TEST(SlotMap, APinOutlivesTheFree) {
    Map& map = Map::instance();
    const int64_t handle = map.insert(Thing(5));
    {
        auto pinned = map.pin<Thing>(handle);
        EXPECT_TRUE(map.free<Thing>(handle));
        EXPECT_FALSE(map.pin<Thing>(handle));
        EXPECT_EQ(map.live<Thing>(), 0);
        EXPECT_EQ(pinned->value, 5);
        EXPECT_EQ(g_alive, 1);
    }
    EXPECT_EQ(g_alive, 0);
}

// Enough for many chunks, whose memory goes back to the system between the rounds.
TEST(SlotMap, NoHandleComesTwiceWhenChunksGoAndComeAgain) {
    Map& map = Map::instance();
    std::set<int64_t> seen;
    std::vector<int64_t> handles(300000);
    for (int round = 0; round < 3; ++round) {
        for (int64_t& handle : handles) {
            handle = map.insert(Thing(round));
            ASSERT_TRUE(seen.insert(handle).second) << handle;
        }
        if (round == 1) std::reverse(handles.begin(), handles.end());
        for (const int64_t handle : handles) ASSERT_TRUE(map.free<Thing>(handle));
        for (const int64_t handle : handles) ASSERT_FALSE(map.pin<Thing>(handle));
    }
    EXPECT_EQ(g_alive, 0);
}

TEST(SlotMap, SlotsOfEndedThreadsAreUsedAgain) {
    Map& map = Map::instance();
    int64_t largest = 0;
    for (int i = 0; i < 2000; ++i)
        std::thread([&] {
            const int64_t handle = map.insert(Thing(i));
            largest = std::max<int64_t>(largest, static_cast<uint32_t>(handle));
            EXPECT_TRUE(map.free<Thing>(handle));
        }).join();
    EXPECT_LT(largest, 2000000) << "each thread took slots of its own, and gave none back";
}

TEST(SlotMap, CountsAreExactOverThreads) {
    Map& map = Map::instance();
    std::vector<std::thread> threads;
    std::vector<std::vector<int64_t>> kept(4);
    for (size_t t = 0; t < kept.size(); ++t)
        threads.emplace_back([&map, &mine = kept[t]] {
            for (int i = 0; i < 20000; ++i) {
                mine.push_back(map.insert(Thing(i)));
                if (i % 3) {
                    EXPECT_TRUE(map.free<Thing>(mine.back()));
                    mine.pop_back();
                }
            }
        });
    for (auto& thread : threads) thread.join();
    int64_t total = 0;
    for (const auto& mine : kept) total += static_cast<int64_t>(mine.size());
    EXPECT_EQ(map.live<Thing>(), total);
    for (const auto& mine : kept)
        for (int64_t handle : mine) EXPECT_TRUE(map.free<Thing>(handle));
    EXPECT_EQ(map.live<Thing>(), 0);
    EXPECT_EQ(g_alive, 0);
}

TEST(SlotMap, FreeWhileAnotherThreadUsesItIsSafe) {
    Map& map = Map::instance();
    for (int round = 0; round < 2000; ++round) {
        const int64_t handle = map.insert(Thing(round));
        std::thread user([&] {
            for (int i = 0; i < 20; ++i)
                if (auto pinned = map.pin<Thing>(handle)) {
                    EXPECT_EQ(pinned->value, round);
                }
        });
        EXPECT_TRUE(map.free<Thing>(handle));
        user.join();
    }
    EXPECT_EQ(g_alive, 0);
}

}  // namespace
}  // namespace simple
