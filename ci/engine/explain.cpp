#include "ci/engine/explain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "ci/engine/gate.h"
#include "ci/engine/known_cases.h"
#include "impl/abi/function_table.h"
#include "reports/promises.h"

namespace simple::gate {
namespace {

const char* meaning(int code) {
    switch (static_cast<Code>(code)) {
        case Code::ok: return "success";
        case Code::handle: return "invalid handle";
        case Code::argument: return "invalid argument";
        case Code::shape: return "shape";
        case Code::dtype: return "dtype";
        case Code::range: return "dim, index or device id out of range";
        case Code::numerical: return "numerical: singular, not finite, no convergence";
        case Code::memory: return "out of memory";
        case Code::unsupported: return "not supported here";
        case Code::no_grad: return "unbalanced no_grad_end";
        case Code::other: return "any other failure beneath";
    }
    return "";
}

std::string_view prototype_of(std::string_view name) {
#define RT_FUNCTION(name_, symbol, set, category, result, c_result, c_params, ...) \
    if (name == #name_) return #c_result " " #symbol #c_params;
#include "impl/abi/functions.def"
#undef RT_FUNCTION
    return "";
}

// Calls use(suite, case) for every case of the suites that are built; returns the exit code.
template <typename Use>
int for_each_case(const Settings& settings, const Use& use) {
    int code = 0;
    for (const auto& suite : suites()) {
        if (!Gate::is_built(suite, settings)) continue;
        const Plan plan = plan_of(Gate::program_of(suite, settings), Gate::limits_of(suite, settings));
        if (!plan.problem.empty()) {
            fmt::print(stderr, "ci/gate: {}: {}\n", suite.name, plan.problem);
            code = 2;
        }
        for (const auto& c : plan.cases) use(suite, c);
    }
    return code;
}

}  // namespace

int list_cases(const Settings& settings) {
    std::vector<KnownCase> cases = known_cases(settings);
    cases.erase(
        std::remove_if(cases.begin(), cases.end(),
                       [&](const KnownCase& c) { return !selects(settings, c.suite, c.id, c.function, c.quick); }),
        cases.end());
    if (settings.list == "json") {
        nlohmann::ordered_json json{{"steps", nlohmann::json::array()},
                                    {"suites", nlohmann::json::array()},
                                    {"cases", nlohmann::json::array()}};
        for (const auto& step : steps()) json["steps"].push_back({{"name", step.name}, {"title", step.title}});
        for (const auto& suite : suites())
            json["suites"].push_back(
                {{"name", suite.name}, {"step", suite.step}, {"built", Gate::is_built(suite, settings)}});
        for (const auto& c : cases)
            json["cases"].push_back({{"suite", c.suite},
                                     {"id", c.id},
                                     {"step", c.step},
                                     {"function", c.function},
                                     {"promises", c.promises},
                                     {"quick", c.quick},
                                     {"needs", c.needs}});
        fmt::print("{}\n", json.dump(1));
        return 0;
    }
    fmt::print("steps:\n");
    for (const auto& step : steps()) fmt::print("  {:<12} {}\n", step.name, step.title);
    fmt::print("suites:\n");
    for (const auto& suite : suites())
        fmt::print("  {:<12} step {}{}\n", suite.name, suite.step,
                   Gate::is_built(suite, settings) ? "" : ", not built");
    fmt::print("cases (suite, id, function, promises):\n");
    for (const auto& c : cases)
        fmt::print("  {} {} {} {}\n", c.suite, c.id, c.function.empty() ? "-" : c.function, fmt::join(c.promises, ","));
    fmt::print("{} cases\n", cases.size());
    return 0;
}

int explain_function(const Settings& settings) {
    const Function& row = *find_function(*settings.explain);
    fmt::print("{}\n\n  {}\n  {}\n\n", row.name, prototype_of(row.name), row.doc);
    fmt::print("  set {}, category {}", row.set == Set::core ? "core" : "control", row.category);
    if (!row.pytorch.empty()) fmt::print(", follows {}", row.pytorch);
    fmt::print("\n\n  error codes:{}\n", row.code_count == 0 ? " none, the call cannot fail" : "");
    for (size_t i = 0; i < row.code_count; ++i) fmt::print("    {:<4}{}\n", row.codes[i], meaning(row.codes[i]));
    fmt::print("\n  cases:\n");
    size_t count = 0;
    std::set<std::string> promised;
    const int code = for_each_case(settings, [&](const Suite& suite, const PlannedCase& c) {
        if (c.function != row.name) return;
        ++count;
        promised.insert(c.promises.begin(), c.promises.end());
        fmt::print("    {}/{}  {}\n", suite.name, c.id, fmt::join(c.promises, " "));
    });
    fmt::print("    {} in all\n\n  promises that these check:\n", count);
    for (const auto& id : promised) fmt::print("    {:<4}{}\n", id, promise_text(id));
    return code;
}

}  // namespace simple::gate
