// The direct twin: programs of calls made of LibTorch itself, each function as the one ATen call that the contract
// names, with the alias, promotion or copy that it adds. Shares no line with impl/torch, and is no oracle of what a
// function means: it says that the layer in between adds no arithmetic of its own.
#pragma once

#include <ATen/ATen.h>

#include <string>
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

inline Result one(at::Tensor x) {
    Result result;
    result.tensors.push_back(std::move(x));
    return result;
}

// A step's arguments as LibTorch takes them.
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

class Twin {
  public:
    const Result& run(const Step& step);
    const Result& result(size_t step) const { return results_[step]; }
    ~Twin();

  private:
    std::vector<Result> results_;
    int no_grad_depth_ = 0;
};

// Why no call of LibTorch stands behind a function; "" where one does.
std::string without_twin(Fn fn);

// The higher dtype of both in the contract's order (V1), and tensors converted to it.
at::ScalarType higher(at::ScalarType a, at::ScalarType b);
std::vector<at::Tensor> promoted(const std::vector<at::Tensor>& tensors);
at::Tensor as_index(const at::Tensor& x);  // V3

Result number(const at::Tensor& x);
Result run_nn(Fn fn, const Given& given);  // layers and losses

}  // namespace simple::direct
