#include "ci/faults/self_test/joint_row.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace simple::gate {
namespace {

std::vector<Planted> group_of(const std::vector<std::string>& ids) {
    std::vector<Planted> group;
    for (const auto& id : ids) {
        Planted planted;
        planted.id = planted.function = id;
        planted.changes = {id};
        group.push_back(planted);
    }
    return group;
}

std::vector<PlannedCase> cases_of(const std::vector<std::string>& ids) {
    std::vector<PlannedCase> cases;
    for (const auto& id : ids) {
        PlannedCase c;
        c.id = id;
        cases.push_back(c);
    }
    return cases;
}

// Runs cases 1 to 4 on the faults a, b and c; what fails is asked of the planted ids. "" for a failure beyond the
// cases.
struct Ran {
    std::map<std::string, std::set<std::string>> failed, passed;  // by fault
    size_t runs = 0, cases = 0;
};
Ran run(const std::function<bool(const std::string& planted, const std::string& id)>& fails, bool beyond = false) {
    Ran ran;
    const auto met = run_together(group_of({"a", "b", "c"}), cases_of({"1", "2", "3", "4"}),
                                  [&](const Planted& planted, const std::vector<PlannedCase>& cases) {
                                      ++ran.runs;
                                      ran.cases += cases.size();
                                      std::vector<CaseResult> results;
                                      for (const auto& c : cases) {
                                          results.emplace_back();
                                          results.back().id = c.id;
                                          results.back().status = fails(planted.id, c.id) ? Status::fail : Status::pass;
                                      }
                                      if (beyond && fails(planted.id, "")) {
                                          results.emplace_back();
                                          results.back().id = "(end of the process)";
                                          results.back().status = Status::crash;
                                      }
                                      return results;
                                  });
    for (const auto& [id, results] : met)
        for (const auto& c : results) (is_failure(c.status) ? ran.failed : ran.passed)[id].insert(c.id);
    return ran;
}

TEST(JointRow, OneRunIsEnoughWhereAllPass) {
    const Ran ran = run([](const auto&, const auto&) { return false; });
    EXPECT_EQ(ran.runs, 1u);
    EXPECT_TRUE(ran.failed.empty());
    for (const char* id : {"a", "b", "c"}) EXPECT_EQ(ran.passed.at(id).size(), 4u);
}

TEST(JointRow, AFailureCountsForTheFaultThatHasItAlone) {
    const Ran ran = run([](const std::string& planted, const std::string& id) {
        return id == "3" && planted.find('b') != std::string::npos;
    });
    EXPECT_EQ(ran.failed, (std::map<std::string, std::set<std::string>>{{"b", {"3"}}}));
    EXPECT_EQ(ran.cases, 7u) << "only what failed is tried again";
    EXPECT_EQ(ran.passed.at("a").size(), 4u);
    EXPECT_EQ(ran.passed.at("b").size(), 3u);
}

TEST(JointRow, AFailureOfNoneAloneCountsForAll) {
    const Ran ran = run([](const std::string& planted, const std::string& id) {
        return (id == "1" && planted == "a+b+c") || (id == "2" && planted.find('c') != std::string::npos);
    });
    EXPECT_EQ(ran.failed.at("a"), std::set<std::string>{"1"});
    EXPECT_EQ(ran.failed.at("b"), std::set<std::string>{"1"});
    EXPECT_EQ(ran.failed.at("c"), (std::set<std::string>{"1", "2"}));
}

TEST(JointRow, WhatIsBeyondTheCasesIsTriedWithAllOfThem) {
    const Ran ran = run([](const std::string& planted,
                           const std::string& id) { return id.empty() && planted.find('c') != std::string::npos; },
                        true);
    EXPECT_EQ(ran.cases, 16u);
    EXPECT_EQ(ran.failed, (std::map<std::string, std::set<std::string>>{{"c", {"(end of the process)"}}}));
    EXPECT_EQ(ran.passed.at("a").size(), 4u);
}

}  // namespace
}  // namespace simple::gate
