#include "bench/instructions/report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "impl/abi/function_table.h"

namespace simple::bench {
namespace {

using Json = nlohmann::ordered_json;

std::string function_of(const std::string& call) { return call.substr(0, call.find('/')); }
std::string size_of(const std::string& call) { return call.substr(call.find('/') + 1); }

// A missing function has no call to count.
bool is_missing(const Comparison& comparison, const std::string& call) {
    const Function* row = find_function(function_of(call));
    const auto& missing = comparison.counted.missing;
    return row && std::find(missing.begin(), missing.end(), row->symbol) != missing.end();
}

void measure(Json& measurements, const Counts& counts, const char* side) {
    for (const auto& [call, count] : counts)
        for (const Kind kind : kAllKinds)
            measurements.push_back({{"name", call + "/" + name_of(kind)},
                                    {"function", function_of(call)},
                                    {"size", size_of(call)},
                                    {"threads", 1},
                                    {"side", side},
                                    {"unit", name_of(kind)},
                                    {"samples", {count[kind]}}});
}

// Instructions of a call by object: "the library", and of others as counts.h groups them. Null where the library alone
// is known, as of committed counts.
Json objects_of(const Counts& counts, const std::string& call) {
    const auto found = counts.find(call);
    if (found == counts.end() || found->second.own.empty()) return nullptr;
    Json objects{{"the library", found->second[Kind::instructions]}};
    for (const auto& [object, count] : found->second.elsewhere) objects[object] = count;
    return objects;
}

}  // namespace

bool Comparison::worse() const {
    return std::any_of(judgements.begin(), judgements.end(), [](const Judgement& j) {
        return j.result == Judgement::Result::worse || j.result == Judgement::Result::unknown;
    });
}

std::string count_columns(const Counts& counts) {
    std::string text = fmt::format("{:34}{:>13}{:>12}{:>7}{:>12}{:>9}{:>12}{:>12}\n", "call", "instructions",
                                   "allocations", "locks", "dispatcher", "atomics", "in LibTorch", "among many");
    for (const auto& [call, count] : counts) {
        const auto libtorch = count.elsewhere.find("LibTorch");
        text += fmt::format("{:34}{:>13}{:>12}{:>7}{:>12}{:>9}{:>12}{:>12}{}\n", call,
                            number_text(count[Kind::instructions]), number_text(count[Kind::allocations]),
                            number_text(count[Kind::locks]), number_text(count[Kind::dispatcher_entries]),
                            number_text(count[Kind::atomics]),
                            libtorch == count.elsewhere.end() ? "-" : number_text(libtorch->second),
                            count.growth > 0 ? "+" + number_text(count.growth) : "same",
                            count.varies ? fmt::format("  varies by {}: the least", number_text(count.spread)) : "");
    }
    return text;
}

std::string summary(const Comparison& comparison) {
    std::string text;
    size_t same = 0;
    for (const Judgement& judgement : comparison.judgements) {
        if (judgement.result == Judgement::Result::same) {
            ++same;
            continue;
        }
        text +=
            fmt::format("{:9} {}: {}\n", name_of(judgement.result), judgement.call, fmt::join(judgement.changes, "; "));
    }
    if (!comparison.not_measured.empty()) return fmt::format("not measured: {}\n", comparison.not_measured);
    for (const auto& [call, count] : comparison.counted.counts)
        if (count.varies)
            text += fmt::format("varies    {}: within this run, by {} instructions\n", call, number_text(count.spread));
    text +=
        fmt::format("{} of {} calls cost the same as in {}\n", same, comparison.judgements.size(), comparison.baseline);
    return text;
}

Json as_json(const Comparison& comparison) {
    Json json{{"verdict", !comparison.not_measured.empty() ? "not measured"
                          : comparison.worse()             ? "fail"
                                                           : "pass"},
              {"reason", comparison.not_measured},
              {"candidate", comparison.candidate},
              {"baseline", comparison.baseline},
              {"made_with",
               {{"compiler", comparison.candidate_made.compiler},
                {"libtorch", comparison.candidate_made.libtorch},
                {"machine", comparison.candidate_made.machine}}},
              {"dispatch", comparison.counted.dispatch},
              {"seconds", comparison.counted.seconds},
              {"loading_seconds", comparison.counted.loading}};
    json["calls"] = Json::array();
    for (const Judgement& judgement : comparison.judgements)
        json["calls"].push_back({{"function", function_of(judgement.call)},
                                 {"call", judgement.call},
                                 {"result", name_of(judgement.result)},
                                 {"missing", is_missing(comparison, judgement.call)},
                                 {"changes", judgement.changes}});
    json["objects"] = Json::array();
    for (const auto& [call, count] : comparison.counted.counts)
        json["objects"].push_back({{"call", call},
                                   {"candidate", objects_of(comparison.counted.counts, call)},
                                   {"baseline", objects_of(comparison.baseline_counts, call)}});
    json["measurements"] = Json::array();
    measure(json["measurements"], comparison.counted.counts, "candidate");
    measure(json["measurements"], comparison.baseline_counts, "baseline");
    return json;
}

}  // namespace simple::bench
