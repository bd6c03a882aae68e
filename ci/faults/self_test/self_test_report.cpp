// What the self-test tells people and machines when it is through.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "ci/faults/self_test/self_test.h"
#include "impl/abi/function_table.h"
#include "reports/promises.h"

namespace simple::gate {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr size_t kShown = 20;

std::string shortened(const std::vector<std::string>& names) {
    if (names.empty()) return "none";
    const size_t shown = std::min(kShown, names.size());
    std::string text =
        fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
    if (names.size() > shown) text += fmt::format(" and {} more", names.size() - shown);
    return text;
}

}  // namespace

std::string_view to_string(Catch outcome) {
    switch (outcome) {
        case Catch::caught: return "caught";
        case Catch::elsewhere: return "ELSEWHERE";
        case Catch::missed: return "MISSED";
        case Catch::green: return "green";
        case Catch::red: return "RED";
        case Catch::skipped: return "skipped";
        case Catch::error: return "ERROR";
    }
    return "ERROR";
}

std::string self_test_summary(const std::vector<Planted>& faults, const std::vector<CatchResult>& results,
                              const SelfTestRun& run) {
    std::map<std::string, const CatchResult*> by_fault;
    for (const auto& result : results) by_fault[result.fault] = &result;
    std::map<Catch, std::vector<std::string>> outcomes;
    std::map<std::string, size_t> catches;                   // by suite
    std::map<std::string, std::pair<size_t, size_t>> kinds;  // caught, of all
    std::set<std::string> functions_covered, promises_covered, defects_covered, catching;
    for (const auto& planted : faults) {
        const auto found = by_fault.find(planted.id);
        if (found == by_fault.end()) continue;
        const CatchResult& result = *found->second;
        outcomes[result.outcome].push_back(planted.id);
        if (planted.correct) continue;
        catching.insert(result.by.begin(), result.by.end());
        auto& [caught, all] = kinds[planted.kind];
        ++all;
        if (result.outcome != Catch::caught) continue;
        ++caught;
        if (!result.by.empty()) ++catches[result.by.front().substr(0, result.by.front().find('/'))];
        functions_covered.insert(planted.function);
        promises_covered.insert(planted.promise);
        defects_covered.insert(planted.defect);
    }
    std::vector<std::string> functions_left, promises_left, defects_left, idle;
    for (size_t i = 0; i < kFunctionCount; ++i)
        if (functions()[i].set == Set::core && functions_covered.count(std::string(functions()[i].name)) == 0)
            functions_left.emplace_back(functions()[i].name);
    for (const auto& promise : promises())
        if (promises_covered.count(std::string(promise.id)) == 0) promises_left.emplace_back(promise.id);
    for (const auto& defect : known_defects())
        if (defects_covered.count(std::string(defect.id)) == 0) defects_left.emplace_back(defect.id);
    for (const auto& name : run.met)
        if (catching.count(name) == 0) idle.push_back(name);

    std::string text;
    for (const Catch outcome :
         {Catch::caught, Catch::elsewhere, Catch::missed, Catch::green, Catch::red, Catch::skipped, Catch::error})
        if (!outcomes[outcome].empty())
            text += fmt::format("{:<10} {:4}\n", to_string(outcome), outcomes[outcome].size());
    for (const auto& [suite, n] : catches) text += fmt::format("  by {:<12} {:4}\n", suite, n);
    const bool pairs = run.mode == "pairs";
    if (!pairs) {
        for (const auto& [kind, n] : kinds) text += fmt::format("  {:<15} {:4} of {}\n", kind, n.first, n.second);
        text += fmt::format("known defects, each by a case of its number: {} of {}\n",
                            known_defects().size() - defects_left.size(), known_defects().size());
    }
    text += fmt::format("caught by no case of their function: {}\n", shortened(outcomes[Catch::elsewhere]));
    text += fmt::format("caught by nothing: {}\n", shortened(outcomes[Catch::missed]));
    if (pairs) return text;
    text += fmt::format("correct, and not passed: {}\n", shortened(outcomes[Catch::red]));
    text += fmt::format("need what is not here (CUDA): {}\n", shortened(outcomes[Catch::skipped]));
    if (!run.sample.empty())
        text += fmt::format("{} faults also met cases that by the record of calls cannot notice them, {} a fault: {}\n",
                            run.sample.size(), run.sample_cases / run.sample.size(),
                            run.problems.empty() ? "all pass" : "not all pass");
    for (const auto& problem : run.problems) text += problem.substr(0, problem.find('\n')) + "\n";
    if (run.shard) return text + "what no fault covers is said when all shards are merged\n";
    text += fmt::format("core functions without a caught fault: {}\n", shortened(functions_left));
    text += fmt::format("promises without a caught fault: {}\n", shortened(promises_left));
    text += fmt::format("known defects without a caught fault: {}\n", shortened(defects_left));
    text += fmt::format("cases that caught nothing: {} of the {} that met a fault{}\n", idle.size(), run.met.size(),
                        run.full() ? "" : fmt::format(" ({} cases exist; --self-test=full tries all)", run.cases));
    if (run.full()) text += fmt::format("  {}\n", shortened(idle));
    return text;
}

