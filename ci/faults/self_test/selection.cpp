#include "ci/faults/self_test/selection.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <utility>

#include "ci/steps/suites.h"

namespace simple::gate {
namespace {

constexpr size_t kOneIn = 20;

bool contains(const std::vector<std::string>& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

void add_missing(const std::vector<std::string>& from, std::vector<std::string>& to) {
    for (const auto& word : from)
        if (!contains(to, word)) to.push_back(word);
}

// The same draws with every C++ library, which std::shuffle and its distributions do not promise.
size_t below(size_t end, std::mt19937_64& random) { return static_cast<size_t>(random() % end); }

}  // namespace

bool names_function(const Planted& planted, const std::string& function) {
    return planted.function == function || (!planted.other_function.empty() && planted.other_function == function);
}

std::vector<PlannedCase> cases_for(const Planted& planted, const Plan& plan, bool all) {
    const auto rank = [&](const PlannedCase& c) {
        const auto names = [&](const std::string& promise) {
            return !promise.empty() && contains(c.promises, promise);
        };
        return (names_function(planted, c.function) ? 0 : 4) + (names(planted.defect)    ? 0
                                                                : names(planted.promise) ? 1
                                                                                         : 2);
    };
    std::vector<PlannedCase> cases;
    for (const auto& c : plan.cases)
        if (all || rank(c) < 4) cases.push_back(c);
    std::stable_sort(cases.begin(), cases.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    return cases;
}

Row row_for(const Planted& planted, const std::string& row, const Plan& plan, const CallTable& calls) {
    Row parts;
    for (auto& c : cases_for(planted, plan, true))
        (names_function(planted, c.function)   ? parts.naming
         : calls.may_touch(row, c.id, planted) ? parts.touching
                                               : parts.rest)
            .push_back(std::move(c));
    return parts;
}

bool compatible(const Planted& a, const Planted& b) {
    return a.library == b.library && a.in_stub == b.in_stub &&
           std::none_of(a.changes.begin(), a.changes.end(),
                        [&](const auto& part) { return contains(b.changes, part); });
}

std::vector<std::vector<Planted>> together(const std::vector<Planted>& faults, size_t most) {
    std::vector<std::vector<Planted>> groups;
    for (const auto& planted : faults) {
        const auto fits = [&](const std::vector<Planted>& group) {
            return group.size() < most && std::all_of(group.begin(), group.end(),
                                                      [&](const Planted& other) { return compatible(planted, other); });
        };
        const auto group = std::find_if(groups.begin(), groups.end(), fits);
        if (group == groups.end())
            groups.push_back({planted});
        else
            group->push_back(planted);
    }
    return groups;
}

// The suites of values are the last in the table, and the longest.
std::vector<std::pair<std::string, std::vector<Planted>>> by_suite(const std::vector<Planted>& faults) {
    std::vector<std::pair<std::string, std::vector<Planted>>> found;
    for (auto suite = suites().rbegin(); suite != suites().rend(); ++suite) {
        std::vector<Planted> members;
        std::copy_if(faults.begin(), faults.end(), std::back_inserter(members),
                     [&](const Planted& planted) { return contains(planted.suites, suite->name); });
        if (!members.empty()) found.emplace_back(suite->name, std::move(members));
    }
    return found;
}

Planted as_one(const std::vector<Planted>& group) {
    Planted one = group.front();
    for (size_t i = 1; i < group.size(); ++i) {
        one.id += "+" + group[i].id;
        one.what += "; " + group[i].what;
        one.other_function = group[i].function;
        add_missing(group[i].suites, one.suites);
        add_missing(group[i].changes, one.changes);
        if (one.promise != group[i].promise) one.promise.clear();
        one.defect.clear();
    }
    return one;
}

std::vector<Planted> faults_in_proxy(const std::vector<Planted>& faults) {
    std::vector<Planted> found;
    for (const auto& planted : faults)
        if (!planted.correct && planted.library.empty() && !is_slowdown(planted) && !planted.changes.empty() &&
            std::all_of(planted.suites.begin(), planted.suites.end(), find_suite))
            found.push_back(planted);
    return found;
}

std::vector<Planted> sample_of(const std::vector<Planted>& faults, uint64_t seed) {
    std::vector<Planted> left = faults, drawn;
    std::mt19937_64 random(seed);
    for (size_t count = (faults.size() + kOneIn - 1) / kOneIn; count > 0; --count) {
        const auto chosen = left.begin() + static_cast<std::ptrdiff_t>(below(left.size(), random));
        drawn.push_back(std::move(*chosen));
        left.erase(chosen);
    }
    return drawn;
}

std::vector<std::vector<Planted>> pairs_of(const std::vector<Planted>& faults, size_t count, uint64_t seed) {
    std::vector<std::vector<Planted>> pairs;
    std::set<std::pair<size_t, size_t>> drawn;
    std::mt19937_64 random(seed);
    for (size_t tries = 0; !faults.empty() && pairs.size() < count && tries < 100 * count; ++tries) {
        const auto [first, second] = std::minmax({below(faults.size(), random), below(faults.size(), random)});
        if (faults[first].function == faults[second].function || !compatible(faults[first], faults[second])) continue;
        if (drawn.emplace(first, second).second) pairs.push_back({faults[first], faults[second]});
    }
    return pairs;
}

std::vector<Planted> dealt_faults(const std::vector<Planted>& faults, const ShardNumber& shard) {
    std::vector<Planted> mine;
    std::map<std::pair<bool, bool>, unsigned> next;
    for (const auto& planted : faults)
        if (next[{planted.correct, is_slowdown(planted)}]++ % shard.of == shard.index - 1) mine.push_back(planted);
    return mine;
}

}  // namespace simple::gate
