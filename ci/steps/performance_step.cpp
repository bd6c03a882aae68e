#include "ci/steps/performance_step.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "ci/steps/baseline_step.h"
#include "ci/steps/measuring_program.h"
#include "impl/abi/function_table.h"
#include "reports/statistics.h"

namespace simple::gate {
namespace {

using Json = nlohmann::json;

constexpr double kBenchmarkSeconds = 1200;
constexpr const char* kPrefix = "latency/";

double number(const Json& row, const char* key) {
    const double value = row.at(key).get<double>();
    if (!std::isfinite(value)) throw std::runtime_error(fmt::format("{} is not finite", key));
    return value;
}

Status status_of(const Json& row) {
    const Status status = status_from(row.at("status").get<std::string>());
    if (status == Status::waived || status == Status::unexpected_pass) throw std::runtime_error("no status of a row");
    return status;
}

void demand_order(const Json& row, Status status) {
    const double value = number(row, "value"), low = number(row, "low"), high = number(row, "high"),
                 limit = number(row, "limit");
    if (low > value || value > high || limit <= 0)
        throw std::runtime_error("low, value and high are not in order, or the limit is not positive");
    // A null, the same call on both sides, passes unless it is off 1: a wide interval says only that the run is noisy.
    const bool null = row.at("null").get<bool>();
    if ((status == Status::pass && high > limit && !null) || (status == Status::fail && (low <= limit || null)))
        throw std::runtime_error("the status is not what the interval says");
}

CaseResult case_of(const Json& row) {
    CaseResult result;
    result.suite = "performance";
    result.id = kPrefix + row.at("name").get<std::string>();
    result.function = row.at("function").get<std::string>();
    result.status = status_of(row);
    result.message = row.at("message").get<std::string>();
    if (result.status == Status::skipped) std::swap(result.capability, result.message);
    return result;
}

void add_measurements(const Json& row, std::vector<Measurement>& measurements) {
    for (const auto& [side, samples] : row.at("samples").items()) {
        Measurement m;
        m.name = row.at("name").get<std::string>();
        m.function = row.at("function").get<std::string>();
        m.size = row.at("size").get<std::string>();
        m.threads = row.at("threads").get<int>();
        m.side = side;
        m.unit = side == "cost" ? "times" : "ns";
        m.samples = samples.get<std::vector<double>>();
        if (side == "cost") m.limit = number(row, "limit");
        demand_samples(m);
        measurements.push_back(std::move(m));
    }
}

// "1.036 (8 processes)" and the like, of the functions at their smallest size.
std::vector<std::string> notes_of(const std::vector<Measurement>& measurements) {
    std::vector<std::pair<double, std::string>> costs;
    size_t processes = 0;
    std::vector<std::string> nulls;
    for (const Measurement& m : measurements) {
        if (m.side != "cost") continue;
        const double cost = statistics::median(m.samples);
        if (m.name.rfind("null/", 0) == 0)
            nulls.push_back(fmt::format("{} {:.3f}", m.name.substr(5), cost));
        else if (m.size == "smallest" && m.threads == 1)
            costs.emplace_back(cost, m.function);
        processes = std::max(processes, m.samples.size());
    }
    std::vector<std::string> notes;
    if (costs.empty()) return notes;
    std::sort(costs.rbegin(), costs.rend());
    std::vector<double> values;
    for (const auto& [cost, name] : costs) values.push_back(cost);
    notes.push_back(
        fmt::format("{} functions at their smallest size: median {:.3f} times the direct call, in {} processes "
                    "and more where that left a doubt",
                    costs.size(), statistics::median(values), processes));
    std::vector<std::string> dearest;
    for (size_t i = 0; i < std::min<size_t>(5, costs.size()); ++i)
        dearest.push_back(fmt::format("{} {:.2f}", costs[i].second, costs[i].first));
    notes.push_back(fmt::format("dearest: {}", fmt::join(dearest, ", ")));
    notes.push_back(fmt::format("the same call on both sides: {}", fmt::join(nulls, ", ")));
    return notes;
}

// The gate's filters as the program takes them: globs over the names of its rows.
std::vector<std::string> row_filters(const std::vector<std::string>& filters) {
    std::vector<std::string> rows;
    for (const std::string& filter : filters) {
        if (find_function(filter)) rows.push_back(filter + "/*");
        rows.push_back(filter.rfind(kPrefix, 0) == 0 ? filter.substr(std::string(kPrefix).size()) : filter);
    }
    return rows;
}

}  // namespace

std::string benchmark_program(const Settings& settings) {
    return settings.bin + (settings.program ? "/bench_direct.agent.so" : "/bench_direct");
}

Performance read_benchmark(const std::string& json, const Settings& settings) {
    Performance performance;
    try {
        const Json report = Json::parse(json);
        performance.not_comparable = report.at("not_comparable").get<std::string>();
        if (!performance.not_comparable.empty()) return performance;
        std::set<std::string> ids, timed;
        for (const Json& row : report.at("rows")) {
            CaseResult result = case_of(row);
            if (!ids.insert(result.id).second) throw std::runtime_error(fmt::format("two rows are {}", result.id));
            if (row.at("size").get<std::string>() == "smallest" && !row.at("null").get<bool>())
                timed.insert(result.function);
            if (row.contains("samples")) {
                demand_order(row, result.status);
                add_measurements(row, performance.measurements);
            } else if (result.status == Status::pass || result.status == Status::inconclusive) {
                throw std::runtime_error(fmt::format("{} has no samples", result.id));
            }
            if (selects(settings, result.suite, result.id, result.function, true))
                performance.cases.push_back(std::move(result));
        }
        if (settings.filters.empty()) demand_core_functions(timed, "timed");
    } catch (const std::exception& e) {
        throw std::runtime_error(fmt::format("the report of bench_direct is not readable: {}", e.what()));
    }
    performance.notes = notes_of(performance.measurements);
    if (!compares_times(settings))
        performance.notes.emplace_back(
            "against a baseline: not measured; --baseline names one (ci/perf baseline save)");
    return performance;
}

std::vector<CaseResult> check_performance(const Settings& settings, StepResult& step, Verdict& verdict) {
    std::vector<std::string> argv{settings.bin + "/bench_direct", settings.program ? "--inside" : "--backend",
                                  settings.candidate};
    if (!settings.filters.empty())
        argv.insert(argv.end(), {"--filter", fmt::format("{}", fmt::join(row_filters(settings.filters), ","))});
    const MeasuringRun run = run_measuring(std::move(argv), "performance", kBenchmarkSeconds, settings);
    if (interrupted()) return {};
    // A filter of other cases takes none of its rows.
    if (run.ran.ending.exit_code == 64 && !settings.filters.empty()) return {};
    try {
        demand_measured(run, "bench_direct");
        Performance performance = read_benchmark(run.report, settings);
        step.notes.insert(step.notes.end(), performance.notes.begin(), performance.notes.end());
        if (!performance.not_comparable.empty()) {
            step.notes.push_back("nothing to compare: " + performance.not_comparable);
            step.status = StepStatus::not_applicable;
        }
        verdict.measurements = std::move(performance.measurements);
        return std::move(performance.cases);
    } catch (const std::exception& e) {
        step.problems.emplace_back(e.what());
        return {};
    }
}

}  // namespace simple::gate
