#include "impl/spl/read.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "impl/errors/error.h"

namespace simple::spl {
namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;

// What follows is compiled into the functions behind it: an exception leaves that many frames fewer.
[[noreturn, gnu::always_inline]] inline void refuse_tag(const char* parameter, int64_t index, uint32_t tag) {
    fail(Code::argument, "{} holds a value of tag {} at {}", parameter, tag, index);
}

// What an item holds, which stands at index of the parameter's array: a handle, a whole number, a number.
[[gnu::always_inline]] inline int64_t handle(const SplValue& item, const char* parameter, int64_t index) {
    if (__builtin_expect(item.tag != SPL_INT, 0)) refuse_tag(parameter, index, item.tag);
    return item.as_int;
}

[[gnu::always_inline]] inline int64_t whole(const SplValue& item, const char* parameter, int64_t index) {
    if (__builtin_expect(item.tag == SPL_INT, 1)) return item.as_int;
    if (item.tag != SPL_FLOAT) refuse_tag(parameter, index, item.tag);
    const double value = item.as_float;
    if (!(value >= -kTwoTo63 && value < kTwoTo63) || std::trunc(value) != value)
        fail(Code::argument, "{} holds {} at {}, which is no whole number within int64", parameter, value, index);
    return static_cast<int64_t>(value);
}

[[gnu::always_inline]] inline double real(const SplValue& item, const char* parameter, int64_t index) {
    if (__builtin_expect(item.tag == SPL_FLOAT, 1)) return item.as_float;
    return static_cast<double>(handle(item, parameter, index));
}

constexpr int64_t kBlock = 2048;  // items between two looks at their tags

// An item is two of these: the tag in the lower half of the first, which the compiler loads together with the second.
using Word [[gnu::may_alias]] = uint64_t;
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);

// Blocks of numbers that are all of the usual tag without a branch, so that the compiler can take several at a time.
template <auto read, typename Number>
[[gnu::always_inline]] inline void copy(const SplArray* array, const char* parameter, Number* to) {
    constexpr uint64_t kUsual = std::is_same_v<Number, double> ? SPL_FLOAT : SPL_INT;
    const int64_t length = array ? array->len : 0;
    const SplValue* items = length > 0 ? array->items : nullptr;
    const Word* __restrict from = reinterpret_cast<const Word*>(items);
    Word* __restrict bits = reinterpret_cast<Word*>(to);
    for (int64_t begin = 0; begin < length; begin += kBlock) {
        const int64_t end = std::min(length, begin + kBlock);
        uint64_t other = 0;
        for (int64_t i = begin; i < end; ++i) {
            other |= from[2 * i] ^ kUsual;
            bits[i] = from[2 * i + 1];
        }
        if (__builtin_expect(static_cast<uint32_t>(other) != 0, 0))
            for (int64_t i = begin; i < end; ++i) to[i] = read(items[i], parameter, i);
    }
}

template <auto read>
auto read_all(const SplArray* array, const char* parameter) {
    std::vector<decltype(read(SplValue{}, "", 0))> numbers(static_cast<size_t>(length_of(array, parameter)));
    copy<read>(array, parameter, numbers.data());
    return numbers;
}

}  // namespace

int64_t length_of(const SplArray* array, const char* parameter) {
    if (!array) return 0;
    if (array->len < 0) fail(Code::argument, "{} has the length {}", parameter, array->len);
    if (array->len > 0 && !array->items)
        fail(Code::argument, "{} has {} elements but items is NULL", parameter, array->len);
    return array->len;
}

void copy_i64s(const SplArray* array, const char* parameter, int64_t* to) { copy<whole>(array, parameter, to); }
void copy_f64s(const SplArray* array, const char* parameter, double* to) { copy<real>(array, parameter, to); }

std::vector<int64_t> read_i64s(const SplArray* array, const char* parameter) {
    return read_all<whole>(array, parameter);
}
std::vector<double> read_f64s(const SplArray* array, const char* parameter) { return read_all<real>(array, parameter); }
std::vector<int64_t> read_handles(const SplArray* array, const char* parameter) {
    return read_all<handle>(array, parameter);
}
void copy_handles(const SplArray* array, const char* parameter, int64_t* to) { copy<handle>(array, parameter, to); }

}  // namespace simple::spl
