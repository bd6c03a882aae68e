#include "reports/measurements.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/statistics.h"

namespace simple::reports {
namespace {

using Json = nlohmann::ordered_json;
using gate::Measurement;

constexpr double kConfidence = 0.99;

std::string dumped(const Json& json) { return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n"; }

// The median with its bounds; of too few samples for an interval their extremes.
Json metric(const std::vector<double>& samples) {
    statistics::Interval interval{*std::min_element(samples.begin(), samples.end()),
                                  *std::max_element(samples.begin(), samples.end())};
    try {
        interval = statistics::median_interval(samples, kConfidence);
    } catch (const std::invalid_argument&) {
    }
    return {{"value", statistics::median(samples)}, {"lower_value", interval.low}, {"upper_value", interval.high}};
}

}  // namespace

std::string to_google_benchmark(const gate::Verdict& verdict) {
    Json benchmarks = Json::array();
    size_t family = 0;
    for (const Measurement& m : verdict.measurements) {
        if (m.side != "abi" && m.side != "direct") continue;
        const std::string name = m.side == "abi" ? m.name : m.name + "/direct";
        for (size_t i = 0; i < m.samples.size(); ++i)
            benchmarks.push_back({{"name", name},
                                  {"family_index", family},
                                  {"per_family_instance_index", 0},
                                  {"run_name", name},
                                  {"run_type", "iteration"},
                                  {"repetitions", m.samples.size()},
                                  {"repetition_index", i},
                                  {"threads", m.threads},
                                  {"iterations", 1},
                                  {"real_time", m.samples[i]},
                                  {"cpu_time", m.samples[i]},
                                  {"time_unit", "ns"}});
        ++family;
    }
    const Json context{{"date", verdict.run.started},
                       {"host_name", verdict.run.machine},
                       {"executable", verdict.run.candidate},
                       {"num_cpus", verdict.run.cores},
                       {"mhz_per_cpu", 0},
                       {"cpu_scaling_enabled", false},
                       {"caches", Json::array()},
                       {"load_avg", Json::array()},
                       {"library_build_type", "release"}};
    return dumped({{"context", context}, {"benchmarks", benchmarks}});
}

std::string to_bencher(const gate::Verdict& verdict) {
    Json benchmarks = Json::object();
    for (const Measurement& m : verdict.measurements) {
        if (m.side == "abi") benchmarks[m.name]["latency"] = metric(m.samples);
        if (m.side == "cost") benchmarks[m.name]["cost"] = metric(m.samples);
    }
    return dumped(benchmarks);
}

std::string to_github_action_benchmark(const gate::Verdict& verdict) {
    Json benchmarks = Json::array();
    for (const Measurement& m : verdict.measurements) {
        if (m.side != "abi") continue;
        const Json bounds = metric(m.samples);
        const double value = bounds["value"], low = bounds["lower_value"], high = bounds["upper_value"];
        benchmarks.push_back({{"name", m.name},
                              {"unit", "ns"},
                              {"value", value},
                              {"range", fmt::format("± {:.1f}", std::max(high - value, value - low))},
                              {"extra", fmt::format("{} processes, median, 99 % interval {:.1f} to {:.1f}",
                                                    m.samples.size(), low, high)}});
    }
    return dumped(benchmarks);
}

std::string to_csv(const gate::Verdict& verdict) {
    std::string text = "name,function,size,threads,side,unit,process,value\n";
    for (const Measurement& m : verdict.measurements)
        for (size_t i = 0; i < m.samples.size(); ++i)
            text += fmt::format("{},{},{},{},{},{},{},{}\n", m.name, m.function, m.size, m.threads, m.side, m.unit,
                                i + 1, m.samples[i]);
    return text;
}

}  // namespace simple::reports
