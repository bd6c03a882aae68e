#include "impl/rules/meta.h"

#include <algorithm>
#include <utility>

#include "impl/errors/error.h"

namespace simple::rules {
namespace {

constexpr int64_t kMostBytes = int64_t{1} << 46;

}  // namespace

void Dims::copy_heap(const Dims& other) {
    heap_ = std::make_unique<int64_t[]>(size_);
    std::copy_n(other.heap_.get(), size_, heap_.get());
}

void Dims::resize_heap(size_t size) {
    if (size > kLocal) {
        auto more = std::make_unique<int64_t[]>(size);
        std::copy_n(begin(), std::min(size, size_), more.get());
        heap_ = std::move(more);
    } else {
        std::fill(std::copy_n(heap_.get(), size, local_), local_ + kLocal, 0);
        heap_.reset();
    }
    size_ = size;
}

const char* name(DType dtype) {
    switch (dtype) {
        case DType::f32: return "float32";
        case DType::f64: return "float64";
        case DType::i64: return "int64";
        case DType::boolean: return "bool";
        case DType::other: break;
    }
    return "another dtype";
}

int64_t bytes(DType dtype) { return dtype == DType::f32 ? 4 : dtype == DType::boolean ? 1 : 8; }

int64_t numel(const Dims& sizes) {
    int64_t count = 1;
    for (int64_t size : sizes) count *= size;
    return count;
}

int64_t Meta::numel() const { return rules::numel(sizes); }

bool Meta::contiguous() const {
    if (numel() == 0) return true;
    int64_t expected = 1;
    for (size_t i = sizes.size(); i-- > 0;) {
        if (sizes[i] == 1) continue;
        if (strides[i] != expected) return false;
        expected *= sizes[i];
    }
    return true;
}

Dims row_major(const Dims& sizes) {
    Dims strides;
    strides.resize(sizes.size());
    int64_t stride = 1;
    for (size_t i = sizes.size(); i-- > 0;) {
        strides[i] = stride;
        stride *= std::max<int64_t>(sizes[i], 1);
    }
    return strides;
}

Meta fresh(const Dims& sizes, DType dtype) {
    int64_t total = bytes(dtype);
    bool over = false, zero = false;
    for (int64_t size : sizes) {
        zero |= size == 0;
        over |= __builtin_mul_overflow(total, size == 0 ? 1 : size, &total);
    }
    if (!zero && (over || total > kMostBytes))
        fail(Code::memory, "a {} result of shape {} exceeds 2^46 bytes", name(dtype), sizes);
    return Meta{sizes, over ? Dims(sizes) : row_major(sizes), 0, dtype};
}

void check_sizes(const Dims& sizes, DType dtype, const char* parameter, int64_t open) {
    if (sizes.size() > static_cast<size_t>(kMostDims))
        fail(Code::argument, "{} has {} dims, more than {}", parameter, sizes.size(), kMostDims);
    int64_t total = bytes(dtype);
    bool over = false;
    for (size_t i = 0; i < sizes.size(); ++i) {
        if (static_cast<int64_t>(i) == open) continue;
        const int64_t size = sizes[i];
        if (size < 0) fail(Code::argument, "{} {} holds a negative size", parameter, sizes);
        over |= __builtin_mul_overflow(total, size == 0 ? 1 : size, &total);
    }
    if (over) fail(Code::argument, "{} {} has more bytes than int64 can count", parameter, sizes);
}

Dims broadcast(const Dims& a, const Dims& b, const char* name_a, const char* name_b) {
    const Dims& longer = a.size() >= b.size() ? a : b;
    const Dims& shorter = a.size() >= b.size() ? b : a;
    const size_t lead = longer.size() - shorter.size();
    for (size_t i = 0; i < shorter.size(); ++i)
        if (longer[lead + i] != 1 && shorter[i] != 1 && shorter[i] != longer[lead + i])
            fail(Code::shape, "{} has shape {} and {} {}, which do not broadcast", name_a, a, name_b, b);
    Dims out = longer;
    for (size_t i = 0; i < shorter.size(); ++i)
        if (out[lead + i] == 1) out[lead + i] = shorter[i];
    return out;
}

}  // namespace simple::rules
