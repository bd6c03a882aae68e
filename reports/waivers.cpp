#include "reports/waivers.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <ctime>
#include <sstream>
#include <stdexcept>

#include "reports/file_text.h"
#include "reports/glob.h"

namespace simple::gate {
namespace {

std::string required(const toml::table& row, const char* key, const std::string& where) {
    const auto text = row[key].value<std::string>();
    if (!text || text->empty()) throw std::runtime_error(fmt::format("{}: a waiver needs a text {}", where, key));
    return *text;
}

Waiver read_one(const toml::table& row, const std::string& where) {
    for (const auto& [key, value] : row) {
        const std::string_view name = key;
        if (name != "scope" && name != "reason" && name != "link" && name != "owner" && name != "expires")
            throw std::runtime_error(fmt::format("{}: a waiver has no {}", where, name));
    }
    Waiver waiver;
    waiver.scope = required(row, "scope", where);
    waiver.reason = required(row, "reason", where);
    waiver.link = required(row, "link", where);
    waiver.owner = required(row, "owner", where);
    const auto expires = row["expires"].value<toml::date>();
    if (!expires) throw std::runtime_error(where + ": a waiver needs a date expires, as in 2027-01-31");
    waiver.expires = fmt::format("{:04}-{:02}-{:02}", expires->year, expires->month, expires->day);
    if (waiver.scope.find('/') == std::string::npos)
        throw std::runtime_error(fmt::format("{}: the scope {} is not suite/case", where, waiver.scope));
    return waiver;
}

}  // namespace

std::vector<Waiver> read_waivers(const std::string& path) {
    const std::string text = text_of_file(path);
    toml::table file;
    try {
        file = toml::parse(text, path);
    } catch (const toml::parse_error& e) {
        throw std::runtime_error(fmt::format("{}:{}: {}", path, e.source().begin.line, e.description()));
    }
    std::vector<Waiver> waivers;
    for (const auto& [key, value] : file) {
        const auto* rows = value.as_array();
        if (std::string_view(key) != "waiver" || !rows)
            throw std::runtime_error(
                fmt::format("{}:{}: only [[waiver]] belongs here", path, value.source().begin.line));
        for (const auto& row : *rows) {
            const std::string where = fmt::format("{}:{}", path, row.source().begin.line);
            if (!row.as_table()) throw std::runtime_error(where + ": only [[waiver]] belongs here");
            waivers.push_back(read_one(*row.as_table(), where));
        }
    }
    return waivers;
}

void apply_waivers(const std::vector<Waiver>& waivers, const std::string& today, const std::set<std::string>& planned,
                   bool complete, Verdict& verdict) {
    for (const auto& waiver : waivers) {
        const auto matches = [&](const std::string& name) { return glob_matches(waiver.scope.c_str(), name.c_str()); };
        WaiverResult result{waiver.scope, waiver.reason, "unused"};
        if (waiver.expires < today) {
            result.state = "expired";
        } else {
            for (auto& c : verdict.cases) {
                if (!matches(c.name()) || c.status == Status::skipped) continue;
                c.waiver = waiver.reason;
                const bool passed = c.status == Status::pass || c.status == Status::unexpected_pass;
                c.status = passed ? Status::unexpected_pass : Status::waived;
                if (passed) c.message = "passes against the waiver " + waiver.scope;
                if (result.state != "passing") result.state = passed ? "passing" : "used";
            }
            if (complete && std::none_of(planned.begin(), planned.end(), matches)) result.state = "unmatched";
        }
        verdict.waivers.push_back(std::move(result));
    }
}

std::string today_utc() { return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr))); }

}  // namespace simple::gate
