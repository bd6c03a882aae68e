#include "golden/suite/elements.h"

#include <cmath>
#include <stdexcept>
#include <string>

namespace simple::golden {
namespace {

constexpr int64_t kStep = 40503, kStart = 9, kMiddle = kSlots / 2;

size_t count_of(const Json& tensor) {
    size_t count = 1;
    for (const Json& size : tensor.at("shape")) count *= size.get<size_t>();
    return count;
}

template <typename T>
void read(const Json& number, T& to) {
    if constexpr (std::is_same_v<T, double>)
        to = to_double(number);
    else
        to = number.get<T>();
}

template <typename T>
std::vector<T> all(const Json& numbers) {
    std::vector<T> out(numbers.size());
    for (size_t i = 0; i < out.size(); ++i) read(numbers[i], out[i]);
    return out;
}

template <typename T>
std::vector<T> scattered(const Json& tensor) {
    const std::vector<T> rows = all<T>(tensor["scattered"]);
    const size_t width = tensor.at("width"), places = count_of(tensor) / width;
    const auto count = static_cast<int64_t>(rows.size() / width);
    std::vector<T> out;
    out.reserve(places * width);
    for (size_t place = 0; place < places; ++place) {
        const auto row =
            rows.begin() + slot(static_cast<int64_t>(place)) * count / kSlots * static_cast<int64_t>(width);
        out.insert(out.end(), row, row + static_cast<int64_t>(width));
    }
    return out;
}

template <typename T>
std::vector<T> distinct(const Json& tensor) {
    const Json& rule = tensor["distinct"];
    const auto strides = rule.at("strides").get<std::vector<int64_t>>();
    const auto shape = tensor.at("shape").get<std::vector<int64_t>>();
    const auto scale = rule.at("scale").get<T>();
    const int64_t middle = rule.value("middle", kMiddle);
    int64_t position = rule.at("offset");
    std::vector<int64_t> at(shape.size(), 0);
    std::vector<T> out(count_of(tensor));
    for (T& element : out) {
        element = static_cast<T>(slot(position) - middle) / scale;
        for (size_t d = at.size(); d-- > 0;) {
            position += strides[d];
            if (++at[d] < shape[d]) break;
            position -= strides[d] * shape[d];
            at[d] = 0;
        }
    }
    return out;
}

template <typename T>
std::vector<T> unrolled(const Json& tensor) {
    if (tensor.contains("scattered")) return scattered<T>(tensor);
    if (tensor.contains("distinct")) return distinct<T>(tensor);
    if (tensor.contains("diagonal")) {
        std::vector<T> out(count_of(tensor));
        size_t place = tensor.at("from");
        for (const T& element : all<T>(tensor["diagonal"])) {
            out.at(place) = element;
            place += tensor.at("step").get<size_t>();
        }
        return out;
    }
    const std::vector<T> once = all<T>(tensor.at("data"));
    const size_t each = tensor.value("each", size_t{1});
    if (each == 1) return once;
    std::vector<T> out;
    for (const T& element : once) out.insert(out.end(), each, element);
    return out;
}

}  // namespace

int64_t slot(int64_t position) { return (position % kSlots * kStep + kStart) % kSlots; }

bool has_elements(const Json& tensor) {
    for (const char* field : {"data", "scattered", "distinct", "diagonal"})
        if (tensor.contains(field)) return true;
    return false;
}

double to_double(const Json& number) {
    if (!number.is_string()) return number.get<double>();
    const std::string text = number;
    if (text == "nan") return NAN;
    if (text == "inf") return HUGE_VAL;
    if (text == "-inf") return -HUGE_VAL;
    throw std::runtime_error("no number: " + text);
}

std::vector<double> numbers(const Json& list) { return all<double>(list); }
std::vector<double> doubles(const Json& tensor) { return unrolled<double>(tensor); }
std::vector<int64_t> integers(const Json& tensor) { return unrolled<int64_t>(tensor); }

}  // namespace simple::golden
