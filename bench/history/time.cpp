#include <fmt/chrono.h>

#include <ctime>
#include <regex>
#include <stdexcept>

#include "bench/history/run.h"

namespace simple::history {
namespace {

std::string utc(std::time_t time) { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(time)); }

}  // namespace

std::string utc_now() { return utc(std::time(nullptr)); }

std::string utc_time(const std::string& text) {
    static const std::regex form(R"((\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:Z|([+-])(\d\d):(\d\d)))?)");
    std::smatch part;
    if (std::regex_match(text, part, form)) {
        const std::string local = part[1].str() + "T" + (part[2].matched ? part[2].str() : "00:00:00") + "Z";
        std::tm time{};
        strptime(local.c_str(), "%Y-%m-%dT%H:%M:%SZ", &time);
        const std::time_t seconds = timegm(&time);
        const int east = part[3].matched ? std::stoi(part[4]) * 3600 + std::stoi(part[5]) * 60 : 0;
        // A day that its month does not have comes back as another.
        if (utc(seconds) == local) return utc(seconds - (part[3] == "-" ? -east : east));
    }
    throw std::runtime_error("\"" + text +
                             "\" is no time; wanted is 2026-11-29, 2026-11-29T10:00:00Z or 2026-11-29T12:00:00+02:00");
}

}  // namespace simple::history
