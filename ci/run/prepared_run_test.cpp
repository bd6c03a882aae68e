// Programs that are held between loading and measuring, and what may become of them there.
#include "ci/run/prepared_run.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "impl/abi/temporary_folder.h"

namespace simple::gate {
namespace {

constexpr double kLongLimit = 30;
constexpr double kShortLimit = 0.4;  // of what is to run into it

std::vector<std::string> shell(const std::string& commands) { return {"/bin/sh", "-c", commands}; }

Ran run(const std::string& commands, double limit_seconds) {
    return prepare_side_by_side(shell(commands), limit_seconds, 1).front()->go();
}

std::vector<std::string> lines_of(const std::string& file) {
    std::vector<std::string> lines;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

TEST(PreparedRun, TwoLoadSideBySideAndGoOnOneByOne) {
    const TemporaryFolder folder("prepared_run_test");
    const std::string log = folder.path() / "log";
    // Each loads until the other one loads, too.
    PreparedRuns runs = prepare_side_by_side(
        shell("cd " + folder.path().string() +
              "; : > loads.$$; while [ $(ls | grep -c loads) -lt 2 ]; do sleep 0.01; done; echo loaded >> log; "
              "echo ready >&3; read go <&4; echo begins $$ >> log; sleep 0.05; echo ends $$ >> log; echo $$ >&3"),
        kLongLimit, 2);
    ASSERT_EQ(lines_of(log), std::vector<std::string>(2, "loaded"));
    const Ran first = runs.front()->go();
    ASSERT_EQ(lines_of(log).size(), 4u) << "the other one was not told to go on";
    const Ran second = runs.back()->go();
    std::vector<std::string> all(2, "loaded");
    for (const Ran* ran : {&first, &second}) {
        EXPECT_TRUE(ran->ending.clean()) << ran->ending.describe() << " " << ran->output;
        EXPECT_FALSE(ran->early);
        const std::string pid = ran->events.substr(0, ran->events.find('\n'));
        all.insert(all.end(), {"begins " + pid, "ends " + pid});
    }
    EXPECT_EQ(lines_of(log), all);
}

TEST(PreparedRun, OneThatDiesBeforeItIsReadyIsTold) {
    const Ran ran = run("echo no such library >&2; exit 3", kLongLimit);
    EXPECT_EQ(ran.ending.exit_code, 3);
    EXPECT_EQ(ran.output, "no such library\n");
    EXPECT_FALSE(ran.timed_out);
    EXPECT_EQ(run("kill -SEGV $$", kLongLimit).ending.signal, SIGSEGV);
}

TEST(PreparedRun, OneThatIsReadyAndDiesIsTold) {
    for (const char* when : {"", "sleep 0.05; ", "read go <&4; "}) {
        const Ran ran = run(std::string("echo ready >&3; ") + when + "echo alas >&2; kill -SEGV $$", kLongLimit);
        EXPECT_EQ(ran.ending.signal, SIGSEGV) << when;
        EXPECT_EQ(ran.output, "alas\n") << when;
        EXPECT_EQ(ran.events, "") << when;
    }
}

TEST(PreparedRun, OneThatIsNeverReadyIsEndedByItsLimit) {
    for (const char* loading : {"", "echo ready or not >&3; ", "exec 3>&-; ", "exec 3>&- 4>&-; "}) {
        const Ran ran = run(std::string(loading) + "exec sleep 1000", kShortLimit);
        EXPECT_TRUE(ran.timed_out) << loading;
        EXPECT_EQ(ran.ending.signal, SIGKILL) << loading;
    }
}

TEST(PreparedRun, OneThatIsReadyAndHangsIsEndedByItsLimit) {
    for (const char* then : {"read go <&4; ", "exec 4>&-; ", "exec 3>&-; read go <&4; "})
        EXPECT_TRUE(run(std::string("echo ready >&3; ") + then + "exec sleep 1000", kShortLimit).timed_out) << then;
}

TEST(PreparedRun, TheTimeThatItWaitsIsNotCounted) {
    constexpr double kLimit = 1;
    PreparedRuns runs = prepare_side_by_side(shell("echo ready >&3; read go <&4; echo measured >&3"), kLimit, 1);
    usleep(static_cast<useconds_t>((kLimit + 0.1) * 1e6));
    const Ran ran = runs.front()->go();
    EXPECT_FALSE(ran.timed_out);
    EXPECT_EQ(ran.events, "measured\n");
}

TEST(PreparedRun, OneThatDoesNotWaitIsTold) {
    for (const char* loading : {"", "echo ready >&3; "}) {
        const TemporaryFolder folder("prepared_run_test");
        const std::filesystem::path measured = folder.path() / "measured";
        PreparedRuns runs =
            prepare_side_by_side(shell(loading + ("echo measured >&3; : > " + measured.string())), kLongLimit, 1);
        while (!std::filesystem::exists(measured)) usleep(1000);
        const Ran ran = runs.front()->go();
        EXPECT_TRUE(ran.early) << loading;
        EXPECT_EQ(ran.events, "measured\n") << loading;
    }
}

TEST(PreparedRun, WhatWasWrittenBeforeItWasReadyIsKept) {
    EXPECT_EQ(run("echo a line >&3; sleep 0.05; echo ready >&3; read go <&4; echo measured >&3", kLongLimit).events,
              "a line\nmeasured\n");
}

TEST(PreparedRun, OneThatIsNotNeededIsEnded) {
    const TemporaryFolder folder("prepared_run_test");
    const std::string file = folder.path() / "pid";
    PreparedRuns waiting =
        prepare_side_by_side(shell("echo $$ > " + file + "; echo ready >&3; read go <&4"), kLongLimit, 1);
    const pid_t pid = std::stoi(lines_of(file).at(0));
    EXPECT_EQ(kill(pid, 0), 0);
    waiting.clear();
    EXPECT_EQ(kill(pid, 0), -1) << "it waits for ever";
}

}  // namespace
}  // namespace simple::gate
