// What becomes of each case, as GoogleTest tells it: as events for a supervisor, as lines to repeat it for a person.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "ci/testkit/call_record.h"
#include "ci/testkit/call_watch.h"
#include "ci/testkit/events.h"
#include "ci/testkit/suite.h"

namespace simple {

using CaseOfTest = std::map<const testing::TestInfo*, const Case*>;

// An event where a case starts, and one where it ends: status, message, seconds, what it counted and called.
class CaseEvents : public testing::EmptyTestEventListener {
  public:
    CaseEvents(const Events& events, CallWatch& watch, const CaseOfTest& cases)
        : events_(events), watch_(watch), cases_(cases) {}

    void OnTestStart(const testing::TestInfo& info) override;
    void OnTestPartResult(const testing::TestPartResult& result) override;
    void OnTestEnd(const testing::TestInfo& info) override;

  private:
    const char* status(const testing::TestResult& result) const;
    nlohmann::json counts(const testing::TestResult& result) const;

    const Events& events_;
    CallWatch& watch_;
    const CaseOfTest& cases_;
    CallRecord* record_ = map_call_record();
    std::string message_;
    double start_ = 0;
    double cpu_ = 0;
};

// After each failed case the command that runs it alone, on the same draws.
class RepeatLines : public testing::EmptyTestEventListener {
  public:
    RepeatLines(std::string command, const CaseOfTest& cases) : command_(std::move(command)), cases_(cases) {}

    void OnTestEnd(const testing::TestInfo& info) override;

  private:
    std::string command_;
    const CaseOfTest& cases_;
};

}  // namespace simple
