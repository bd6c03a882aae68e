#include "golden/suite/samples.h"

#include <cmath>
#include <limits>
#include <string>

#include "golden/suite/compare.h"
#include "golden/suite/elements.h"

namespace simple::golden {
namespace {

std::vector<double> numbers(const Json& list) {
    std::vector<double> out;
    for (const Json& number : list) out.push_back(to_double(number));
    return out;
}

// Which element of the row is recorded: every column has its rows.
size_t sampled_column(size_t row, size_t width) {
    return static_cast<size_t>(slot(static_cast<int64_t>(row)) * static_cast<int64_t>(width) / kSlots);
}

double weight(size_t column) { return static_cast<double>(slot(static_cast<int64_t>(column)) + 1) / 65536; }

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
    const size_t width = expected.at("shape").back();
    if (got.size() != sums.size() * width)
        return std::to_string(got.size()) + " elements, expected " + std::to_string(sums.size() * width);
    std::vector<double> seen;
    for (size_t row = 0; row < sums.size(); ++row) seen.push_back(got[row * width + sampled_column(row, width)]);
    if (std::string text = difference(seen, samples, tolerance, float32); !text.empty())
        return "of one element a row " + text;
    size_t wrong = 0;
    std::string first;
    for (size_t row = 0; row < sums.size(); ++row) {
        double sum = 0, limit = 0, magnitude = 0;
        for (size_t column = 0; column < width; ++column) {
            const double value = got[row * width + column];
            sum += weight(column) * value;
            magnitude += weight(column) * std::fabs(value);
            limit += weight(column) * allowed(value, tolerance, float32);
        }
        limit += magnitude * static_cast<double>(width) * std::numeric_limits<double>::epsilon();
        const bool fits = std::isfinite(sum) && std::fabs(sum - sums[row]) <= limit;
        if (!fits && ++wrong == 1)
            first = "row " + std::to_string(row) + ": got " + Json(sum).dump() + ", expected " +
                    Json(sums[row]).dump() + ", limit " + Json(limit).dump();
    }
    if (wrong == 0) return "";
    return "the weighted sums of " + std::to_string(wrong) + " of " + std::to_string(sums.size()) +
           " rows differ, first that of " + first;
}

}  // namespace simple::golden
