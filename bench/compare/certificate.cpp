#include "bench/compare/certificate.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "bench/compare/decide.h"
#include "bench/compare/u_test.h"

namespace simple::compare {
namespace {

using Json = nlohmann::json;

constexpr const char* kFormat = "certificate 2";
constexpr const char* kOldFormat = "certificate 1";  // one slowdown in all calls of a comparison
// A pass says that a call is slower by less than kResolution, and a planted slowdown has its size within some part of
// it.
constexpr int kNoPassFrom = 5;

bool is_change(const std::string& decision) { return decision == "regressed" || decision == "improved"; }

// The slowdown in that call; nullptr where there is none.
const Planted* planted_in(const std::string& name, const Setting& setting) {
    for (const Planted& planted : setting.slowed)
        if (planted.name == name) return &planted;
    return nullptr;
}

bool is_wrong(const std::string& decision, const Planted* planted) {
    return planted ? decision == "improved" || (decision == "pass" && planted->percent >= kNoPassFrom)
                   : is_change(decision);
}

double u_test_of(const Json& row) {
    const Json& judging = row.contains("confirmed") ? row["confirmed"] : row.at("screened");
    return u_test(judging.at("baseline_ns"), judging.at("candidate_ns"));
}

// Columns of lines are short for what the series has thousands of; the rest is by name.
Json slowed_json(const std::vector<Slowed>& slowed) {
    Json json = Json::array();
    for (const Slowed& call : slowed)
        json.push_back({{"name", call.planted.name},
                        {"kind", call.planted.kind},
                        {"percent", call.planted.percent},
                        {"decision", call.decision},
                        {"ratio", call.ratio},
                        {"p", call.p_value},
                        {"u_test", call.u_test}});
    return json;
}

}  // namespace

Counted counted(const Json& report, const Setting& setting) try {
    if (!report.at("not_comparable").get_ref<const std::string&>().empty())
        throw std::runtime_error("nothing was compared: " + report["not_comparable"].get<std::string>());
    if (report.at("interrupted").get<bool>()) throw std::runtime_error("the comparison was interrupted");
    Counted count;
    count.setting = setting;
    count.machine = report.at("comparability_key");
    count.nulls_off = report.at("nulls_off").get<std::vector<std::string>>();
    count.relinks_off = report.at("relinks_off").get<std::vector<std::string>>();
    for (const Json& row : report.at("rows")) {
        const std::string name = row.at("name"), decision = row.at("decision");
        const Planted* slowed = planted_in(name, setting);
        ++count.calls;
        ++count.decisions[decision];
        count.judged += row.contains("confirmed");
        if (slowed ? decision == "improved" : is_change(decision)) count.alarms.push_back(name);
        if (!row.contains("ratio")) throw std::runtime_error(fmt::format("{} was not measured: {}", name, decision));
        const double p = u_test_of(row);
        if (slowed) {
            count.slowed.push_back({*slowed, decision, row["ratio"], row.at("p_value"), p});
            continue;
        }
        ++count.u_tests;
        count.u_alarms += p < kUTestAlpha;
    }
    if (count.slowed.size() != setting.slowed.size())
        throw std::runtime_error("not every call that a slowdown was planted in was compared");
    return count;
} catch (const Json::exception& error) {
    throw std::runtime_error(fmt::format("it is no whole report of bench_compare: {}", error.what()));
}

nlohmann::ordered_json misjudged(const Json& report, const Setting& setting) {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const Json& row : report.at("rows")) {
        const Planted* slowed = planted_in(row.at("name"), setting);
        if (!is_wrong(row.at("decision"), slowed)) continue;
        rows.push_back({{"truth", slowed ? "slower" : "equal"},
                        {"kind", slowed ? slowed->kind : setting.kind},
                        {"percent", slowed ? slowed->percent : 0},
                        {"condition", setting.condition},
                        {"procedure", setting.procedure},
                        {"machine", report.at("comparability_key")},
                        {"row", row}});
    }
    return rows;
}

nlohmann::ordered_json to_json(const Counted& count) {
    return {{"format", kFormat},
            {"procedure", count.setting.procedure},
            {"machine", count.machine},
            {"condition", count.setting.condition},
            {"kind", count.setting.kind},
            {"seconds", count.seconds},
            {"elsewhere", count.elsewhere},
            {"calls", count.calls},
            {"judged", count.judged},
            {"decisions", count.decisions},
            {"alarms", count.alarms},
            {"nulls_off", count.nulls_off},
            {"relinks_off", count.relinks_off},
            {"u_tests", count.u_tests},
            {"u_alarms", count.u_alarms},
            {"slowed", slowed_json(count.slowed)}};
}

Counted from_json(const Json& line) try {
    const bool old = line.at("format") == kOldFormat;
    if (!old && line.at("format") != kFormat) throw std::runtime_error("its format is not " + std::string(kFormat));
    Counted count;
    count.setting = {line.at("procedure"), line.at("condition"), line.at("kind"), {}};
    count.machine = line.at("machine");
    count.seconds = line.at("seconds");
    count.elsewhere = line.at("elsewhere");
    count.calls = line.at("calls");
    count.judged = line.at("judged");
    count.decisions = line.at("decisions").get<std::map<std::string, size_t>>();
    count.alarms = line.at("alarms").get<std::vector<std::string>>();
    count.nulls_off = line.at("nulls_off").get<std::vector<std::string>>();
    count.relinks_off = line.at("relinks_off").get<std::vector<std::string>>();
    count.u_tests = line.at("u_tests");
    count.u_alarms = line.at("u_alarms");
    for (const Json& call : line.at("slowed")) {
        const Json& of = old ? line : call;
        count.setting.slowed.push_back({call.at("name"), of.at("kind"), of.at("percent")});
        count.slowed.push_back(
            {count.setting.slowed.back(), call.at("decision"), call.at("ratio"), call.at("p"), call.at("u_test")});
    }
    return count;
} catch (const Json::exception& error) {
    throw std::runtime_error(fmt::format("it is no line of a certificate: {}", error.what()));
}

}  // namespace simple::compare
