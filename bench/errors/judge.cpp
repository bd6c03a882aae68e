#include "bench/errors/judge.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/glob.h"
#include "reports/statistics.h"

namespace simple::bench {
namespace {

// Errors that are found by doing what the call is for: the work is what they cost.
struct Work {
    const char* paths;
    const char* why;
};
constexpr Work kWorks[] = {
    {"cat/over 2^46 bytes/*", "65,537 handles are looked up"},
    {"stack/over 2^46 bytes/*", "65,537 handles are looked up"},
    {"inverse/singular/*", "the matrix is decomposed"},
    {"backward/a used graph/*", "LibTorch runs the graph, and throws where it finds out"},
    {"backward/complex eigenvectors/*", "LibTorch runs the graph, and throws where it finds out"},
};
// Of these the exception itself is LibTorch's.
constexpr const char* kThrownByLibTorch = "backward/*";

std::string reason_of(const MeasuredPath& path) {
    if (path.throws == 0) return "throws nothing";
    for (const Work& work : kWorks)
        if (glob_matches(work.paths, path.name.c_str())) return work.why;
    return "";
}

std::string fault_of_throws(const MeasuredPath& path) {
    if (!path.reason.empty() && glob_matches(kThrownByLibTorch, path.name.c_str())) return "";
    if (path.others > 0) return "throws an exception that is not the library's own";
    return path.throws > 1 ? fmt::format("throws {} times", path.throws) : "";
}

}  // namespace

double value_of(const MeasuredPath& path) { return statistics::median(path.ratio); }

void judge(Errors& errors, double factor) {
    std::vector<MeasuredPath*> compared;
    for (MeasuredPath& path : errors.paths) {
        if (path.ratio.empty() || !path.problem.empty()) continue;  // not carried out
        path.reason = reason_of(path);
        path.problem = fault_of_throws(path);
        if (path.reason.empty()) compared.push_back(&path);
    }
    if (compared.empty()) return;
    const auto cheaper = [](const MeasuredPath* a, const MeasuredPath* b) { return value_of(*a) < value_of(*b); };
    const auto [cheapest, dearest] = std::minmax_element(compared.begin(), compared.end(), cheaper);
    errors.cheapest = value_of(**cheapest);
    errors.dearest = value_of(**dearest);
    std::vector<double> values;
    for (const MeasuredPath* path : compared) values.push_back(value_of(*path));
    errors.middle = statistics::median(values);
    for (MeasuredPath* path : compared)
        if (value_of(*path) > factor * errors.middle && path->problem.empty())
            path->problem = fmt::format("costs {:.1f} times what paths do at the median, over {}",
                                        value_of(*path) / errors.middle, factor);
}

nlohmann::ordered_json to_json(const Errors& errors) {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const MeasuredPath& path : errors.paths)
        rows.push_back({{"name", path.name},
                        {"function", path.function},
                        {"code", path.code},
                        {"throws", path.throws},
                        {"others", path.others},
                        {"ratio", path.ratio},
                        {"ns", path.ns},
                        {"skipped", path.skipped},
                        {"problem", path.problem},
                        {"reason", path.reason}});
    return {{"version", errors.version},
            {"date", errors.date},
            {"not_comparable", errors.not_comparable},
            {"cheapest", errors.cheapest},
            {"middle", errors.middle},
            {"dearest", errors.dearest},
            {"rows", rows}};
}

}  // namespace simple::bench
