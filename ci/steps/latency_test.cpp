#include "ci/steps/latency.h"

#include <gtest/gtest.h>

namespace simple::gate {
namespace {

// A measuring program that writes these words each time.
Latency gate(const std::string& words, double limit = 1.25) {
    return {"linked", "latency/x", "ndim", "a call", {"/bin/sh", "-c", "echo '" + words + "' >&3"}, limit};
}

Timed measured(const std::string& words) {
    Settings settings;
    return measure(gate(words), settings);
}

TEST(Latency, ItsNoteSaysHowTheRatioWasObtained) {
    const Timed timed = measured(R"({"ratio": 1.1, "null": 1.001, "linked_ns": 3.3, "start_seconds": 0.002})");
    EXPECT_EQ(timed.result.status, Status::pass);
    EXPECT_EQ(
        timed.note,
        "a call: 1.1 (limit 1.25; 99 % interval 1.1 to 1.1, 8 processes; null 1.001); linked 3.3 ns, start 2.00 ms");
    EXPECT_EQ(timed.measured.size(), 8u);
}

TEST(Latency, BeyondItsLimitItFailsWithItsNote) {
    const Timed timed = measured(R"({"ratio": 1.3})");
    EXPECT_EQ(timed.result.status, Status::fail);
    EXPECT_EQ(timed.result.message, timed.note);
    EXPECT_FALSE(timed.bad);
}

TEST(Latency, WhereTheNullIsOffMoreProcessesAreTakenAndNothingIsSaid) {
    const Timed timed = measured(R"({"ratio": 9, "null": 1.3})");
    EXPECT_EQ(timed.result.status, Status::inconclusive);
    EXPECT_EQ(timed.measured.size(), 24u);
}

TEST(Latency, QuickRunsTakeFewerProcesses) {
    Settings settings;
    settings.quick = true;
    EXPECT_EQ(measure(gate(R"({"ratio": 1})"), settings).measured.size(), 5u);
}

TEST(Latency, WhatMeasuresNothingIsAnError) {
    for (const char* words : {"", "{}", "[]", R"({"ratio": "1"})", R"({"ratio": 0})", R"({"ratio": -1})",
                              R"({"ratio": null})", R"({"ratio": 1, "null": null})"}) {
        const Timed timed = measured(words);
        EXPECT_TRUE(timed.bad) << words;
        EXPECT_EQ(timed.result.status, Status::error) << words;
    }
    Latency preloaded = gate(R"({"ratio": 1})");
    preloaded.argv[2] += "; echo 'x.so cannot be preloaded: ignored' >&2";
    EXPECT_EQ(measure(preloaded, {}).result.status, Status::error) << "something else was measured";
    Latency fails = gate("");
    fails.argv[2] += "; exit 3";
    EXPECT_EQ(measure(fails, {}).result.status, Status::error);
}

// What becomes of the process after its ratio is the case process/ends.
TEST(Latency, WhatWasMeasuredCountsHoweverItsProcessEnds) {
    Latency ends_badly = gate(R"({"ratio": 1})");
    ends_badly.argv[2] += "; exit 3";
    EXPECT_EQ(measure(ends_badly, {}).result.status, Status::pass);
}

TEST(Latency, WhatTheCandidateLacksIsSkipped) {
    const Timed timed = measured(R"({"skipped": "dyncall"})");
    EXPECT_EQ(timed.result.status, Status::skipped);
    EXPECT_EQ(timed.result.capability, "dyncall");
}

}  // namespace
}  // namespace simple::gate
