#include "ci/testkit/client.h"

#include <cmath>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <utility>

#include "ci/testkit/call.h"
#include "ci/testkit/device.h"

namespace simple {
namespace {

// Index tensors without from_i64_data: argmax of 0, 1, ..., v is v.
Tensor int_by_argmax(const Backend& backend, int64_t value) {
    constexpr int64_t kLongest = 1 << 20;
    const int64_t size = std::llabs(value);
    if (size > kLongest) throw MissingFunction("an int64 tensor of such a value needs from_i64_data");
    const Tensor ramp(backend, backend.arange(0, static_cast<double>(size) + 1, 1));
    Tensor one(backend, backend.argmax(ramp.get(), 0, true));
    return value < 0 ? Tensor(backend, backend.neg(one.get())) : std::move(one);
}

// In one dim; a handle may stand in several places.
Tensor ints_joined(const Backend& backend, const std::vector<int64_t>& values) {
    std::map<int64_t, Tensor> made;
    std::vector<int64_t> handles;
    for (const int64_t value : values) {
        const auto [place, is_new] = made.try_emplace(value);
        if (is_new) place->second = int_by_argmax(backend, value);
        handles.push_back(place->second.get());
    }
    return Tensor(backend, call(backend, Fn::cat, {Array::ints(handles), int64_t{0}}).integer);
}

// Of many numbers, each of which would take as many elements as it is large, two digits each, of which there are few.
Tensor ints_by_digits(const Backend& backend, const std::vector<int64_t>& values) {
    constexpr int64_t kBase = 256;
    std::vector<int64_t> high, low;
    for (const int64_t value : values) {
        low.push_back((value % kBase + kBase) % kBase);
        high.push_back((value - low.back()) / kBase);
    }
    const Tensor base = int_by_argmax(backend, kBase), highs = ints_joined(backend, high),
                 lows = ints_joined(backend, low);
    const Tensor scaled(backend, backend.mul(highs.get(), base.get()));
    return Tensor(backend, backend.add(scaled.get(), lows.get()));
}

int64_t reshaped_cat(const Backend& backend, const std::vector<Tensor>& parts, const std::vector<int64_t>& dims) {
    std::vector<int64_t> handles;
    for (const auto& part : parts) handles.push_back(part.get());
    const Tensor flat(backend, call(backend, Fn::cat, {Array::ints(handles), int64_t{0}}).integer);
    return call(backend, Fn::reshape, {flat.get(), Array::ints(dims)}).integer;
}

Tensor checked(const Backend& backend, int64_t handle, const char* what) {
    if (handle > 0) return Tensor(backend, handle);
    throw std::runtime_error(std::string(what) + ": " + error_message(backend));
}

}  // namespace

Tensor::Tensor(Tensor&& other) noexcept : backend_(other.backend_), handle_(std::exchange(other.handle_, 0)) {}

Tensor& Tensor::operator=(Tensor&& other) noexcept {
    if (this != &other) {
        reset();
        backend_ = other.backend_;
        handle_ = std::exchange(other.handle_, 0);
    }
    return *this;
}

Tensor::~Tensor() { reset(); }

int64_t Tensor::release() { return std::exchange(handle_, 0); }

void Tensor::reset() {
    if (handle_ > 0) backend_->free(handle_);
    handle_ = 0;
}

Tensor make(const Backend& backend, DType dtype, const std::vector<double>& values, const std::vector<int64_t>& dims) {
    if (dtype == DType::i64) {
        std::vector<int64_t> ints;
        for (const double value : values) ints.push_back(static_cast<int64_t>(value));
        return from_ints(backend, ints, dims);
    }
    Tensor doubles =
        checked(backend, call(backend, Fn::from_data, {Array::floats(values), Array::ints(dims)}).integer, "from_data");
    if (dtype == DType::f64) return doubles;
    if (dtype != DType::f32) throw std::logic_error("make gives float32, float64 or int64");
    if (backend.to_float32) return checked(backend, backend.to_float32(doubles.get()), "to_float32");
    if (values.empty()) return checked(backend, call(backend, Fn::zeros, {Array::ints(dims)}).integer, "zeros");
    std::vector<Tensor> parts;
    for (const double value : values) {
        // full refuses what float32 cannot hold; the cast rounds it.
        const double rounded = static_cast<float>(value);
        parts.emplace_back(backend, call(backend, Fn::full, {Array::ints({1}), rounded}).integer);
    }
    return checked(backend, reshaped_cat(backend, parts, dims), "full and cat");
}

Tensor from_ints(const Backend& backend, const std::vector<int64_t>& values, const std::vector<int64_t>& dims) {
    if (backend.from_i64_data) {
        return checked(backend, call(backend, Fn::from_i64_data, {Array::ints(values), Array::ints(dims)}).integer,
                       "from_i64_data");
    }
    if (values.empty()) throw MissingFunction("an empty int64 tensor needs from_i64_data");
    constexpr size_t kMany = 1000;
    const Tensor flat = values.size() < kMany ? ints_joined(backend, values) : ints_by_digits(backend, values);
    return checked(backend, call(backend, Fn::reshape, {flat.get(), Array::ints(dims)}).integer, "argmax and cat");
}

std::vector<double> values(const Backend& backend, int64_t handle) {
    std::vector<double> result;
    if (backend.to_data) {
        const Outcome outcome = call(backend, Fn::to_data, {handle});
        if (!outcome.ok() || outcome.null) throw std::runtime_error("to_data: " + outcome.message);
        for (const auto& item : outcome.items) result.push_back(item.as_float);
        return result;
    }
    const Tensor flat = checked(backend, backend.flatten(handle), "flatten");
    const int64_t count = backend.numel(handle);
    for (int64_t i = 0; i < count; ++i) {
        const Tensor one = checked(backend, backend.slice(flat.get(), 0, i, i + 1, 1), "slice");
        result.push_back(backend.sum(one.get()));
    }
    return result;
}

std::vector<int64_t> int_values(const Backend& backend, int64_t handle) {
    // A double is within 512 of an int64 that it rounds; what is missing is subtracted in int64 and read again.
    const std::vector<double> rounded = values(backend, handle);
    std::vector<int64_t> result;
    for (const double value : rounded) {
        result.push_back(value >= 0x1p63 ? INT64_MAX : static_cast<int64_t>(value));
    }
    bool exact = true;
    for (const double value : rounded) exact = exact && std::fabs(value) < 0x1p53;
    if (exact) return result;
    Tensor near = from_ints(backend, result, shape(backend, handle));
    // With --device, new tensors are there; the one to be read may not be.
    if (suite_device() >= 0 && backend.device(handle) < 0) near = Tensor(backend, backend.cpu(near.get()));
    const Tensor rest = checked(backend, backend.sub(handle, near.get()), "sub");
    const std::vector<double> rests = values(backend, rest.get());
    for (size_t i = 0; i < result.size(); ++i) result[i] += static_cast<int64_t>(rests[i]);
    return result;
}

std::string text_of(const std::vector<int64_t>& dims) {
    std::string text = "[";
    for (size_t i = 0; i < dims.size(); ++i) text += (i ? ", " : "") + std::to_string(dims[i]);
    return text + "]";
}

std::vector<int64_t> shape(const Backend& backend, int64_t handle) {
    const Outcome outcome = call(backend, Fn::shape, {handle});
    if (!outcome.ok() || outcome.null) throw std::runtime_error("shape: " + outcome.message);
    std::vector<int64_t> dims;
    for (const auto& item : outcome.items) dims.push_back(item.as_int);
    return dims;
}

DType dtype(const Backend& backend, int64_t handle) {
    return backend.dtype ? static_cast<DType>(backend.dtype(handle)) : DType::other;
}

int32_t error_code(const Backend& backend) { return backend.last_error_code ? backend.last_error_code() : 0; }

std::string error_message(const Backend& backend) {
    if (!backend.last_error_message) return "";
    char* text = backend.last_error_message();
    std::string message = text ? text : "";
    std::free(text);
    return message;
}

}  // namespace simple
