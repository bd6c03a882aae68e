#include "bench/compare/cores.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <set>

namespace simple::compare {
namespace {

using Sets = std::vector<std::vector<int>>;

TEST(Cores, AreDealtWhole) {
    EXPECT_EQ(dealt({{0}, {1}}, 2), (Sets{{0}, {1}}));
    EXPECT_EQ(dealt({{0, 4}, {1, 5}, {2, 6}}, 2), (Sets{{0, 4, 2, 6}, {1, 5}}));
    EXPECT_EQ(dealt({{0, 1}}, 2), (Sets{{0, 1}})) << "two threads of one core are no two cores";
    EXPECT_EQ(dealt({{0}, {1}}, 1), (Sets{{0, 1}}));
    EXPECT_EQ(dealt({}, 2), (Sets{{}})) << "unknown: one at a time, anywhere";
}

TEST(Cores, AreThoseOfThisProcess) {
    cpu_set_t own;
    ASSERT_EQ(sched_getaffinity(0, sizeof own, &own), 0);
    std::set<int> all;
    size_t count = 0;
    for (const auto& set : sets_of_cores(2))
        for (const int cpu : set) {
            EXPECT_TRUE(CPU_ISSET(static_cast<size_t>(cpu), &own)) << cpu;
            all.insert(cpu);
            ++count;
        }
    EXPECT_EQ(all.size(), count) << "none is in two of them";
    EXPECT_EQ(count, static_cast<size_t>(CPU_COUNT(&own)));
    stay_on({*all.begin()});
    EXPECT_EQ(sets_of_cores(2), (Sets{{*all.begin()}}));
    sched_setaffinity(0, sizeof own, &own);
}

}  // namespace
}  // namespace simple::compare