void write_self_test(const std::vector<Planted>& faults, const std::vector<CatchResult>& results,
                     const SelfTestRun& run, const std::string& summary, const std::string& folder) {
    std::map<std::string, const CatchResult*> by_fault;
    std::set<std::string> idle = run.met;
    for (const auto& result : results) by_fault[result.fault] = &result;
    for (const auto& result : results)
        for (const auto& name : result.by) idle.erase(name);
    OrderedJson rows = OrderedJson::array();
    std::string markdown =
        "# Self-test\n\n```\n" + summary + "```\n\n| fault | outcome | by | seconds |\n| --- | --- | --- | ---: |\n";
    for (const auto& planted : faults) {
        const auto found = by_fault.find(planted.id);
        if (found == by_fault.end()) continue;
        const CatchResult& result = *found->second;
        rows.push_back({{"fault", planted.id},
                        {"function", planted.function},
                        {"what", planted.what},
                        {"kind", planted.kind},
                        {"promise", planted.promise},
                        {"defect", planted.defect},
                        {"correct", planted.correct},
                        {"outcome", to_string(result.outcome)},
                        {"by", result.by},
                        {"ran", result.ran.size()},
                        {"message", result.message},
                        {"tried", result.tried},
                        {"seconds", result.seconds}});
        markdown +=
            fmt::format("| `{}`: {} | {} | {} | {:.1f} |\n", planted.id, planted.what, to_string(result.outcome),
                        result.by.empty() ? "" : "`" + result.by.front() + "`", result.seconds);
    }
    OrderedJson shard;
    if (run.shard) shard = {{"index", run.shard->index}, {"of", run.shard->of}};
    const OrderedJson report{{"format", "self-test 1.2"},
                             {"shard", shard},
                             {"full", run.full()},
                             {"mode", run.mode},
                             {"seed", run.seed},
                             {"candidate_sha256", run.candidate_sha256},
                             {"harness_sha256", run.harness_sha256},
                             {"faults_sha256", run.faults_sha256},
                             {"all_faults", run.faults},
                             {"faults", rows},
                             {"cases", run.cases},
                             {"cases_that_met_a_fault", run.met},
                             {"cases_that_caught_nothing", idle},
                             {"sample", run.sample},
                             {"sample_cases", run.sample_cases},
                             {"problems", run.problems}};
    std::ofstream(folder + "/self-test.json")
        << report.dump(1, ' ', false, OrderedJson::error_handler_t::replace) << "\n";
    std::ofstream(folder + "/self-test.md") << markdown;
}

int judge_self_test(size_t faults, const std::vector<CatchResult>& results, const SelfTestRun& run,
                    const std::string& seconds_and_reports) {
    const auto count = [&](auto which) {
        return static_cast<size_t>(std::count_if(results.begin(), results.end(), which));
    };
    const bool broken = results.size() < faults || !run.problems.empty() ||
                        count([](const auto& r) { return r.outcome == Catch::error; }) > 0;
    const size_t good = count([](const auto& r) {
        return r.outcome == Catch::caught || r.outcome == Catch::green || r.outcome == Catch::skipped;
    });
    const bool bad = good < results.size();
    fmt::print("{}: {}{}; {} of {} as they should be\n",
               run.shard ? fmt::format("self-test, shard {}/{}", run.shard->index, run.shard->of) : "self-test",
               broken ? "error"
               : bad  ? "fail"
                      : "pass",
               seconds_and_reports, good, faults);
    return broken ? 2 : bad ? 1 : 0;
}

}  // namespace simple::gate
