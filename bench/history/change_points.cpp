#include "bench/history/change_points.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "bench/history/rank_sum.h"
#include "reports/statistics.h"

namespace simple::history {
namespace {

constexpr size_t kFewest = 4;              // values on either side of a split
constexpr size_t kShortest = 2 * kFewest;  // interval

struct Split {
    size_t begin, at, end;
    double p_value;
};

// Ranks of values[begin, end), equal values sharing their mean rank, and what ties take from the variance.
struct Ranked {
    std::vector<double> rank;
    double tie_factor = 1;
};

Ranked ranked(const std::vector<double>& values, size_t begin, size_t end) {
    const size_t n = end - begin;
    std::vector<std::pair<double, size_t>> order(n);  // and where it stands in the interval
    for (size_t i = 0; i < n; ++i) order[i] = {values[begin + i], i};
    std::sort(order.begin(), order.end());
    Ranked ranked{std::vector<double>(n), 1};
    double ties = 0;
    for (size_t i = 0; i < n;) {
        size_t j = i;
        while (j < n && order[j].first == order[i].first) ++j;
        const double equal = static_cast<double>(j - i);
        for (size_t k = i; k < j; ++k) ranked.rank[order[k].second] = static_cast<double>(i) + (equal + 1) / 2;
        ties += equal * equal * equal - equal;
        i = j;
    }
    const double count = static_cast<double>(n);
    ranked.tie_factor = 1 - ties / (count * count * count - count);
    return ranked;
}

std::optional<Split> best_split(const std::vector<double>& values, size_t begin, size_t end) {
    const size_t n = end - begin;
    if (n < kShortest) return std::nullopt;
    const Ranked ranks = ranked(values, begin, end);
    if (ranks.tie_factor <= 0) return std::nullopt;  // all values are equal
    const double count = static_cast<double>(n);
    size_t best = 0;
    double sum = 0, best_z = -1, best_u = 0;
    for (size_t first = 1; first + kFewest <= n; ++first) {
        sum += ranks.rank[first - 1];
        if (first < kFewest) continue;
        const double part = static_cast<double>(first), pairs = part * (count - part);
        const double u = sum - part * (part + 1) / 2;
        const double z = std::abs(u - pairs / 2) / std::sqrt(pairs);  // but for what is the same for all splits
        if (z <= best_z) continue;
        best_z = z;
        best_u = u;
        best = first;
    }
    return Split{begin, begin + best, end, rank_sum_p_value(best, n - best, best_u, ranks.tie_factor)};
}

std::vector<Split> seeded_splits(const std::vector<double>& values, double& looked_at) {
    std::vector<Split> splits;
    looked_at = 0;
    for (size_t length = values.size(); length >= kShortest; length = (length + 1) / 2) {
        const size_t step = std::max<size_t>(1, length / 4);
        for (size_t begin = 0;; begin += step) {
            const size_t end = std::min(values.size(), begin + length);
            if (const auto split = best_split(values, begin, end)) {
                splits.push_back(*split);
                looked_at += static_cast<double>(end - begin - kShortest + 1);
            }
            if (end == values.size()) break;
        }
        if (length == kShortest) break;
    }
    return splits;
}

double median_of(const std::vector<double>& values, size_t begin, size_t end) {
    using Offset = std::vector<double>::difference_type;
    return statistics::median({values.begin() + static_cast<Offset>(begin), values.begin() + static_cast<Offset>(end)});
}

class Segmentation {
  public:
    explicit Segmentation(const std::vector<double>& values) : values_(values) {
        splits_ = seeded_splits(values, looked_at_);
        std::stable_sort(splits_.begin(), splits_.end(),
                         [](const Split& a, const Split& b) { return a.p_value < b.p_value; });
    }

    std::vector<Split> found() {
        divide(0, values_.size());
        std::sort(found_.begin(), found_.end(), [](const Split& a, const Split& b) { return a.at < b.at; });
        return found_;
    }

    double corrected(const Split& split) const { return std::min(1.0, split.p_value * std::max(1.0, looked_at_)); }

  private:
    bool is_change(const Split& split) const {
        if (corrected(split) > kSeriesError) return false;
        const double change = median_of(values_, split.at, split.end) - median_of(values_, split.begin, split.at);
        return std::abs(change) >= kSmallestChange;
    }

    void divide(size_t begin, size_t end) {
        std::optional<Split> best = best_split(values_, begin, end);
        if (best && !is_change(*best)) best.reset();
        for (const Split& split : splits_) {
            if ((best && split.p_value >= best->p_value) || corrected(split) > kSeriesError) break;
            if (split.begin >= begin && split.end <= end && is_change(split)) best = split;
        }
        if (!best) return;
        found_.push_back(*best);
        divide(begin, best->at);
        divide(best->at, end);
    }

    const std::vector<double>& values_;
    std::vector<Split> splits_;
    std::vector<Split> found_;
    double looked_at_ = 0;
};

}  // namespace

std::vector<ChangePoint> change_points(const std::vector<double>& values) {
    Segmentation segmentation(values);
    std::vector<Split> splits = segmentation.found();
    while (true) {
        std::vector<ChangePoint> points;
        for (size_t i = 0; i < splits.size(); ++i) {
            const size_t begin = i ? splits[i - 1].at : 0,
                         end = i + 1 < splits.size() ? splits[i + 1].at : values.size();
            points.push_back({splits[i].at, median_of(values, begin, splits[i].at),
                              median_of(values, splits[i].at, end), segmentation.corrected(splits[i])});
        }
        // What split an interval may come to lie between segments of one level, as these become smaller.
        const auto step = [](const ChangePoint& point) { return std::abs(point.after - point.before); };
        const auto least =
            std::min_element(points.begin(), points.end(),
                             [&](const ChangePoint& a, const ChangePoint& b) { return step(a) < step(b); });
        if (least == points.end() || step(*least) >= kSmallestChange) return points;
        splits.erase(splits.begin() + (least - points.begin()));
    }
}

}  // namespace simple::history
