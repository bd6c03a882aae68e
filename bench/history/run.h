// A run in the history: one report of bench_compare, and when, of what and where it was made.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace simple::history {

struct Run {
    std::string at;        // when it was measured, UTC: "2026-11-29T10:00:00Z"
    std::string commit;    // "" where unknown, as with all below
    std::string subject;   // the commit's
    std::string baseline;  // the name of what the candidate was held against
    std::string machine;   // the key of what makes times comparable
    nlohmann::json report;
};

// What the run found, and what it was made of, as a name-based UUID (RFC 4122, version 5): of equal runs the same,
// whenever they are added. The subject and the time are no part of it.
std::string id_of(const Run& run);

// What the samples that judged a call came to: medians over the processes; times in nanoseconds.
struct Measured {
    double ratio = 1, low = 1, high = 1;  // candidate to baseline, with its interval
    double p_value = 1;
    double null = 1;   // the baseline's copy to the baseline
    double noise = 0;  // how far apart two blocks of the baseline are, as a part of it
    double baseline_ns = 0, candidate_ns = 0;
    int processes = 0;
};

struct CallResult {
    std::string name, function, size;  // "add/smallest", "add", "smallest"
    std::string decision;              // as bench/compare/decide.h names it
    std::optional<Measured> measured;
};

// JSON, no deeper than reports are. Throws std::runtime_error with a sentence where it is none, or torn.
nlohmann::json parse_json(const std::string& text);

// Throws std::runtime_error with a sentence where the report is none of bench_compare's.
std::vector<CallResult> calls_of(const nlohmann::json& report);

// A run as one line of JSON, and back. from_line throws std::runtime_error with a sentence where the line is torn, is
// no run, or is not what its id says.
nlohmann::json to_json(const Run& run);
Run from_json(const nlohmann::json& json);
std::string to_line(const Run& run);
Run from_line(const std::string& line);

// A time as runs have it, of "2026-11-29", "2026-11-29T10:00:00Z" or "2026-11-29T12:00:00+02:00". Throws
// std::runtime_error where it is none of these.
std::string utc_time(const std::string& text);
std::string utc_now();

}  // namespace simple::history
