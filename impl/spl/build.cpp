#include "impl/spl/build.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace simple::spl {

SplArray* make_array(int64_t count) {
    const int64_t capacity = std::max<int64_t>(count, 1);
    auto* array = static_cast<SplArray*>(std::malloc(sizeof(SplArray)));
    if (!array) throw std::bad_alloc();
    size_t bytes = 0;  // not calloc: every item is written once, by the caller
    const bool countable = !__builtin_mul_overflow(static_cast<size_t>(capacity), sizeof(SplValue), &bytes);
    array->items = countable ? static_cast<SplValue*>(std::malloc(bytes)) : nullptr;
    if (!array->items) {
        std::free(array);
        throw std::bad_alloc();
    }
    array->len = count;
    array->cap = capacity;
    return array;
}

void free_array(SplArray* array) noexcept {
    if (!array) return;
    std::free(array->items);
    std::free(array);
}

SplValue int_value(int64_t value) noexcept {
    SplValue item{};
    item.tag = SPL_INT;
    item.as_int = value;
    return item;
}

SplValue float_value(double value) noexcept {
    SplValue item{};
    item.tag = SPL_FLOAT;
    item.as_float = value;
    return item;
}

template <typename T>
SplArray* float_array(const T* values, int64_t count) {
    SplArray* array = make_array(count);
    SplValue* __restrict items = array->items;
    for (int64_t i = 0; i < count; ++i) items[i] = float_value(static_cast<double>(values[i]));
    return array;
}
template SplArray* float_array(const float*, int64_t);
template SplArray* float_array(const double*, int64_t);
template SplArray* float_array(const int64_t*, int64_t);

char* make_text(std::string_view text) {
    auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
    if (!copy) throw std::bad_alloc();
    std::memcpy(copy, text.data(), text.size());
    copy[text.size()] = '\0';
    return copy;
}

}  // namespace simple::spl
