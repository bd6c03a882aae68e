// A suite whose processes keep being ended is loaded twice, and not for each case.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "ci/run/suite_server.h"
#include "ci/run/supervisor.h"

namespace simple::gate {
namespace {

class ForkServerTest : public testing::Test {
  protected:
    void SetUp() override {
        loads = std::filesystem::temp_directory_path() / ("fork_server_test." + std::to_string(getpid()));
        setenv("FAKE_LOADS", loads.c_str(), 1);
        limits.case_seconds = 0.4;
        limits.canaries = false;
    }
    void TearDown() override {
        unsetenv("FAKE_LOADS");
        unsetenv("FAKE_SUITE");
        unlink(loads.c_str());
    }

    std::map<std::string, CaseResult> run(const char* mode, const std::vector<std::string>& ids,
                                          SuiteServer* server = nullptr, bool to_first = false) {
        setenv("FAKE_SUITE", mode, 1);
        std::vector<PlannedCase> cases;
        for (const auto& id : ids) {
            PlannedCase c;
            c.id = id;
            c.function = id;
            cases.push_back(c);
        }
        std::map<std::string, CaseResult> by_id;
        GivenUp given_up;
        for (auto& result : run_cases(
                 {FAKE_SUITE_PROGRAM}, cases, limits, given_up, problems,
                 [&](const CaseResult&c, size_t) { return !to_first || !is_failure(c.status); }, server))
            by_id.emplace(result.id, result);
        EXPECT_EQ(problems, std::vector<std::string>());
        return by_id;
    }

    size_t count_of_loads() const {
        std::ifstream in(loads);
        std::ostringstream text;
        text << in.rdbuf();
        return text.str().size();
    }

    const std::vector<std::string> mixed{"a-pass",  "b-segfault",       "c-pass", "d-hang", "e-exit", "f-abort",
                                         "g-flood", "h-leaves-a-child", "stops",  "prints", "j-pass"};
    std::string loads;
    Limits limits;
    std::vector<std::string> problems;
};

TEST_F(ForkServerTest, SaysWhatProcessesOfTheirOwnSay) {
    const auto apart = run("", mixed);
    EXPECT_GT(count_of_loads(), 6u);
    unlink(loads.c_str());
    const auto served = run("serves", mixed);
    EXPECT_EQ(count_of_loads(), 2u);
    for (const auto& [id, result] : served) EXPECT_EQ(apart.count(id), 1u) << id << ": " << result.message;
    for (const auto& [id, result] : apart) {
        ASSERT_EQ(served.count(id), 1u) << id << " " << result.message;
        EXPECT_EQ(served.at(id).status, result.status) << id << ": " << served.at(id).message;
        EXPECT_EQ(served.at(id).message, result.message) << id;
    }
}

TEST_F(ForkServerTest, AWorkerLoadsTheSuiteOnce) {
    limits.jobs = 2;
    limits.batch = 1;
    const auto results = run("", {"a-pass", "c-pass", "j-pass", "prints", "skips-without-reason"});
    EXPECT_EQ(results.size(), 5u);
    EXPECT_EQ(count_of_loads(), 2u);
}

TEST_F(ForkServerTest, GoesOnWithoutAServerThatCannotForkOrIsGone) {
    for (const char* mode : {"serves-with-threads", "kills-its-server"}) {
        const auto results = run(mode, {"b-segfault", "f-abort", "j-pass"});
        EXPECT_EQ(results.at("b-segfault").status, Status::crash) << mode;
        EXPECT_EQ(results.at("f-abort").status, Status::crash) << mode;
        EXPECT_EQ(results.at("j-pass").status, Status::pass) << mode << ": " << results.at("j-pass").message;
    }
}

TEST_F(ForkServerTest, OneServerTakesBatchAfterBatch) {
    const auto apart = run("", mixed);
    unlink(loads.c_str());
    SuiteServer server({FAKE_SUITE_PROGRAM});
    for (int batch = 0; batch < 2; ++batch) {
        // Cut off in the middle of what it does; the next batch has nothing of that.
        EXPECT_EQ(run("serves", {"a-pass", "f-abort", "d-hang"}, &server, true).size(), 2u);
        const auto served = run("serves", mixed, &server);
        ASSERT_EQ(served.size(), apart.size());
        for (const auto& [id, result] : apart) {
            EXPECT_EQ(served.at(id).status, result.status) << id << ": " << served.at(id).message;
            EXPECT_EQ(served.at(id).message, result.message) << id;
        }
    }
    EXPECT_EQ(count_of_loads(), 1u);
    EXPECT_EQ(server.failures(), 0u);
}

TEST_F(ForkServerTest, ProcessesOfTheirOwnStandInForAServerThatFails) {
    for (const char* mode : {"serves-with-threads", "kills-its-server", "crash-on-load"}) {
        SuiteServer server({FAKE_SUITE_PROGRAM});
        for (int batch = 0; batch < 4; ++batch) {
            const auto results = run(mode, {"f-abort", "j-pass"}, &server);
            ASSERT_EQ(results.size(), 2u) << mode;
            const bool loads = std::string(mode) != "crash-on-load";
            EXPECT_EQ(results.at("j-pass").status, loads ? Status::pass : Status::crash) << mode;
        }
        EXPECT_FALSE(server.usable()) << mode;
    }
}

}  // namespace
}  // namespace simple::gate
