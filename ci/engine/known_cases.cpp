#include "ci/engine/known_cases.h"

#include <algorithm>
#include <filesystem>

#include "ci/engine/gate.h"
#include "ci/steps/recorded_plan.h"
#include "impl/abi/function_table.h"

namespace simple::gate {
namespace {

struct OwnCheck {
    const char* step;
    const char* id;
    const char* function;
};

constexpr OwnCheck kOwnChecks[] = {
    {"library", "file", ""},
    {"library", "machine", ""},
    {"library", "symbols-core", ""},
    {"library", "symbols-control", ""},
    {"library", "symbols-dyncall", ""},
    {"library", "symbols-beyond-the-tables", ""},
    {"library", "loads-now", ""},
    {"library", "process/unchanged", ""},
    {"library", "process/silent", ""},
    {"library", "process/ends", ""},
    {"library", "process/leaves-nothing", ""},
    {"library", "latency/load-and-first-call", ""},
    {"stub", "latency/add-free", "add"},
    {"dynamic", "latency/form-over-core", "view"},
    {"linked", "latency/linked-dynamically", "ndim"},
    {"linked", "latency/loaded", "ndim"},
    {"linked", "latency/linked-statically", "ndim"},
};

bool chosen(const std::vector<std::string>& words, const std::string& word) {
    return words.empty() || std::find(words.begin(), words.end(), word) != words.end();
}

// Rows of the step performance are latency/FUNCTION/SIZE, beside a baseline FUNCTION/SIZE; which of them there are is
// known when they are timed.
bool may_name_a_row(const std::string& filter) {
    if (filter.rfind("latency/", 0) == 0) return true;
    for (size_t i = 0; i < kFunctionCount; ++i) {
        const std::string function(functions()[i].name);
        if (filter == function || filter.rfind(function + "/", 0) == 0) return true;
        for (const char* size : {"/smallest", "/realistic", "/large", "/error"})
            if (filter_matches(filter, function + size, "") || filter_matches(filter, "latency/" + function + size, ""))
                return true;
    }
    return false;
}

}  // namespace

std::vector<KnownCase> known_cases(const Settings& settings) {
    std::vector<KnownCase> cases;
    for (const auto& step : steps()) {
        if (!chosen(settings.steps, step.name)) continue;
        for (const auto& check : kOwnChecks)
            if (settings.suites.empty() && check.step == std::string(step.name))
                cases.push_back({step.name, step.name, check.id, check.function, {}, true});
        for (const auto& suite : suites()) {
            if (suite.step != std::string(step.name) || !chosen(settings.suites, suite.name) ||
                !Gate::is_built(suite, settings))
                continue;
            for (auto& c : read_plan(file_of_plan(suite, settings)).cases)
                if (c.quick || !suite.quick_cases)
                    cases.push_back({step.name, suite.name, c.id, c.function, std::move(c.promises), c.quick, c.needs});
        }
    }
    return cases;
}

std::optional<std::string> idle_filter(const Settings& settings) {
    if (settings.filters.empty()) return std::nullopt;
    const bool rows = settings.suites.empty() && chosen(settings.steps, "performance");
    // What is not built would take what nobody can tell: the run says that it is missing.
    for (const auto& suite : suites())
        if (chosen(settings.steps, suite.step) && chosen(settings.suites, suite.name) &&
            !std::filesystem::exists(settings.bin + "/" + suite.program))
            return std::nullopt;
    const auto cases = known_cases(settings);
    for (const auto& filter : settings.filters)
        if (!(rows && may_name_a_row(filter)) && std::none_of(cases.begin(), cases.end(), [&](const KnownCase& c) {
                return filter_matches(filter, c.id, c.function);
            }))
            return filter;
    return std::nullopt;
}

}  // namespace simple::gate
