#include "ci/steps/symbol_sets.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace simple::gate {

std::vector<std::string> symbols_of(Set set) {
    std::vector<std::string> symbols;
    for (size_t i = 0; i < kFunctionCount; ++i)
        if (functions()[i].set == set) symbols.emplace_back(functions()[i].symbol);
    return symbols;
}

std::vector<std::string> dyncall_symbols() {
    static constexpr const char* kDyncall[] = {
#define RT_DYNCALL(symbol, ...) #symbol,
#include "impl/dynload/dyncall.def"
#undef RT_DYNCALL
    };
    return {std::begin(kDyncall), std::end(kDyncall)};
}

std::string names(const std::vector<std::string>& list) {
    constexpr size_t kShown = 12;
    std::string text = fmt::format("{}", fmt::join(list.begin(), list.begin() + std::min(kShown, list.size()), ", "));
    if (list.size() > kShown) text += fmt::format(" and {} more", list.size() - kShown);
    return text;
}

CaseResult library_case(std::string id, std::vector<std::string> promises, std::string problem) {
    CaseResult c;
    c.suite = "library";
    c.id = std::move(id);
    c.promises = std::move(promises);
    c.status = problem.empty() ? Status::pass : Status::fail;
    c.message = std::move(problem);
    return c;
}

CaseResult judge_set(const SetResult& set, const Settings& settings, const std::string& hint) {
    const bool required = set.name == "core" || (settings.own_build && set.name == "control") ||
                          (settings.own_build && set.state() == "partial");
    std::string problem;
    if (required && !set.missing.empty())
        problem =
            fmt::format("{} of {} symbols are missing: {}{}", set.missing.size(), set.total, names(set.missing), hint);
    CaseResult c = library_case("symbols-" + set.name, {}, problem);
    if (settings.partial && !problem.empty()) {
        c.status = Status::skipped;
        c.capability = "symbol";
    }
    return c;
}

}  // namespace simple::gate
