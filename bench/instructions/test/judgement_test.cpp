#include "bench/instructions/judgement.h"

#include <gtest/gtest.h>

namespace simple::bench {
namespace {

using Result = Judgement::Result;

CallCount of(double instructions, double allocations = 0, double locks = 0, double entries = 0, double atomics = 0) {
    CallCount count;
    count.of = {instructions, allocations, locks, entries, atomics};
    return count;
}

Judgement judged(const CallCount& candidate, const CallCount& baseline) {
    return judge({{"add/smallest", candidate}}, {{"add/smallest", baseline}}).at(0);
}

TEST(Judgement, LimitIsTheLargerOfThreeAndHalfAPercent) {
    EXPECT_EQ(judged(of(72), of(72)).result, Result::same);
    EXPECT_EQ(judged(of(73), of(72)).result, Result::reported);
    EXPECT_EQ(judged(of(75), of(72)).result, Result::reported);
    EXPECT_EQ(judged(of(76), of(72)).result, Result::worse);
    EXPECT_EQ(judged(of(75.1), of(72)).result, Result::worse);
    EXPECT_EQ(judged(of(71), of(72)).result, Result::improved);
    EXPECT_EQ(judged(of(2010), of(2000)).result, Result::reported);
    EXPECT_EQ(judged(of(2011), of(2000)).result, Result::worse);
}

TEST(Judgement, ChangeIsNamedForWhatItIs) {
    EXPECT_EQ(judged(of(76), of(72)).changes, std::vector<std::string>{"instructions 72 -> 76 (+4; the limit is +3)"});
    CallCount more = of(72, 1);
    more.callees = {{"operator new", 1}};
    EXPECT_EQ(judged(more, of(72)).changes, std::vector<std::string>{"allocations 0 -> 1 (+1): operator new +1"});
    more.callees = {{"malloc", 1}};
    EXPECT_EQ(judged(more, of(72)).changes, std::vector<std::string>{"allocations 0 -> 1 (+1): malloc +1"});
    CallCount lock = of(72, 1, 1);
    lock.callees = {{"malloc", 1}, {"pthread_mutex_lock", 1}};
    EXPECT_EQ(judged(lock, more).changes, std::vector<std::string>{"locks 0 -> 1 (+1): pthread_mutex_lock +1"});
    CallCount copy = of(72, 0, 0, 1);
    copy.callees = {{"at::clone", 1}};
    EXPECT_EQ(judged(copy, of(72)).changes,
              std::vector<std::string>{"dispatcher entries 0 -> 1 (+1): at::clone +1; a tensor copy"});
    EXPECT_EQ(judged(of(72, 0, 0, 0, 2), of(72)).changes, std::vector<std::string>{"atomic instructions 0 -> 2 (+2)"});
    CallCount grows = of(72);
    grows.growth = 828;
    EXPECT_NE(judged(grows, of(72)).changes.at(0).find("a look-up that grows"), std::string::npos);
    CallCount own = of(76), was = of(72);
    own.own = {{"add", 70}, {"_ZN6simple5unpinEl", 6}};
    was.own = {{"add", 70}, {"_ZN6simple5unpinEl", 2}};
    EXPECT_EQ(judged(own, was).changes,
              std::vector<std::string>{"instructions 72 -> 76 (+4; the limit is +3): simple::unpin +4"});
    own.own["rt_torch_torchtensor_clone"] = 1;
    EXPECT_NE(judged(own, was).changes.at(0).find("; a tensor copy"), std::string::npos);
    was.own["rt_torch_torchtensor_clone"] = 2;
    EXPECT_EQ(judged(own, was).changes.at(0).find("; a tensor copy"), std::string::npos) << "clone itself, changed";
}

TEST(Judgement, OneMoreOfAnythingButInstructionsIsWorse) {
    EXPECT_EQ(judged(of(72, 1), of(72)).result, Result::worse);
    EXPECT_EQ(judged(of(72, 0, 1), of(72)).result, Result::worse);
    EXPECT_EQ(judged(of(72, 0, 0, 1), of(72)).result, Result::worse);
    EXPECT_EQ(judged(of(72, 0, 0, 0, 1), of(72)).result, Result::worse);
    EXPECT_EQ(judged(of(60, 0.1), of(72)).result, Result::worse) << "one call in ten, though instructions are fewer";
    EXPECT_EQ(judged(of(72), of(72, 1)).result, Result::improved);
    CallCount grows = of(72);
    grows.growth = 4;
    EXPECT_EQ(judged(grows, of(72)).result, Result::worse);
    EXPECT_EQ(judged(grows, grows).result, Result::same);
}

CallCount between(double least, double most) {
    CallCount count = of(least);
    count.varies = true;
    count.spread = most - least;
    return count;
}

TEST(Judgement, CallThatVariesIsJudgedByMoreThanTheBaselineVaries) {
    EXPECT_EQ(judged(between(260, 270), between(260, 270)).result, Result::same);
    EXPECT_EQ(judged(between(269.9, 279.9), between(260, 270)).result, Result::reported);
    EXPECT_EQ(judged(between(271, 271), between(260, 270)).result, Result::worse);
    EXPECT_EQ(judged(of(266), between(260, 270)).result, Result::reported);
    EXPECT_EQ(judged(of(266), of(260)).result, Result::worse);
}

TEST(Judgement, CandidateThatVariesGainsNoRoomByIt) {
    EXPECT_EQ(judged(between(264, 364), of(260)).result, Result::worse);
    const Judgement most = judged(between(260, 264), of(260));
    EXPECT_EQ(most.result, Result::worse);
    EXPECT_EQ(most.changes.front(), "at most instructions 260 -> 264 (+4; the limit is +3)");
    EXPECT_EQ(judged(between(250, 263), of(260)).result, Result::reported);
    EXPECT_EQ(judged(between(250, 281), between(260, 270)).result, Result::worse);
}

TEST(Judgement, CallOfOneSideAloneIsNoPass) {
    const auto judgements =
        judge({{"add/smallest", of(1)}, {"new/smallest", of(1)}}, {{"add/smallest", of(1)}, {"old/smallest", of(1)}});
    ASSERT_EQ(judgements.size(), 3u);
    EXPECT_EQ(judgements[0].result, Result::same);
    EXPECT_EQ(judgements[1].call, "new/smallest");
    EXPECT_EQ(judgements[1].result, Result::unknown);
    EXPECT_EQ(judgements[2].call, "old/smallest");
    EXPECT_EQ(judgements[2].result, Result::unknown);
}

}  // namespace
}  // namespace simple::bench
