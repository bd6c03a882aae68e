#include "ci/engine/performance_step.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>

#include "ci/engine/process.h"

namespace simple::gate {
namespace {

using Json = nlohmann::json;

constexpr double kBenchmarkSeconds = 1200;

double number(const Json& row, const char* key) {
    const double value = row.at(key).get<double>();
    if (!std::isfinite(value)) throw std::runtime_error(fmt::format("{} is not finite", key));
    return value;
}

// "1.052 times the direct call, 1.049 to 1.061; the limit is 1.1"
std::string described(const Json& row) {
    return fmt::format("{:.4g} {}, {:.4g} to {:.4g}; the limit is {:g}", number(row, "value"),
                       row.at("unit").get<std::string>(), number(row, "low"), number(row, "high"),
                       number(row, "limit"));
}

CaseResult judge_row(const Json& row) {
    const double value = number(row, "value"), low = number(row, "low"), high = number(row, "high"),
                 limit = number(row, "limit");
    if (low > value || value > high || limit <= 0)
        throw std::runtime_error("low, value and high are not in order, or the limit is not positive");
    CaseResult result;
    result.suite = "performance";
    const int threads = row.value("threads", 1);
    result.id = fmt::format("direct/{}{}", row.at("name").get<std::string>(),
                            threads == 1 ? "" : fmt::format("-{}-threads", threads));
    result.function = row.at("function").get<std::string>();
    result.status = high <= limit ? Status::pass : low > limit ? Status::fail : Status::inconclusive;
    if (result.status != Status::pass) result.message = described(row);
    return result;
}

}  // namespace

std::string benchmark_program(const Settings& settings) { return settings.bin + "/bench_direct"; }

std::vector<CaseResult> judge_benchmark(const std::string& json, StepResult& step) {
    std::vector<CaseResult> results;
    std::set<std::string> ids;
    try {
        const Json report = Json::parse(json);
        const Json& rows = report.is_array() ? report : report.at("rows");
        if (rows.empty()) throw std::runtime_error("it has no rows");
        for (const Json& row : rows) {
            results.push_back(judge_row(row));
            if (!ids.insert(results.back().id).second)
                throw std::runtime_error(fmt::format("two rows are {}", results.back().id));
            step.notes.push_back(fmt::format("{}: {}", results.back().id, described(row)));
        }
    } catch (const std::exception& e) {
        throw std::runtime_error(fmt::format("the report of bench_direct is not readable: {}", e.what()));
    }
    step.notes.emplace_back("against a baseline: not measured");
    return results;
}

std::vector<CaseResult> check_performance(const Settings& settings, StepResult& step) {
    const std::string file = settings.out + "/performance.json";
    std::filesystem::remove(file);
    const Ran ran = run_to_end({benchmark_program(settings), "--backend", settings.candidate, "--json", file},
                               kBenchmarkSeconds * settings.timeout_scale);
    if (interrupted()) return {};
    try {
        if (ran.timed_out) throw std::runtime_error("bench_direct does not end");
        // It ends with 1 when a time is over its limit, which its report says better.
        if (!ran.ending.clean() && ran.ending.exit_code != 1)
            throw std::runtime_error(fmt::format("bench_direct {}: {}", ran.ending.describe(), ran.output));
        std::ifstream in(file);
        std::ostringstream text;
        text << in.rdbuf();
        return judge_benchmark(text.str(), step);
    } catch (const std::exception& e) {
        step.problems.emplace_back(e.what());
        return {};
    }
}

}  // namespace simple::gate
