// A function of the ABI as the one LibTorch call that the contract names, with the alias, promotion or copy that it
// adds: the other side of the bit-for-bit check and of the cost ratio. Shares no line with impl/torch, and is no oracle
// of what a function means: it says what the layer in between adds.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "ci/testkit/draw/program.h"

namespace simple::direct {

// What a call gave: which of these, the function's result type says.
struct Result {
    std::vector<at::Tensor> tensors;
    double number = 0;
    int64_t integer = 0;
    std::vector<double> items;  // of [i64] and [f64]
};

// A step's arguments as LibTorch takes them. before holds the results of the steps that it refers to.
class Given {
  public:
    Given(const Step& step, const std::vector<Result>& before) : step_(step), before_(before) {}

    at::Tensor tensor(size_t at) const;  // undefined where an optional one is 0
    std::vector<at::Tensor> tensors(size_t at) const;
    std::vector<int64_t> ints(size_t at) const;
    std::vector<double> numbers(size_t at) const;
    double number(size_t at) const { return std::get<double>(step_.args[at]); }
    int64_t integer(size_t at) const { return std::get<int64_t>(step_.args[at]); }
    bool flag(size_t at) const { return std::get<bool>(step_.args[at]); }

  private:
    const Step& step_;
    const std::vector<Result>& before_;
};

// Arguments are taken apart and promoted once, when it is made; a call then is LibTorch's call and the end of its
// result.
struct DirectCall {
    std::function<Result()> once;
    std::function<void(int calls)> repeat;  // one after the other, each result ended at once

    explicit operator bool() const { return once != nullptr; }
};

// Empty where no call of LibTorch stands behind fn, or only one that needs a CUDA device.
DirectCall direct_call(Fn fn, const Given& given);

// Parts of direct_call.
DirectCall direct_creation(Fn fn, const Given& given);
DirectCall direct_math(Fn fn, const Given& given);  // arithmetic to linalg and reductions
DirectCall direct_shape(Fn fn, const Given& given);
DirectCall direct_tensor(Fn fn, const Given& given);  // devices, data, autograd
DirectCall direct_layer(Fn fn, const Given& given);   // layers and losses

// The higher dtype of both in the contract's order (V1), and tensors converted to it.
at::ScalarType higher(at::ScalarType a, at::ScalarType b);
std::vector<at::Tensor> promoted(const std::vector<at::Tensor>& tensors);
at::Tensor as_index(const at::Tensor& x);  // V3

inline Result to_result(at::Tensor x) {
    Result result;
    result.tensors.push_back(std::move(x));
    return result;
}
inline Result to_result(std::vector<at::Tensor> tensors) {
    Result result;
    result.tensors = std::move(tensors);
    return result;
}
template <typename... Tensors>
Result to_result(const std::tuple<Tensors...>& tensors) {
    return to_result(std::apply([](const auto&... x) { return std::vector<at::Tensor>{x...}; }, tensors));
}
inline Result to_result(double number) {
    Result result;
    result.number = number;
    return result;
}
template <typename Integer, std::enable_if_t<std::is_integral_v<Integer>, int> = 0>
Result to_result(Integer integer) {
    Result result;
    result.integer = static_cast<int64_t>(integer);
    return result;
}
template <typename Item, std::enable_if_t<std::is_arithmetic_v<Item>, int> = 0>
Result to_result(const std::vector<Item>& items) {
    Result result;
    for (const Item item : items) result.items.push_back(static_cast<double>(item));
    return result;
}

// A call from what makes it: any callable that gives one of the above, or nothing.
template <typename Make>
DirectCall made_by(Make make) {
    if constexpr (std::is_void_v<decltype(make())>) {
        return {[make]() -> Result {
                    make();
                    return {};
                },
                [make](int calls) {
                    for (int i = 0; i < calls; ++i) make();
                }};
    } else {
        return {[make] { return to_result(make()); },
                [make](int calls) {
                    for (int i = 0; i < calls; ++i) {
                        auto result = make();
                        // The compiler must not know that nobody looks at it.
                        asm volatile("" : : "r"(&result) : "memory");
                    }
                }};
    }
}

// A handle of its own, not another name of the argument (H1, H6).
inline at::Tensor apart(const at::Tensor& argument, const at::Tensor& result) {
    return result.is_same(argument) ? at::alias(result) : result;
}

}  // namespace simple::direct
