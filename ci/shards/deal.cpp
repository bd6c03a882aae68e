#include "ci/shards/deal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "ci/engine/gate.h"
#include "ci/run/supervisor.h"
#include "ci/steps/library_step.h"
#include "ci/steps/suites.h"

namespace simple::gate {
namespace {

constexpr double kMostOfAShard = 0.1;

struct Piece {
    std::string name;
    double seconds = 0;
    std::vector<const KnownCase*> cases;  // of none: the own checks of the step `name`
};

using Key = std::string (*)(const KnownCase&);

std::string by_function(const KnownCase& c) {
    PlannedCase planned;
    planned.id = c.id;
    planned.function = c.function;
    return group_of(planned);
}

std::string by_suite(const KnownCase& c) { return by_function(c) + " " + c.suite; }

std::string by_case(const KnownCase& c) { return c.suite + "/" + c.id; }

std::vector<Piece> pieces_of(const std::vector<const KnownCase*>& cases, const RecordedSeconds& seconds, Key key) {
    std::map<std::string, Piece> by_key;
    for (const KnownCase* c : cases) {
        Piece& piece = by_key[key(*c)];
        piece.cases.push_back(c);
        piece.seconds += seconds.of_case(*c);
    }
    std::vector<Piece> pieces;
    for (auto& [name, piece] : by_key) {
        piece.name = name;
        pieces.push_back(std::move(piece));
    }
    return pieces;
}

// Pieces of at most `most` seconds, where single cases are not longer.
std::vector<Piece> small_pieces(const std::vector<KnownCase>& cases, const RecordedSeconds& seconds, double most) {
    std::vector<const KnownCase*> all;
    for (const auto& c : cases) all.push_back(&c);
    std::vector<Piece> pieces = pieces_of(all, seconds, by_function);
    for (const Key key : {by_suite, by_case}) {
        std::vector<Piece> smaller;
        for (auto& piece : pieces) {
            if (piece.seconds <= most) {
                smaller.push_back(std::move(piece));
                continue;
            }
            for (auto& part : pieces_of(piece.cases, seconds, key)) smaller.push_back(std::move(part));
        }
        pieces = std::move(smaller);
    }
    return pieces;
}

// Every shard is to have a case: the largest pieces are broken up until there are enough.
void demand_enough(std::vector<Piece>& pieces, const RecordedSeconds& seconds, size_t shards) {
    while (pieces.size() < shards) {
        const auto largest = std::max_element(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
            return a.cases.size() < b.cases.size();
        });
        if (largest == pieces.end() || largest->cases.size() < 2)
            throw std::runtime_error(fmt::format("{} shards for {} cases: each is to have one", shards, pieces.size()));
        auto parts = pieces_of(largest->cases, seconds, by_case);
        pieces.erase(largest);
        for (auto& part : parts) pieces.push_back(std::move(part));
    }
}

// With the starts of suites that the part has no case of yet.
double seconds_with(const ShardPart& part, const Piece& piece, const RecordedSeconds& seconds) {
    std::set<std::string> starts;
    for (const KnownCase* c : piece.cases)
        if (part.cases.count(c->suite) == 0) starts.insert(c->suite);
    double sum = part.seconds + piece.seconds;
    for (const auto& suite : starts) sum += seconds.of_start(suite);
    return sum;
}

ShardPart& least(std::vector<ShardPart>& parts, const Piece& piece, const RecordedSeconds& seconds) {
    return *std::min_element(parts.begin(), parts.end(), [&](const ShardPart& a, const ShardPart& b) {
        return seconds_with(a, piece, seconds) < seconds_with(b, piece, seconds);
    });
}

void give(ShardPart& part, const Piece& piece, const RecordedSeconds& seconds) {
    part.seconds = seconds_with(part, piece, seconds);
    if (piece.cases.empty()) part.own_checks.push_back(piece.name);
    for (const KnownCase* c : piece.cases) part.cases[c->suite].push_back(c->id);
}

bool longer(const Piece& a, const Piece& b) { return a.seconds != b.seconds ? a.seconds > b.seconds : a.name < b.name; }

}  // namespace

std::vector<KnownCase> cases_of_run(const Settings& settings) {
    // A whole run sees these where the step library is part of it.
    const bool looks = !checks_of_run(settings).empty() && checks_of_run(settings).front() == "library";
    const bool interposes = looks && !settings.program && !symbols_beyond_the_tables(settings.candidate).empty();
    std::vector<KnownCase> cases;
    for (auto& c : known_cases(settings)) {
        const Suite* suite = find_suite(c.suite);
        // Two suites are called as their steps, whose own checks are no cases of them.
        const bool own_check = !suite || c.id.rfind("latency/", 0) == 0;
        if (own_check || (suite->quick_cases && settings.quick && !settings.program) ||
            (suite->backend == Library::preloaded && interposes) ||
            !selects(settings, c.suite, c.id, c.function, c.quick))
            continue;
        cases.push_back(std::move(c));
    }
    return cases;
}

std::vector<std::string> checks_of_run(const Settings& settings) {
    std::vector<std::string> names;
    if (!settings.suites.empty()) return names;
    for (const char* step : {"library", "stub", "dynamic", "linked", "performance"})
        if (settings.steps.empty() ||
            std::find(settings.steps.begin(), settings.steps.end(), step) != settings.steps.end())
            names.emplace_back(step);
    if (settings.spec || settings.examples) names.emplace_back("suite");
    return names;
}

std::vector<ShardPart> deal(const std::vector<KnownCase>& cases, const std::vector<std::string>& checks,
                            const RecordedSeconds& seconds, unsigned shards) {
    double total = 0;
    for (const auto& c : cases) total += seconds.of_case(c);
    for (const auto& step : checks) total += seconds.of_checks(step);
    std::vector<Piece> pieces = small_pieces(cases, seconds, kMostOfAShard * total / shards);
    demand_enough(pieces, seconds, shards);
    std::sort(pieces.begin(), pieces.end(), longer);

    std::vector<ShardPart> parts(shards);
    // The shortest, one to each, for the canaries; then all by their length.
    for (auto& part : parts) {
        const auto shortest = std::min_element(pieces.begin(), pieces.end(), [&](const Piece& a, const Piece& b) {
            return seconds_with(part, a, seconds) < seconds_with(part, b, seconds);
        });
        give(part, *shortest, seconds);
        pieces.erase(shortest);
    }
    // Every shard looks at the library, whoever judges it: that is the same for each.
    for (const auto& step : checks) pieces.push_back({step, seconds.of_checks(step), {}});
    std::sort(pieces.begin(), pieces.end(), longer);
    for (const auto& piece : pieces) give(least(parts, piece, seconds), piece, seconds);
    return parts;
}

}  // namespace simple::gate
