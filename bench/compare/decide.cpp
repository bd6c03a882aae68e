#include "bench/compare/decide.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <numeric>

namespace simple::compare {
namespace {

size_t beyond(const std::vector<double>& samples, double limit, bool above) {
    return static_cast<size_t>(
        std::count_if(samples.begin(), samples.end(), [&](double x) { return above ? x > limit : x < limit; }));
}

// The p-value of "the median is over 1 + margin" or of "under 1 - margin", whichever way the samples lean.
struct Tested {
    double p_value;
    bool slower;
};
Tested test_of(const std::vector<double>& ratios, double margin) {
    const double slower = sign_test(beyond(ratios, 1 + margin, true), ratios.size());
    const double faster = sign_test(beyond(ratios, 1 - margin, false), ratios.size());
    return {std::min(slower, faster), slower <= faster};
}

// Holm's step-down: which of the hypotheses fall. Each of a family of calls is tested both ways, hence twice the calls.
std::vector<bool> rejected(const std::vector<double>& p_values) {
    std::vector<size_t> order(p_values.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p_values[a] < p_values[b]; });
    std::vector<bool> falls(p_values.size(), false);
    for (size_t rank = 0; rank < order.size(); ++rank) {
        if (p_values[order[rank]] > kFamilyError / static_cast<double>(2 * p_values.size() - rank)) break;
        falls[order[rank]] = true;
    }
    return falls;
}

// Screening has too few samples for an interval of this confidence: its extremes, then.
statistics::Interval interval_of(const std::vector<double>& ratios) {
    constexpr size_t kFewest = 8;
    if (ratios.size() >= kFewest) return statistics::median_interval(ratios, kConfidence);
    const auto [low, high] = std::minmax_element(ratios.begin(), ratios.end());
    return {*low, *high};
}

std::string described(const Row& row) {
    return fmt::format("{:.3f} times the baseline, {:.3f} to {:.3f} ({} processes)", row.ratio, row.interval.low,
                       row.interval.high, row.judging().ratio.size());
}

void judge(Row& row, bool falls) {
    const bool slower = test_of(row.judging().ratio, kMargin).slower;
    if (falls) {
        row.decision = slower ? Decision::regressed : Decision::improved;
        row.message =
            described(row) + fmt::format("; {} of {} processes are beyond {} 1 %, p {:.2g}",
                                         beyond(row.judging().ratio, slower ? 1 + kMargin : 1 - kMargin, slower),
                                         row.judging().ratio.size(), slower ? "+" : "-", row.p_value);
    } else if (row.interval.high <= 1 + kResolution) {
        row.decision = Decision::pass;
    } else {
        row.decision = Decision::inconclusive;
        row.message = described(row) + "; a slowdown of 3 % cannot be ruled out";
    }
}

}  // namespace

const char* name_of(Decision decision) {
    switch (decision) {
        case Decision::pass: return "pass";
        case Decision::regressed: return "regressed";
        case Decision::improved: return "improved";
        case Decision::inconclusive: return "inconclusive";
        case Decision::invalid: return "invalid";
        case Decision::not_measured: return "not measured";
        case Decision::crash: return "crash";
    }
    return "";
}

double sign_test(size_t k, size_t n) {
    if (k == 0 || n == 0) return 1;
    const boost::math::binomial distribution(static_cast<double>(n), 0.5);
    return cdf(complement(distribution, static_cast<double>(k) - 1));
}

bool is_suspect(const Samples& screened) {
    const double median = statistics::median(screened.ratio);
    const auto [low, high] = std::minmax_element(screened.ratio.begin(), screened.ratio.end());
    return median > 1 + kMargin / 2 || median < 1 - kMargin / 2 || *high > 1 + kResolution || *low < 1 - kResolution;
}

bool is_wide(const Samples& samples) {
    const statistics::Interval interval = interval_of(samples.ratio);
    return interval.high - interval.low > kResolution;
}

std::vector<std::string> decide(std::vector<Row>& rows) {
    std::vector<Row*> judged;
    std::vector<double> changes, nulls;
    for (Row& row : rows) {
        if (row.decided() || row.judging().ratio.empty()) continue;
        row.message.clear();
        row.ratio = statistics::median(row.judging().ratio);
        row.interval = interval_of(row.judging().ratio);
        row.p_value = 1;
        if (row.confirmed.ratio.empty()) {
            judge(row, false);
            continue;
        }
        row.p_value = test_of(row.confirmed.ratio, kMargin).p_value;
        judged.push_back(&row);
        changes.push_back(row.p_value);
        nulls.push_back(test_of(row.confirmed.null, kMargin).p_value);
    }
    const std::vector<bool> falls = rejected(changes), off = rejected(nulls);
    std::vector<std::string> names;
    for (size_t i = 0; i < judged.size(); ++i) {
        judge(*judged[i], falls[i]);
        if (off[i]) names.push_back(judged[i]->name);
    }
    for (size_t i = 0; i < judged.size() && !names.empty(); ++i) {
        judged[i]->decision = Decision::invalid;
        judged[i]->message =
            fmt::format("the baseline's copy differs from the baseline in {}, by {:.3f} times; {}", names.front(),
                        statistics::median(judged[i]->confirmed.null), described(*judged[i]));
    }
    return names;
}

}  // namespace simple::compare
