// The direct twin: programs of calls made of LibTorch itself, step by step.
#pragma once

#include "bench/direct/direct_call.h"

namespace simple::direct {

class Twin {
  public:
    const Result& run(const Step& step);
    const Result& result(size_t step) const { return results_[step]; }
    const std::vector<Result>& results() const { return results_; }
    Twin() = default;
    Twin(const Twin&) = delete;
    Twin& operator=(const Twin&) = delete;
    ~Twin();

  private:
    std::vector<Result> results_;
    int no_grad_depth_ = 0;
};

// Why the twin has nothing to compare a function with; "" where it has.
std::string without_twin(Fn fn);

}  // namespace simple::direct
