#include "ci/steps/ratio.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "reports/statistics.h"

namespace simple::gate {
namespace {

constexpr double kMostBias = 1.25;

std::vector<double> all_of(const std::vector<RatioSample>& samples, double RatioSample::*member) {
    std::vector<double> values;
    for (const auto& sample : samples) values.push_back(sample.*member);
    return values;
}

}  // namespace

RatioFigure figure_of(const std::vector<double>& samples, double confidence) {
    if (samples.empty()) return {0, 0, std::numeric_limits<double>::infinity()};
    const double median = statistics::median(samples);
    try {
        const statistics::Interval interval = statistics::median_interval(samples, confidence);
        return {median, interval.low, interval.high};
    } catch (const std::invalid_argument&) {
        return {median, 0, std::numeric_limits<double>::infinity()};
    }
}

Judged judge_ratio(const std::vector<RatioSample>& samples, const RatioLimit& limit, bool last) {
    const Judged unclear = last ? Judged::inconclusive : Judged::more;
    if (samples.empty()) return unclear;
    const double null = statistics::median(all_of(samples, &RatioSample::null));
    const double bias = std::max(null, 1 / null);
    if (!(bias <= kMostBias)) return unclear;
    const RatioFigure ratio = figure_of(all_of(samples, &RatioSample::ratio), limit.confidence);
    if (ratio.high * bias <= limit.limit) return Judged::pass;
    return ratio.low / bias > limit.limit ? Judged::fail : unclear;
}

std::string described(const std::vector<RatioSample>& samples, const RatioLimit& limit) {
    const RatioFigure figure = figure_of(all_of(samples, &RatioSample::ratio), limit.confidence);
    const std::string interval = figure.low > 0 ? fmt::format("{:g} % interval {:.3g} to {:.3g}",
                                                              limit.confidence * 100, figure.low, figure.high)
                                                : "too few for an interval";
    std::string text = fmt::format("{:.3g} (limit {:g}; {}, {} process{}", figure.median, limit.limit, interval,
                                   samples.size(), samples.size() == 1 ? "" : "es");
    const double null = samples.empty() ? 1 : statistics::median(all_of(samples, &RatioSample::null));
    if (null != 1) text += fmt::format("; null {:.3f}", null);
    return text + ")";
}

}  // namespace simple::gate
