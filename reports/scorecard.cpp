#include "reports/scorecard.h"

#include <algorithm>
#include <set>

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

}  // namespace simple::gate
