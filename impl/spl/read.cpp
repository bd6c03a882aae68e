#include "impl/spl/read.h"

#include <cmath>

#include "impl/errors/error.h"

namespace simple::spl {
namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;

[[noreturn]] void refuse_tag(const char* parameter, int64_t index, uint32_t tag) {
    fail(Code::argument, "{} holds a value of tag {} at {}", parameter, tag, index);
}

}  // namespace

int64_t length_of(const SplArray* array, const char* parameter) {
    if (!array) return 0;
    if (array->len < 0) fail(Code::argument, "{} has the length {}", parameter, array->len);
    if (array->len > 0 && !array->items)
        fail(Code::argument, "{} has {} elements but items is NULL", parameter, array->len);
    return array->len;
}

void copy_i64s(const SplArray* array, const char* parameter, int64_t* to) {
    const int64_t length = array ? array->len : 0;
    for (int64_t i = 0; i < length; ++i) {
        const SplValue& item = array->items[i];
        if (__builtin_expect(item.tag == SPL_INT, 1)) {
            to[i] = item.as_int;
        } else if (item.tag == SPL_FLOAT) {
            const double value = item.as_float;
            if (!(value >= -kTwoTo63 && value < kTwoTo63) || std::trunc(value) != value)
                fail(Code::argument, "{} holds {} at {}, which is no whole number within int64", parameter, value, i);
            to[i] = static_cast<int64_t>(value);
        } else {
            refuse_tag(parameter, i, item.tag);
        }
    }
}

void copy_f64s(const SplArray* array, const char* parameter, double* to) {
    const int64_t length = array ? array->len : 0;
    for (int64_t i = 0; i < length; ++i) {
        const SplValue& item = array->items[i];
        if (__builtin_expect(item.tag == SPL_FLOAT, 1))
            to[i] = item.as_float;
        else if (item.tag == SPL_INT)
            to[i] = static_cast<double>(item.as_int);
        else
            refuse_tag(parameter, i, item.tag);
    }
}

std::vector<int64_t> read_i64s(const SplArray* array, const char* parameter) {
    std::vector<int64_t> numbers(static_cast<size_t>(length_of(array, parameter)));
    copy_i64s(array, parameter, numbers.data());
    return numbers;
}

std::vector<double> read_f64s(const SplArray* array, const char* parameter) {
    std::vector<double> numbers(static_cast<size_t>(length_of(array, parameter)));
    copy_f64s(array, parameter, numbers.data());
    return numbers;
}

std::vector<int64_t> read_handles(const SplArray* array, const char* parameter) {
    const int64_t length = length_of(array, parameter);
    std::vector<int64_t> handles;
    handles.reserve(static_cast<size_t>(length));
    for (int64_t i = 0; i < length; ++i) {
        if (array->items[i].tag != SPL_INT) refuse_tag(parameter, i, array->items[i].tag);
        handles.push_back(array->items[i].as_int);
    }
    return handles;
}

}  // namespace simple::spl
