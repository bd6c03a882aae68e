#include "reports/scorecard.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "impl/abi/function_table.h"

namespace simple::gate {

std::vector<CategoryScore> scorecard(const Verdict& verdict) {
    std::set<std::string> missing;
    for (const auto& set : verdict.sets) missing.insert(set.missing.begin(), set.missing.end());
    std::vector<CategoryScore> scores;
    const auto score_of = [&](std::string_view category) -> CategoryScore& {
        const auto found =
            std::find_if(scores.begin(), scores.end(), [&](const auto& s) { return s.name == category; });
        if (found != scores.end()) return *found;
        scores.emplace_back();
        scores.back().name = category;
        return scores.back();
    };
    for (size_t i = 0; i < kFunctionCount; ++i) {
        CategoryScore& score = score_of(functions()[i].category);
        ++score.functions;
        score.present += !verdict.sets.empty() && missing.count(std::string(functions()[i].symbol)) == 0;
    }
    for (const auto& c : verdict.cases) {
        const Function* row = c.function.empty() ? nullptr : find_function(c.function);
        if (!row) continue;
        CategoryScore& score = score_of(row->category);
        ++score.cases;
        score.passed += c.status == Status::pass;
    }
    return scores;
}

std::string next_functions(const Verdict& verdict) {
    constexpr size_t kShown = 5;
    const std::string says = "the backend has no ";  // ci/testkit/stand_in.cpp
    std::map<std::string, size_t> stopped;
    for (const auto& c : verdict.cases) {
        if (c.status != Status::skipped || c.capability != "symbol") continue;
        const size_t at = c.message.find(says);
        const Function* row = at == std::string::npos ? find_function(c.function) : nullptr;
        const size_t begin = at + says.size(), end = c.message.find_first_of(" \n", begin);
        if (row || at != std::string::npos)
            ++stopped[row ? std::string(row->symbol) : c.message.substr(begin, end - begin)];
    }
    std::vector<std::pair<size_t, std::string>> most;
    for (const auto& [symbol, cases] : stopped) most.emplace_back(cases, symbol);
    std::sort(most.rbegin(), most.rend());
    if (most.empty()) return "";
    std::string text = "missing functions at which most cases stop:";
    for (size_t i = 0; i < std::min(kShown, most.size()); ++i)
        text += fmt::format("{} {} ({})", i ? "," : "", most[i].second, most[i].first);
    return text;
}

}  // namespace simple::gate
