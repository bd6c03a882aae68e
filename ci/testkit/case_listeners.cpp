#include "ci/testkit/case_listeners.h"

#include <cmath>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "ci/testkit/output_marks.h"
#include "ci/testkit/plain_message.h"
#include "ci/testkit/recorded_calls.h"
#include "ci/testkit/running_case.h"
#include "ci/testkit/seconds.h"

namespace simple {
namespace {

using Json = nlohmann::json;

// What the case called, with which dtypes and where, and how that ended.
Json calls() {
    Json all = Json::array();
    for (const auto& [dtype, device, codes] : recorded_calls()) {
        Json by_code = Json::object();
        for (const auto& [code, count] : codes) by_code[std::to_string(code)] = count;
        all.push_back({{"dtype", dtype}, {"device", device}, {"codes", by_code}});
    }
    return all;
}

}  // namespace

void CaseEvents::OnTestStart(const testing::TestInfo& info) {
    const Case& c = *cases_.at(&info);
    message_.clear();
    running_case().begin();
    watch_.inside = watch_.given_up = 0;
    if (record_)
        for (auto& codes : record_->codes) codes = 0;
    start_ = wall_seconds();
    cpu_ = cpu_seconds();
    begin_recording(c.function);
    events_.mark_output(case_begins_mark(c.id));
    events_.write({{"event", "start"}, {"id", c.id}});
}

void CaseEvents::OnTestPartResult(const testing::TestPartResult& result) {
    if (result.skipped() && running_case().capability.empty()) running_case().capability = result.message();
    if (!result.failed()) return;
    if (!message_.empty()) message_ += "\n";
    message_ += plain_message(result);
}

const char* CaseEvents::status(const testing::TestResult& result) const {
    if (watch_.given_up != 0) return "given up";
    if (running_case().lacks_symbol) return "skipped";
    if (running_case().threw) return "error";
    if (result.Failed()) return "fail";
    return result.Skipped() ? "skipped" : "pass";
}

void CaseEvents::OnTestEnd(const testing::TestInfo& info) {
    const double seconds = wall_seconds() - start_;
    const double cpu = cpu_seconds() - cpu_;
    const Case& c = *cases_.at(&info);
    events_.mark_output(case_ends_mark(c.id));
    events_.write({{"event", "end"},
                   {"id", c.id},
                   {"status", status(*info.result())},
                   {"given_up", watch_.given_up.load()},
                   {"message", message_},
                   {"seconds", seconds},
                   {"cpu_seconds", cpu},
                   {"capability", running_case().capability},
                   {"distance_per_mille", std::lround(std::ceil(running_case().distance * 1000))},
                   {"counts", counts(*info.result())},
                   {"calls", calls()}});
}

// What the case recorded with RecordProperty as numbers, and what it called, where that is recorded.
Json CaseEvents::counts(const testing::TestResult& result) const {
    Json all = Json::object();
    for (int i = 0; i < result.test_property_count(); ++i) {
        const testing::TestProperty& property = result.GetTestProperty(i);
        char* end = nullptr;
        const long long count = std::strtoll(property.value(), &end, 10);
        if (end != property.value() && *end == 0) all[property.key()] = count;
    }
    for (size_t i = 0; record_ && i < kFunctionCount; ++i)
        if (const uint32_t codes = record_->codes[i]; codes != 0)
            all[kCalled + std::string(function(static_cast<Fn>(i)).name)] = codes;
    return all;
}

void RepeatLines::OnTestEnd(const testing::TestInfo& info) {
    if (!info.result()->Failed()) return;
    std::cout << "Repeat: " << command_ << " --filter '" << cases_.at(&info)->id << "'" << std::endl;
}

}  // namespace simple
