#include "ci/steps/baseline_step.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "ci/steps/measuring_program.h"
#include "impl/abi/function_table.h"
#include "reports/statistics.h"

namespace simple::gate {
namespace {

using Json = nlohmann::json;

constexpr double kComparingSeconds = 1800;

// What a decision of bench/compare/decide.h is in a verdict. An improvement fails nothing; what has no baseline does.
Status status_of(const std::string& decision) {
    static const std::map<std::string, Status> statuses{
        {"pass", Status::pass},           {"improved", Status::pass}, {"regressed", Status::fail},
        {"not measured", Status::fail},   {"crash", Status::crash},   {"inconclusive", Status::inconclusive},
        {"invalid", Status::inconclusive}};
    const auto found = statuses.find(decision);
    if (found == statuses.end()) throw std::runtime_error(fmt::format("{} is no decision", decision));
    return found->second;
}

CaseResult case_of(const Json& row) {
    CaseResult result;
    result.suite = kBaselineSuite;
    result.id = row.at("name").get<std::string>();
    result.function = row.at("function").get<std::string>();
    result.status = status_of(row.at("decision").get<std::string>());
    result.message = row.at("message").get<std::string>();
    return result;
}

// Of the samples that judge: fresh ones where there are some.
void add_measurements(const Json& row, std::vector<Measurement>& measurements) {
    const Json& samples = row.contains("confirmed") ? row["confirmed"] : row.at("screened");
    const std::vector<std::array<const char*, 3>> sides{{"baseline_ns", "baseline", "ns"},
                                                        {"candidate_ns", "candidate", "ns"},
                                                        {"ratio", "ratio", "times"},
                                                        {"null", "null", "times"}};
    for (const auto& [key, side, unit] : sides) {
        Measurement m;
        m.name = row.at("name").get<std::string>();
        m.function = row.at("function").get<std::string>();
        m.size = row.at("size").get<std::string>();
        m.side = side;
        m.unit = unit;
        m.samples = samples.at(key).get<std::vector<double>>();
        demand_samples(m);
        measurements.push_back(std::move(m));
    }
}

std::vector<std::string> notes_of(const Json& report) {
    std::vector<std::string> improved;
    std::vector<double> ratios, nulls;
    for (const Json& row : report.at("rows")) {
        if (row.at("decision") == "improved") improved.push_back(row.at("name"));
        if (!row.contains("ratio")) continue;
        ratios.push_back(row["ratio"]);
        const Json& samples = row.contains("confirmed") ? row["confirmed"] : row.at("screened");
        nulls.push_back(statistics::median(samples.at("null").get<std::vector<double>>()));
    }
    std::vector<std::string> notes;
    if (!ratios.empty())
        notes.push_back(
            fmt::format("against the baseline: median of {} calls {:.3f}, of the baseline against its copy {:.3f} "
                        "({:.3f} to {:.3f})",
                        ratios.size(), statistics::median(ratios), statistics::median(nulls),
                        *std::min_element(nulls.begin(), nulls.end()), *std::max_element(nulls.begin(), nulls.end())));
    if (report.value("in_turns", false))
        notes.push_back(
            fmt::format("the baseline runs on {}, the candidate on {}: each in processes of its own, in turn",
                        report.at("baseline_version").get<std::string>(), report.at("version").get<std::string>()));
    if (!improved.empty())
        notes.push_back(fmt::format("faster than the baseline: {}; keep it as the next one with ci/perf baseline save",
                                    fmt::join(improved, ", ")));
    return notes;
}

CaseResult not_comparable(const std::string& reason) {
    CaseResult result;
    result.suite = kBaselineSuite;
    result.id = "(comparable)";
    result.status = Status::inconclusive;
    result.message = "not comparable: " + reason;
    return result;
}

}  // namespace

bool compares_times(const Settings& settings) {
    return settings.baseline && std::filesystem::path(*settings.baseline).extension() != ".tsv";
}

BaselineComparison read_comparison(const std::string& json, const Settings& settings) {
    BaselineComparison comparison;
    try {
        const Json report = Json::parse(json);
        if (const std::string reason = report.at("not_comparable"); !reason.empty()) {
            comparison.cases.push_back(not_comparable(reason));
            return comparison;
        }
        if (report.at("interrupted").get<bool>()) throw std::runtime_error("it was interrupted");
        std::set<std::string> ids, timed;
        bool invalid = false;
        for (const Json& row : report.at("rows")) {
            CaseResult result = case_of(row);
            if (!ids.insert(result.id).second) throw std::runtime_error(fmt::format("two rows are {}", result.id));
            timed.insert(result.function);
            invalid = invalid || row.at("decision") == "invalid";
            if (row.contains("screened"))
                add_measurements(row, comparison.measurements);
            else if (result.status == Status::pass || result.status == Status::inconclusive)
                throw std::runtime_error(fmt::format("{} has no samples", result.id));
            if (selects(settings, result.suite, result.id, result.function, true))
                comparison.cases.push_back(std::move(result));
        }
        if (invalid == report.at("nulls_off").empty()) throw std::runtime_error("its nulls are not what its rows say");
        if (settings.filters.empty()) demand_core_functions(timed, "compared");
        comparison.notes = notes_of(report);
    } catch (const std::exception& e) {
        throw std::runtime_error(fmt::format("the report of bench_compare is not readable: {}", e.what()));
    }
    return comparison;
}

std::vector<CaseResult> check_baseline(const Settings& settings, StepResult& step, Verdict& verdict) {
    std::vector<std::string> argv{settings.bin + "/bench_compare", "--baseline", *settings.baseline, "--candidate",
                                  settings.candidate};
    if (!settings.filters.empty()) {
        std::vector<std::string> calls;
        for (const std::string& filter : settings.filters)
            calls.push_back(find_function(filter) ? filter + "/*" : filter);
        argv.insert(argv.end(), {"--filter", fmt::format("{}", fmt::join(calls, ","))});
    }
    const MeasuringRun run = run_measuring(std::move(argv), "baseline", kComparingSeconds, settings);
    if (interrupted()) return {};
    // A filter of other cases takes none of its rows.
    if (run.ran.ending.exit_code == 64 && !settings.filters.empty()) return {};
    try {
        // Ends with 2 where the baseline differs from its own copy, which its report says better.
        if (run.ran.ending.exit_code != 2 || run.report.empty()) demand_measured(run, "bench_compare");
        BaselineComparison comparison = read_comparison(run.report, settings);
        step.status = StepStatus::pass;  // until judged: it applies, whatever LibTorch the candidate is on
        step.notes.insert(step.notes.end(), comparison.notes.begin(), comparison.notes.end());
        verdict.measurements.insert(verdict.measurements.end(), comparison.measurements.begin(),
                                    comparison.measurements.end());
        return std::move(comparison.cases);
    } catch (const std::exception& e) {
        step.problems.emplace_back(e.what());
        return {};
    }
}

}  // namespace simple::gate
