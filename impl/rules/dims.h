// Sizes or strides of a tensor: a vector of int64 that needs no memory of its own up to 6 dims.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <vector>

namespace simple::rules {

class Dims {
  public:
    Dims() = default;
    Dims(std::initializer_list<int64_t> values) : Dims(values.begin(), values.end()) {}
    template <typename Iterator>
    Dims(Iterator first, Iterator last) {
        resize(static_cast<size_t>(last - first));
        std::copy(first, last, begin());
    }
    Dims(const std::vector<int64_t>& values) : Dims(values.begin(), values.end()) {}  // NOLINT: a Dims by value
    Dims(const Dims& other) : size_(other.size_) {
        if (other.heap_)
            copy_heap(other);
        else
            std::copy_n(other.local_, kLocal, local_);  // all of them: their number is a constant
    }
    Dims(Dims&&) noexcept = default;
    Dims& operator=(const Dims& other) {
        if (this != &other) *this = Dims(other);
        return *this;
    }
    Dims& operator=(Dims&&) noexcept = default;

    size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    int64_t* begin() { return heap_ ? heap_.get() : local_; }
    int64_t* end() { return begin() + size_; }
    const int64_t* begin() const { return heap_ ? heap_.get() : local_; }
    const int64_t* end() const { return begin() + size_; }
    int64_t& operator[](size_t i) { return begin()[i]; }
    int64_t operator[](size_t i) const { return begin()[i]; }
    int64_t back() const { return begin()[size_ - 1]; }

    // New elements are 0.
    void resize(size_t size) {
        if (size > kLocal || heap_) return resize_heap(size);
        for (size_t i = 0; i < kLocal; ++i) local_[i] = i < size ? local_[i] : 0;
        size_ = size;
    }
    void push_back(int64_t value) {
        resize(size_ + 1);
        begin()[size_ - 1] = value;
    }
    void erase(size_t at) {
        std::copy(begin() + at + 1, end(), begin() + at);
        resize(size_ - 1);
    }
    void insert(size_t at, int64_t value) {
        push_back(value);
        std::rotate(begin() + at, end() - 1, end());
    }

    std::vector<int64_t> vector() const { return {begin(), end()}; }

  private:
    static constexpr size_t kLocal = 6;

    void copy_heap(const Dims& other);
    void resize_heap(size_t size);

    size_t size_ = 0;
    int64_t local_[kLocal] = {};  // 0 from size_ on
    std::unique_ptr<int64_t[]> heap_;
};

inline bool operator==(const Dims& a, const Dims& b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }
inline bool operator!=(const Dims& a, const Dims& b) { return !(a == b); }

}  // namespace simple::rules

// "[2, 3]"
template <>
struct fmt::formatter<simple::rules::Dims> : fmt::formatter<fmt::string_view> {
    auto format(const simple::rules::Dims& dims, fmt::format_context& context) const {
        return fmt::format_to(context.out(), "[{}]", fmt::join(dims.begin(), dims.end(), ", "));
    }
};
