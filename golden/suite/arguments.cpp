#include "golden/suite/arguments.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "golden/suite/elements.h"

namespace simple::golden {
namespace {

template <typename T>
Tensor contiguous_tensor(const Backend& backend, DType dtype, const std::vector<T>& values,
                         const std::vector<int64_t>& shape) {
    if constexpr (std::is_same_v<T, int64_t>) {
        (void)dtype;
        return from_ints(backend, values, shape);
    } else {
        return make(backend, dtype, values, shape);
    }
}

// values, in row-major order of shape, put in the row-major order of the dims taken in the given order.
template <typename T>
std::vector<T> reordered(const std::vector<T>& values, const std::vector<int64_t>& shape,
                         const std::vector<size_t>& order) {
    std::vector<int64_t> strides(shape.size(), 1);
    for (size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
    std::vector<T> out;
    std::vector<int64_t> at(shape.size(), 0);
    for (size_t n = 0; n < values.size(); ++n) {
        int64_t from = 0;
        for (size_t i = 0; i < order.size(); ++i) from += at[i] * strides[order[i]];
        out.push_back(values[static_cast<size_t>(from)]);
        for (size_t i = order.size(); i-- > 0;) {
            if (++at[i] < shape[order[i]]) break;
            at[i] = 0;
        }
    }
    return out;
}

Tensor checked(const Backend& backend, int64_t handle) {
    if (handle <= 0) throw std::runtime_error("cannot build an argument: " + error_message(backend));
    return Tensor(backend, handle);
}

// The base lies row-major with its dims in `order`; permuting it back gives the tensor.
template <typename T>
Tensor permuted_tensor(const Backend& backend, DType dtype, const std::vector<T>& values,
                       const std::vector<int64_t>& shape, const std::vector<size_t>& order) {
    std::vector<int64_t> base_shape, back(order.size());
    for (size_t i = 0; i < order.size(); ++i) {
        base_shape.push_back(shape[order[i]]);
        back[order[i]] = static_cast<int64_t>(i);
    }
    const Tensor base = contiguous_tensor(backend, dtype, reordered(values, shape, order), base_shape);
    return checked(backend, call(backend, Fn::permute, {base.get(), Array::ints(back)}).integer);
}

// Every second element of a base whose last dim is twice as long, from the second on; the others must not be seen.
template <typename T>
Tensor sliced_tensor(const Backend& backend, DType dtype, const std::vector<T>& values,
                     const std::vector<int64_t>& shape) {
    constexpr int kUnseen = 77;
    std::vector<T> base_values;
    for (const T& value : values) {
        base_values.push_back(static_cast<T>(kUnseen));
        base_values.push_back(value);
    }
    std::vector<int64_t> base_shape = shape;
    base_shape.back() *= 2;
    const Tensor base = contiguous_tensor(backend, dtype, base_values, base_shape);
    return checked(backend, backend.slice(base.get(), -1, 1, base_shape.back(), 2));
}

template <typename T>
Tensor laid_out(const Backend& backend, const Json& json, const std::vector<T>& values) {
    const DType dtype = dtype_of(json.at("dtype"));
    const auto shape = json.at("shape").get<std::vector<int64_t>>();
    const std::string layout = json.value("layout", "contiguous");
    if (layout == "contiguous") return contiguous_tensor(backend, dtype, values, shape);
    if (layout == "sliced") return sliced_tensor(backend, dtype, values, shape);
    std::vector<size_t> order(shape.size());
    std::iota(order.begin(), order.end(), 0);
    if (layout == "transposed") {
        std::swap(order[shape.size() - 1], order[shape.size() - 2]);
    } else if (layout == "channels-last") {
        std::rotate(order.begin() + 1, order.begin() + 2, order.end());
    } else if (layout == "permuted") {
        for (size_t i = 0; i < order.size(); ++i) order[i] = order.size() - 1 - i;
    } else {
        throw std::runtime_error("no layout is named " + layout);
    }
    return permuted_tensor(backend, dtype, values, shape, order);
}

int64_t odd_handle(const Backend& backend, const std::string& kind) {
    if (kind == "none" || kind == "zero") return 0;
    if (kind == "negative") return -1;
    if (kind == "forged") return 0x7ead'beef'0000'0123;
    if (kind == "stale") {
        Tensor gone = make(backend, DType::f64, {1}, {1});
        const int64_t handle = gone.get();
        gone.reset();
        return handle;
    }
    throw std::runtime_error("no handle is named " + kind);
}

SplValue element(const Json& json, bool floats) {
    SplValue value{};
    if (json.is_object() && json.contains("tag")) {
        value.tag = json["tag"].get<uint32_t>();
        return value;
    }
    const bool as_float = json.is_object() ? json.contains("f64") : floats;
    const Json& number = json.is_object() ? (as_float ? json["f64"] : json.at("int")) : json;
    value.tag = as_float ? SPL_FLOAT : SPL_INT;
    if (as_float)
        value.as_float = to_double(number);
    else
        value.as_int = number.get<int64_t>();
    return value;
}

Array build_array(const Json& json, bool floats) {
    Array array;
    if (json.contains("elements"))
        return floats ? Array::floats(doubles(json["elements"])) : Array::ints(integers(json["elements"]));
    if (json.is_object()) {
        const std::string kind = json.at("array");
        array.null = kind == "null";
        array.null_items = kind == "null-items";
        if (kind == "null-items") array.len = 2;
        if (kind == "negative-length") array.len = -1;
        return array;
    }
    for (const Json& value : json) array.items.push_back(element(value, floats));
    return array;
}

Arg build_argument(const Backend& backend, const Json& json, Type type, std::vector<Tensor>& held) {
    switch (type) {
        case Type::f64: return to_double(json.is_object() ? json.at("f64") : json);
        case Type::boolean: return json.get<bool>();
        case Type::i64_array: return build_array(json, false);
        case Type::f64_array: return build_array(json, true);
        case Type::tensor_array: {
            Array array;
            if (json.contains("times")) {
                const auto handle = std::get<int64_t>(build_argument(backend, json, Type::tensor, held));
                array.items.assign(json["times"].get<size_t>(), Array::ints({handle}).items[0]);
                return array;
            }
            if (json.is_object()) return build_array(json, false);
            for (const Json& one : json) {
                if (one.is_object() && one.contains("tag")) {
                    array.items.push_back(element(one, false));
                    continue;
                }
                const auto handle = std::get<int64_t>(build_argument(backend, one, Type::tensor, held));
                array.items.push_back(Array::ints({handle}).items[0]);
            }
            return array;
        }
        default: break;
    }
    if (!json.is_object()) return json.get<int64_t>();
    if (json.contains("handle")) return odd_handle(backend, json["handle"]);
    held.push_back(build_tensor(backend, json));
    return held.back().get();
}

}  // namespace

DType dtype_of(const std::string& name) {
    if (name == "f32") return DType::f32;
    if (name == "f64") return DType::f64;
    if (name == "i64") return DType::i64;
    throw std::runtime_error("no dtype is named " + name);
}

Tensor build_tensor(const Backend& backend, const Json& json) {
    if (json.contains("zeros"))
        return checked(backend, call(backend, Fn::zeros, {Array::ints(json.at("shape"))}).integer);
    Tensor tensor =
        json.at("dtype") == "i64" ? laid_out(backend, json, integers(json)) : laid_out(backend, json, doubles(json));
    if (json.value("requires_grad", false)) backend.set_requires_grad(tensor.get(), true);
    return tensor;
}

Arguments build_arguments(const Backend& backend, const GoldenCase& c) {
    const Function& row = function(c.fn);
    if (c.args.size() != row.param_count) throw std::runtime_error(c.id + " has a wrong number of arguments");
    Arguments out;
    for (size_t i = 0; i < row.param_count; ++i)
        out.args.push_back(build_argument(backend, c.args[i], row.params[i].type, out.held));
    return out;
}

}  // namespace simple::golden
