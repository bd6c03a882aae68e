#include "bench/history/run.h"

#include <fmt/format.h>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <stdexcept>

#include "reports/statistics.h"

namespace simple::history {
namespace {

using Json = nlohmann::json;

constexpr const char* kFormat = "perf history 1";
constexpr const char* kReportFormat = "compare 1.";

std::string text_of(const Json& json) {
    return json.is_string() ? json.get<std::string>() : json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Measured measured_of(const Json& row) {
    const Json& judging = row.contains("confirmed") ? row.at("confirmed") : row.at("screened");
    const auto median = [&](const char* what) {
        const std::vector<double> samples = judging.at(what);
        if (samples.empty()) throw std::runtime_error(fmt::format("{} has no sample", text_of(row.at("name"))));
        return statistics::median(samples);
    };
    return {row.at("ratio"),       row.at("low"),          row.at("high"),
            row.at("p_value"),     median("null"),         median("noise"),
            median("baseline_ns"), median("candidate_ns"), static_cast<int>(judging.at("ratio").size())};
}

}  // namespace

std::string id_of(const Run& run) {
    // A namespace of its own, so that no other name makes the same UUID.
    static const boost::uuids::uuid space = boost::uuids::name_generator_sha1(boost::uuids::ns::url())(
        "https://simple-torch-ffi.invalid/performance-history");
    const Json content{run.commit, run.baseline, run.machine, run.report};
    const std::string text = content.dump(-1, ' ', false, Json::error_handler_t::replace);
    return boost::uuids::to_string(boost::uuids::name_generator_sha1(space)(text));
}

Json parse_json(const std::string& text) {
    constexpr int kDeepest = 32;  // writing is recursive
    const auto check = [](int depth, Json::parse_event_t, Json&) {
        if (depth > kDeepest) throw std::runtime_error("it is nested deeper than any report");
        return true;
    };
    Json json = Json::parse(text, check, false);
    if (json.is_discarded()) throw std::runtime_error("it is no JSON, or torn");
    return json;
}

std::vector<CallResult> calls_of(const Json& report) try {
    if (!report.is_object() || !report.contains("format"))
        throw std::runtime_error("it is no report of bench_compare: it does not say its format");
    const std::string format = text_of(report.at("format"));
    if (format.rfind(kReportFormat, 0) != 0)
        throw std::runtime_error(
            fmt::format("it is no report of bench_compare that is known here: its format is {}, wanted is {}x", format,
                        kReportFormat));
    std::vector<CallResult> calls;
    for (const Json& row : report.at("rows")) {
        CallResult call{row.at("name"), row.at("function"), row.at("size"), row.at("decision"), std::nullopt};
        if (row.contains("ratio")) call.measured = measured_of(row);
        calls.push_back(std::move(call));
    }
    return calls;
} catch (const Json::exception& error) {
    throw std::runtime_error(fmt::format("it is no whole report of bench_compare: {}", error.what()));
}

Json to_json(const Run& run) {
    return {{"format", kFormat},      {"id", id_of(run)},         {"at", run.at},           {"commit", run.commit},
            {"subject", run.subject}, {"baseline", run.baseline}, {"machine", run.machine}, {"report", run.report}};
}

Run from_json(const Json& json) try {
    if (!json.is_object() || json.value("format", "") != kFormat)
        throw std::runtime_error(fmt::format("it is no run of a history: it does not say \"format\": \"{}\"", kFormat));
    Run run{utc_time(json.at("at")), json.at("commit"),  json.at("subject"),
            json.at("baseline"),     json.at("machine"), json.at("report")};
    if (id_of(run) != json.at("id").get<std::string>())
        throw std::runtime_error("it was changed: its id is that of another run");
    calls_of(run.report);
    return run;
} catch (const Json::exception& error) {
    throw std::runtime_error(fmt::format("it is no whole run of a history: {}", error.what()));
}

std::string to_line(const Run& run) { return to_json(run).dump(-1, ' ', false, Json::error_handler_t::replace); }

Run from_line(const std::string& line) { return from_json(parse_json(line)); }

}  // namespace simple::history
