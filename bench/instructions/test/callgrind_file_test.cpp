#include "bench/instructions/callgrind_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

namespace simple::bench {
namespace {

std::vector<Dump> dumps_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<Dump> dumps;
    read_dumps(in, [&](const Dump& dump) { dumps.push_back(dump); });
    return dumps;
}

// Names are valid while the file is read.
std::map<std::string, uint64_t> self_by_object(const Dump& dump) {
    std::map<std::string, uint64_t> sums;
    for (const auto& cost : dump.costs) sums[std::string(cost.at.object)] += cost.executed;
    return sums;
}

const std::string kHead = "# callgrind format\nversion: 1\ncreator: callgrind-3.19.0\n";
const std::string kDump =
    "part: 1\ndesc: Trigger: Client Request: plain/add/smallest\npositions: instr line\nevents: Ir\nsummary: 100\n\n"
    "ob=(1) /lib/own.so\nfl=(1) ???\nfn=(1) add\n0x1000 0 10\n+4 +2 20\n"
    "cob=(2) /lib/libc.so.6\ncfi=(2) ???\ncfn=(2) malloc\ncalls=10 0x500 0 \n* * 60\n* * 10\n"
    "fi=(2)\n+12 0 0\n\n"
    "ob=(2)\nfl=(2)\nfn=(2)\n0x500 0 40\n-16 0 20\n\n"
    "totals: 100\n";

TEST(CallgrindFile, CostOfACalledFunctionIsNoCostOfItsCaller) {
    std::istringstream in(kHead + kDump);
    int dumps = 0;
    read_dumps(in, [&](const Dump& dump) {
        ++dumps;
        EXPECT_EQ(dump.label, "plain/add/smallest");
        EXPECT_EQ(self_by_object(dump), (std::map<std::string, uint64_t>{{"/lib/own.so", 40}, {"/lib/libc.so.6", 60}}));
        ASSERT_EQ(dump.calls.size(), 1u);
        EXPECT_EQ(dump.calls[0].from.function, "add");
        EXPECT_EQ(dump.calls[0].to.object, "/lib/libc.so.6");
        EXPECT_EQ(dump.calls[0].to.function, "malloc");
        EXPECT_EQ(dump.calls[0].address, 0x500u);
        ASSERT_EQ(dump.costs.size(), 6u);
        EXPECT_EQ(dump.costs[1].address, 0x1004u);
        EXPECT_EQ(dump.costs[2].address, 0x1004u) << "the call's place is behind its inclusive cost, which is skipped";
        EXPECT_EQ(dump.costs[5].address, 0x4f0u);
    });
    EXPECT_EQ(dumps, 1);
}

TEST(CallgrindFile, NumbersOfNamesHoldForLaterDumps) {
    const std::string second =
        "part: 2\ndesc: Trigger: Client Request: b\npositions: instr line\nevents: Ir\nob=(1)\nfn=(1)\n0x1 0 7\n"
        "totals: 7\npart: 3\nevents: Ir\ntotals: 0\n";
    std::istringstream in(kHead + kDump + second);
    std::vector<std::string> seen;
    read_dumps(in, [&](const Dump& dump) {
        seen.push_back(dump.label + ":" + (dump.costs.empty() ? "" : std::string(dump.costs[0].at.function)));
    });
    EXPECT_EQ(seen, (std::vector<std::string>{"plain/add/smallest:add", "b:add", ":"}));
}

TEST(CallgrindFile, NamesMayStandUncompressed) {
    std::istringstream in(
        kHead +
        "part: 1\npositions: line\nevents: Ir\nob=/a.so\nfn=f\n3 5\ncfn=g\ncalls=1 9\n3 2\nfn=g\n9 2\n"
        "totals: 7\n");
    read_dumps(in, [&](const Dump& dump) {
        EXPECT_EQ(self_by_object(dump), (std::map<std::string, uint64_t>{{"/a.so", 7}}));
        EXPECT_EQ(dump.calls.at(0).to.function, "g");
    });
}

TEST(CallgrindFile, WhatIsNotUnderstoodOrIncompleteIsRefused) {
    const auto refused = [](const std::string& text) { EXPECT_THROW(dumps_of(text), std::runtime_error) << text; };
    refused("");
    refused(kHead);
    refused("nonsense");
    refused(kHead + kDump.substr(0, kDump.find("totals")));
    refused(kHead + kDump.substr(0, kDump.find("* * 60")));
    refused(kHead + kDump.substr(0, kDump.find("totals")) + "totals: 101\n");
    refused(kHead + "part: 1\nevents: Ir Dr\ntotals: 0\n");
    refused(kHead + "part: 1\nevents: Ir\nrcalls=1 2\ntotals: 0\n");
    refused(kHead + "part: 1\nevents: Ir\nob=(7)\ntotals: 0\n");
    refused(kHead + "part: 1\npositions: instr line\nevents: Ir\n0x1 0 7\ntotals: 7\n");
    refused(kHead + "part: 1\npositions: instr line\nevents: Ir\nfn=f\n0x1 0 x\ntotals: 0\n");
    refused(kHead + "part: 1\nevents: Ir\nfn=f\ncalls=1 0x1 0\n* * 3\ntotals: 0\n");
}

// Written by valgrind 3.19: available and shape of the stub, ten calls of each; the paths are changed.
TEST(CallgrindFile, RecordedFileIsRead) {
    std::ifstream in(std::string(TEST_FOLDER) + "/recorded.callgrind");
    std::vector<std::string> labels;
    read_dumps(in, [&](const Dump& dump) {
        labels.push_back(dump.label);
        const auto sums = self_by_object(dump);
        const bool shape = dump.label == "plain/shape/smallest";
        EXPECT_EQ(sums.at("/build/lib/libsimple_torch_stub.so"), shape ? 1570u : 40u);
        EXPECT_EQ(sums.count("/usr/lib/x86_64-linux-gnu/libc.so.6"), shape ? 1u : 0u);
    });
    EXPECT_EQ(labels, (std::vector<std::string>{"plain/available/smallest", "plain/shape/smallest"}));
}

}  // namespace
}  // namespace simple::bench
