#include <fmt/format.h>

#include <algorithm>

#include "bench/direct/measure.h"

namespace simple::bench {
namespace {

bool is_off(const Measured& null) {
    return null.interval.low > 1 + kNullAtMost || null.interval.high < 1 - kNullAtMost;
}

std::string described(const Measured& row) {
    return fmt::format(
        "costs {:.3f} times {}, {:.3f} to {:.3f} ({} processes); the limit is {:.2f}", statistics::median(row.cost),
        !row.has_direct || statistics::median(row.direct_ns) < statistics::median(row.unit_ns) ? "a 4x4 add"
                                                                                               : "the direct call",
        row.interval.low, row.interval.high, row.cost.size(), row.limit);
}

}  // namespace

const char* name_of(Judged judged) {
    switch (judged) {
        case Judged::pass: return "pass";
        case Judged::fail: return "fail";
        case Judged::inconclusive: return "inconclusive";
        case Judged::skipped: return "skipped";
        case Judged::error: return "error";
        case Judged::crash: return "crash";
        case Judged::timeout: return "timeout";
    }
    return "";
}

void look_again(Measured& row) { row.confidence = 1 - (1 - row.confidence) / 2; }

void judge(std::vector<Measured>& rows) {
    double null_high = 1;
    std::string off;
    for (Measured& row : rows) {
        if (row.cost.empty()) continue;
        row.interval = statistics::median_interval(row.cost, row.confidence);
        if (!row.null) continue;
        null_high = std::max(null_high, row.interval.high);
        if (is_off(row))
            off = fmt::format("; {}, the same call on both sides, costs {:.3f} to {:.3f}", row.name, row.interval.low,
                              row.interval.high);
    }
    for (Measured& row : rows) {
        if (row.cost.empty()) continue;  // already judged by what became of it
        row.message.clear();
        if (row.null) {
            row.judged = is_off(row) ? Judged::inconclusive : Judged::pass;
        } else if (row.interval.high <= row.limit) {
            row.judged = Judged::pass;
        } else {
            const bool over = row.interval.low > std::max(row.limit, null_high);
            row.judged = over && off.empty() ? Judged::fail : Judged::inconclusive;
        }
        if (row.judged != Judged::pass) row.message = described(row) + off;
    }
}

nlohmann::ordered_json to_json(const Comparison& comparison) {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const Measured& row : comparison.rows) {
        nlohmann::ordered_json json{{"name", row.name},
                                    {"function", row.function},
                                    {"size", row.size},
                                    {"operands", row.operands},
                                    {"threads", row.threads},
                                    {"null", row.null},
                                    {"status", name_of(row.judged)},
                                    {"message", row.message}};
        if (!row.cost.empty()) {
            json["value"] = statistics::median(row.cost);
            json["low"] = row.interval.low;
            json["high"] = row.interval.high;
            json["confidence"] = row.confidence;
            json["limit"] = row.limit;
            json["limit_reason"] = row.limit_reason;
            json["samples"] = {{"abi", row.abi_ns}, {"unit", row.unit_ns}, {"cost", row.cost}};
            if (row.has_direct) json["samples"]["direct"] = row.direct_ns;
        }
        rows.push_back(std::move(json));
    }
    return {{"format", "direct 1.0"},
            {"libtorch", comparison.libtorch},
            {"not_comparable", comparison.not_comparable},
            {"rows", rows}};
}

}  // namespace simple::bench
