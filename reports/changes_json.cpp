#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/changes.h"
#include "reports/page/filled.h"
#include "reports/visible_text.h"

namespace simple::embedded {
std::string_view compare_page();
}

namespace simple::reports {
namespace {

using Json = nlohmann::ordered_json;
using gate::Changes;

template <typename Value>
Json of(const std::optional<Value>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json of(const gate::ComparedRun& run) {
    return {{"file", visible_line(run.file)},
            {"candidate", visible_line(run.candidate)},
            {"started", visible_line(run.started)},
            {"outcome", to_string(run.outcome)},
            {"cases", run.cases},
            {"failed", run.failed}};
}

Json of(const gate::ChangedFact& fact) {
    return {{"name", fact.name}, {"before", visible_line(fact.before)}, {"after", visible_line(fact.after)}};
}

Json of(const gate::ChangedStep& step) {
    return {{"name", visible_line(step.name)}, {"before", to_string(step.before)}, {"after", to_string(step.after)}};
}

Json of(const gate::ChangedCase& c) {
    return {{"name", visible_line(c.name)},
            {"function", visible_line(c.function)},
            {"before", c.before ? Json(to_string(*c.before)) : Json(nullptr)},
            {"after", c.after ? Json(to_string(*c.after)) : Json(nullptr)},
            {"code_before", of(c.code_before)},
            {"code_after", of(c.code_after)},
            {"finding_before", visible_line(c.finding_before)},
            {"finding_after", visible_line(c.finding_after)},
            {"message", visible_text(c.message)},
            {"repro", visible_line(c.repro)}};
}

Json of(const gate::ChangedCount& count) {
    return {{"name", visible_line(count.name)},
            {"what", visible_line(count.what)},
            {"before", of(count.before)},
            {"after", of(count.after)}};
}

Json of(const gate::ChangedDistance& drift) {
    return {{"name", visible_line(drift.name)}, {"before", drift.before}, {"after", drift.after}};
}

Json of(const gate::MeasuredSide& side) {
    Json json{{"median", side.median}, {"low", nullptr}, {"high", nullptr}, {"samples", side.samples}};
    if (side.interval) {
        json["low"] = side.interval->low;
        json["high"] = side.interval->high;
    }
    return json;
}

Json of(const gate::MeasuredPair& pair) {
    return {{"name", visible_line(pair.name)},
            {"side", visible_line(pair.side)},
            {"unit", visible_line(pair.unit)},
            {"before", of(pair.before)},
            {"after", of(pair.after)},
            {"ratio", of(pair.ratio)},
            {"moved", pair.moved}};
}

Json of(const gate::TimedPart& part) {
    return {{"name", visible_line(part.name)}, {"before", part.before}, {"after", part.after}};
}

template <typename Row>
Json of(const std::vector<Row>& rows) {
    Json list = Json::array();
    for (const auto& row : rows) list.push_back(of(row));
    return list;
}

Json json_of(const Changes& changes) {
    return {{"format", "comparison 1.1"},
            {"summary", summary(changes)},
            {"worse", changes.worse()},
            {"before", of(changes.before)},
            {"after", of(changes.after)},
            {"differs", of(changes.facts)},
            {"broken_steps", of(changes.broken_steps)},
            {"new_failures", of(changes.new_failures)},
            {"fixed", of(changes.fixed)},
            {"other_status", of(changes.other_status)},
            {"other_error", of(changes.other_error)},
            {"lost", of(changes.lost)},
            {"added", of(changes.added)},
            {"same", changes.same},
            {"counts", of(changes.counts)},
            {"drifts", of(changes.drifts)},
            {"measurements", of(changes.measurements)},
            {"steps", of(changes.steps)},
            {"suites", of(changes.suites)}};
}

}  // namespace

std::string to_json(const Changes& changes) {
    return json_of(changes).dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string to_html(const Changes& changes) {
    return page::filled(embedded::compare_page(), {{"@DATA@", page::for_script(json_of(changes))}});
}

}  // namespace simple::reports
