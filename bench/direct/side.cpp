#include "bench/direct/side.h"

#include <c10/core/GradMode.h>
#include <c10/util/Exception.h>

#include "bench/direct/twin.h"

namespace simple::bench {
namespace {

// A call whose arguments stay.
class DirectSide : public Side {
  public:
    explicit DirectSide(direct::DirectCall call) : call_(std::move(call)) {}
    void run(int calls) override { call_.repeat(calls); }

  private:
    direct::DirectCall call_;
};

// free and backward: each call uses a tensor up.
class UsingUp : public Side {
  public:
    UsingUp(const TimedCall& call, const std::vector<direct::Result>& before) : call_(call), before_(before) {}

    void prepare(int calls) override {
        for (int i = 0; i < calls; ++i) {
            std::vector<direct::Result> results = before_;
            for (const Step& step : call_.fresh)
                results.push_back(direct::direct_call(step.fn, direct::Given(step, results)).once());
            tensors_.push_back(results.back().tensors.at(0));
        }
    }
    void run(int) override {
        if (call_.uses == Uses::tensor)
            for (at::Tensor& x : tensors_) x.reset();
        else
            for (at::Tensor& x : tensors_) x.backward();
    }
    void finish() override { tensors_.clear(); }

  private:
    const TimedCall call_;
    const std::vector<direct::Result> before_;
    std::vector<at::Tensor> tensors_;
};

// no_grad_begin and no_grad_end: the mode that they set.
class GradModeSide : public Side {
  public:
    explicit GradModeSide(bool enabled) : enabled_(enabled) {}
    void prepare(int) override { c10::GradMode::set_enabled(!enabled_); }
    void run(int calls) override {
        for (int i = 0; i < calls; ++i) c10::GradMode::set_enabled(enabled_);
    }
    void finish() override { c10::GradMode::set_enabled(true); }

  private:
    const bool enabled_;
};

class ThrowSide : public Side {
  public:
    void run(int calls) override {
        for (int i = 0; i < calls; ++i) {
            try {
                at::Tensor none = at::add(a_, b_);
            } catch (const c10::Error& error) {
                asm volatile("" : : "r"(&error) : "memory");
            }
        }
    }

  private:
    at::Tensor a_ = at::ones({2, 3}), b_ = at::ones({4, 5});
};

}  // namespace

std::unique_ptr<Side> direct_side(const TimedCall& call) {
    if (call.uses == Uses::entering || call.uses == Uses::leaving)
        return std::make_unique<GradModeSide>(call.uses == Uses::leaving);
    direct::Twin operands;
    for (const Step& step : call.before) operands.run(step);
    if (!call.fresh.empty()) return std::make_unique<UsingUp>(call, operands.results());
    direct::DirectCall direct = direct::direct_call(call.step.fn, direct::Given(call.step, operands.results()));
    if (!direct) return nullptr;
    return std::make_unique<DirectSide>(std::move(direct));
}

std::unique_ptr<Side> direct_throw() { return std::make_unique<ThrowSide>(); }

}  // namespace simple::bench
