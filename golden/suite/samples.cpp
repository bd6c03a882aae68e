#include "golden/suite/samples.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "golden/suite/compare.h"
#include "golden/suite/elements.h"

namespace simple::golden {
namespace {

// Which element of the row is recorded: every column has its rows.
size_t sampled_column(size_t row, size_t width) {
    return static_cast<size_t>(slot(static_cast<int64_t>(row)) * static_cast<int64_t>(width) / kSlots);
}

constexpr size_t kSummed = 16;  // elements of a row

double weight(size_t column) { return 1 + static_cast<double>(slot(static_cast<int64_t>(column))) / 65536; }

// How far an element of this value may be from the right one.
double allowed(double value, const Tolerance& t, bool float32) {
    if (t.ulp < 0) return t.atol + t.rtol * std::fabs(value);
    const double size = std::fabs(value);
    const double unit = float32 ? std::nextafter(static_cast<float>(size), HUGE_VALF) - static_cast<float>(size)
                                : std::nextafter(size, HUGE_VAL) - size;
    return t.ulp * unit;
}

}  // namespace

bool is_sampled(const Json& tensor) { return tensor.contains("samples"); }

std::string misfit(const std::vector<double>& got, const Json& expected, const Tolerance& tolerance, bool float32) {
    const std::vector<double> samples = numbers(expected.at("samples")), sums = numbers(expected.at("sums"));
    const size_t width = expected.at("shape").back(), rows = samples.size();
    if (got.size() != rows * width)
        return std::to_string(got.size()) + " elements, expected " + std::to_string(rows * width);
    std::vector<double> seen;
    for (size_t row = 0; row < rows; ++row) seen.push_back(got[row * width + sampled_column(row, width)]);
    if (std::string text = difference(seen, samples, tolerance, float32); !text.empty())
        return "of one element a row " + text;
    note_distance(largest_share(seen, samples, tolerance, float32));
    size_t wrong = 0, at = 0;
    double largest = 0;
    std::string first;
    for (size_t row = 0; row < rows; ++row)
        for (size_t begin = 0; begin < width; begin += kSummed) {
            double sum = 0, limit = 0, magnitude = 0;
            for (size_t column = begin; column < std::min(begin + kSummed, width); ++column) {
                const double value = got[row * width + column];
                sum += weight(column) * value;
                magnitude += weight(column) * std::fabs(value);
                limit += weight(column) * allowed(value, tolerance, float32);
            }
            limit += magnitude * kSummed * std::numeric_limits<double>::epsilon();
            const double want = sums.at(at++);
            const double off = std::fabs(sum - want);
            const bool fits = std::isfinite(sum) && off <= limit;
            if (fits && off > 0) largest = std::max(largest, off / limit);
            if (!fits && ++wrong == 1)
                first = "row " + std::to_string(row) + " from column " + std::to_string(begin) + " on: got " +
                        Json(sum).dump() + ", expected " + Json(want).dump() + ", limit " + Json(limit).dump();
        }
    if (wrong == 0) {
        note_distance(largest);
        return "";
    }
    return std::to_string(wrong) + " of " + std::to_string(sums.size()) +
           " weighted sums of elements differ, first that of " + first;
}

}  // namespace simple::golden
