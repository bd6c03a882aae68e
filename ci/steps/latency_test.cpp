#include "ci/steps/latency.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "impl/abi/temporary_folder.h"

namespace simple::gate {
namespace {

constexpr const char* kHeld = "echo ready >&3; read go <&4; ";

// A measuring program that runs these commands of the shell.
Latency running(const std::string& commands, double limit = 1.25) {
    return {"linked", "latency/x", "ndim", "a call", {"/bin/sh", "-c", commands}, limit};
}

// One that writes these words each time it is told to measure.
Latency gate(const std::string& words, double limit = 1.25) {
    return running(kHeld + ("echo '" + words + "' >&3"), limit);
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
    for (const char* before : {"", kHeld}) {
        const Timed timed = measure(running(std::string(before) + R"(echo '{"skipped": "dyncall"}' >&3)"), {});
        EXPECT_EQ(timed.result.status, Status::skipped) << before;
        EXPECT_EQ(timed.result.capability, "dyncall") << before;
    }
}

TEST(Latency, TwoLoadAtOnceOnlyWhereTwoMayRun) {
    const TemporaryFolder folder("latency_test");
    // Each notes how many there are, itself among them, when it measures.
    const std::string load = "cd " + folder.path().string() + "; : > process.$$; ",
                      time = "ls | grep -c process >> counts; rm process.$$; echo '{\"ratio\": 1}' >&3";
    const auto counts = [&](const Latency& latency, unsigned jobs) {
        Settings settings;
        settings.jobs = jobs;
        EXPECT_EQ(measure(latency, settings).measured.size(), 8u);
        std::ifstream in(folder.path() / "counts");
        std::string all;
        for (std::string count; std::getline(in, count);) all += count;
        std::filesystem::remove(folder.path() / "counts");
        return all;
    };
    const Latency of_calls = running(load + kHeld + time);
    EXPECT_EQ(counts(of_calls, 1), "11111111");
    EXPECT_EQ(counts(of_calls, 2), "21212121");
    EXPECT_EQ(counts(of_calls, 16), "21212121");
    Latency of_loading = running(load + time);
    of_loading.of_loading = true;
    EXPECT_EQ(counts(of_loading, 16), "11111111");
}

// One that loads, writes its ratio, and what else these commands write where it is asked to go on.
Timed loading(const std::string& further, SparedSamples& spared, double timeout_scale = 1) {
    Latency latency = running("echo '{\"ratio\": 1}' >&3; [ \"$1\" != then ] || { " + further + "; }");
    latency.argv.emplace_back("sh");
    latency.of_loading = true;
    Latency forms = running("echo own >&2; exit 1"), add = forms;
    forms.id = "latency/forms";
    forms.beside_loading = {"forms", "x"};
    add.id = "latency/add";
    add.beside_loading = {"add"};
    Settings settings;
    settings.timeout_scale = timeout_scale;
    Timed timed = measure_loading(latency, {forms, add}, settings, spared);
    // Where there are not enough, a process of the gate's own is asked, which fails.
    for (const Latency& other : {forms, add}) {
        const size_t count = spared[other.name()].size();
        EXPECT_EQ(measure(other, settings, spared).bad, count < 8) << count;
    }
    return timed;
}

TEST(Latency, AProcessThatLoadedGivesSamplesOfOtherGates) {
    SparedSamples spared;
    const Timed timed = loading(R"(echo "{\"ratio\": 1.1, \"words\": \"$*\"}" >&3; echo '{"ratio": 2}' >&3)", spared);
    EXPECT_EQ(timed.result.status, Status::pass) << timed.result.message;
    ASSERT_EQ(spared["linked/latency/forms"].size(), 8u);
    EXPECT_EQ(spared["linked/latency/forms"].front()["words"], "then forms x add");
    EXPECT_EQ(spared["linked/latency/add"].size(), 8u);
    // They are judged as any.
    EXPECT_EQ(measure(gate("", 1.25), {}, {{"linked/latency/x", spared["linked/latency/add"]}}).result.status,
              Status::fail);
}

TEST(Latency, OneThatDoesNotComeSoFarHasMeasuredItsLoadingAndIsTheLast) {
    for (const char* further : {"exit 3", "kill -SEGV $$", "echo '{\"ratio\": 1}' >&3; kill -SEGV $$"}) {
        SparedSamples spared;
        const Timed timed = loading(further, spared);
        EXPECT_EQ(timed.result.status, Status::pass) << further << timed.result.message;
        EXPECT_LE(spared["linked/latency/forms"].size(), 1u) << further;
        EXPECT_EQ(spared["linked/latency/add"].size(), 0u) << further;
    }
    SparedSamples spared;
    EXPECT_EQ(loading("exec sleep 1000", spared, 0.02).result.status, Status::pass);
}

TEST(Latency, WhatIsWrittenBesideTheSamplesIsNoMeasurement) {
    const std::string sample = "echo '{\"ratio\": 1}' >&3; ";
    for (const std::string& further : {sample + sample + "echo '{}' >&3", sample + "echo x >&3"}) {
        SparedSamples spared;
        const Timed timed = loading(further, spared);
        EXPECT_EQ(timed.result.status, Status::error) << further;
        EXPECT_EQ(spared["linked/latency/forms"].size(), 0u) << further;
    }
}

TEST(Latency, WhatBecameOfAProcessThatDidNotMeasureIsSaid) {
    const auto message = [](const std::string& commands, double timeout_scale = 1) {
        Settings settings;
        settings.jobs = 2;
        settings.timeout_scale = timeout_scale;
        const Timed timed = measure(running(commands), settings);
        EXPECT_EQ(timed.result.status, Status::error) << commands;
        EXPECT_TRUE(timed.bad) << commands;
        return timed.result.message;
    };
    EXPECT_EQ(message("echo no such library >&2; exit 3"), "not measured: exited with status 3 no such library\n");
    EXPECT_EQ(message("echo ready >&3; kill -SEGV $$"), "not measured: ended by SIGSEGV ");
    EXPECT_EQ(message("echo ready >&3; exit 0"), "not measured: it wrote no ratio: ");
    EXPECT_EQ(message("exec sleep 1000", 0.01), "not measured: it does not end");
    EXPECT_EQ(message(R"(echo '{"ratio": 1}' >&3)"), "not measured: it measured before it was told to");
}

}  // namespace
}  // namespace simple::gate
