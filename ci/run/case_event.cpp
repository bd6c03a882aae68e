#include "ci/run/case_event.h"

#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>
#include <vector>

namespace simple::gate {
namespace {

using Json = nlohmann::json;

constexpr size_t kMessageShown = 16000;
constexpr size_t kMostOfEach = 100;  // counts and calls of a case, and letters of their names: 20 or fewer by a suite

// With which dtypes, and where, the case called its function, as the suite says (ci/testkit/recorded_calls.h).
std::vector<Calls> calls_in(const Json& event) {
    std::vector<Calls> all;
    try {
        const Json rows = event.value("calls", Json::array());
        if (rows.size() > kMostOfEach) return {};
        for (const auto& row : rows) {
            Calls calls{row.at("dtype").get<std::string>(), row.at("device").get<std::string>(), {}};
            if (calls.dtype.size() + calls.device.size() + row.at("codes").size() > kMostOfEach) return {};
            for (const auto& [code, count] : row.at("codes").items())
                calls.codes[std::stoi(code)] = count.get<int64_t>();
            all.push_back(std::move(calls));
        }
    } catch (const std::exception&) {  // no suite of ours wrote it
        return {};
    }
    return all;
}

}  // namespace

std::string text_in(const Json& event, const char* key) {
    if (!event.is_object()) return "";
    const auto found = event.find(key);
    return found != event.end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<int32_t> given_up_in(const Json& event) {
    if (text_in(event, "status") != "given up") return std::nullopt;
    const auto function = event.find("given_up");
    return function != event.end() && function->is_number_integer() ? function->get<int32_t>() : 0;
}

CaseResult case_result(const Json& event) {
    const std::string status = text_in(event, "status");
    CaseResult result;
    result.status = status == "pass" || status == "fail" || status == "skipped" ? status_from(status) : Status::error;
    result.message = text_in(event, "message");
    if (result.message.size() > kMessageShown) result.message = result.message.substr(0, kMessageShown) + "…";
    if (result.status == Status::skipped) {
        result.capability = text_in(event, "capability").substr(0, kMostOfEach);
        if (result.capability.empty()) result.capability = "something that the suite does not name";
    }
    if (const auto seconds = event.find("seconds"); seconds != event.end() && seconds->is_number())
        result.seconds = seconds->get<double>();
    if (const auto cpu = event.find("cpu_seconds"); cpu != event.end() && cpu->is_number())
        result.cpu_seconds = cpu->get<double>();
    if (const auto counts = event.find("counts");
        counts != event.end() && counts->is_object() && counts->size() <= kMostOfEach)
        for (const auto& [name, count] : counts->items())
            if (count.is_number_integer() && name.size() <= kMostOfEach) result.counts[name] = count.get<int64_t>();
    if (const auto distance = event.find("distance_per_mille");
        result.status == Status::pass && distance != event.end() && distance->is_number_integer())
        result.distance_per_mille = std::clamp<int64_t>(distance->get<int64_t>(), 0, 1000);
    result.calls = calls_in(event);
    return result;
}

}  // namespace simple::gate
