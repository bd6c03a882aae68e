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
    double slower, faster;
    double p_value() const { return std::min(slower, faster); }
    bool is_slower() const { return slower <= faster; }
};
Tested test_of(const std::vector<double>& ratios) {
    return {sign_test(beyond(ratios, 1 + kMargin, true), ratios.size()),
            sign_test(beyond(ratios, 1 - kMargin, false), ratios.size())};
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
    const bool slower = test_of(row.judging().ratio).is_slower();
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

NullsOff decide(std::vector<Row>& rows) {
    std::vector<Row*> judged;
    std::vector<double> changes, copies, relinks;
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
        row.p_value = test_of(row.confirmed.ratio).p_value();
        judged.push_back(&row);
        changes.push_back(row.p_value);
        copies.push_back(test_of(row.confirmed.null).p_value());
        relinks.push_back(test_of(row.confirmed.relink).p_value());
    }
    const std::vector<bool> falls = rejected(changes), copy_off = rejected(copies), relink_off = rejected(relinks);
    NullsOff off;
    std::string why;
    for (size_t i = 0; i < judged.size(); ++i) {
        Row& row = *judged[i];
        judge(row, falls[i]);
        if (copy_off[i]) off.copies.push_back(row.name);
        if (relink_off[i]) off.relinks.push_back(row.name);
        if (why.empty() && (copy_off[i] || relink_off[i]))
            why = fmt::format("{} in {}, by {:.3f} times",
                              copy_off[i] ? "the baseline's copy differs from the baseline"
                                          : "layouts of the baseline differ from each other one way",
                              row.name, statistics::median(copy_off[i] ? row.confirmed.null : row.confirmed.relink));
    }
    for (size_t i = 0; i < judged.size() && off.any(); ++i) {
        judged[i]->decision = Decision::invalid;
        judged[i]->message = fmt::format("{}; {}", why, described(*judged[i]));
    }
    return off;
}

}  // namespace simple::compare
