#include "bench/direct/twin.h"

#include <c10/core/GradMode.h>

#include <algorithm>

namespace simple::direct {
namespace {

// Functions whose results share storage (H7); every other result is row-major.
bool is_view(Fn fn) {
    switch (fn) {
        case Fn::view:
        case Fn::transpose:
        case Fn::t:
        case Fn::permute:
        case Fn::squeeze:
        case Fn::squeeze_dim:
        case Fn::unsqueeze:
        case Fn::slice:
        case Fn::chunk:
        case Fn::detach:
        case Fn::grad:
        case Fn::reshape:
        case Fn::flatten:
        case Fn::contiguous:
        case Fn::cpu: return true;
        default: return false;
    }
}

}  // namespace

const Result& Twin::run(const Step& step) {
    Result result;
    if (step.fn == Fn::free) {
        for (const Ref& ref : step.refs) results_[ref.step].tensors[static_cast<size_t>(ref.result)].reset();
    } else if (step.fn == Fn::no_grad_begin) {
        no_grad_depth_++;
        c10::GradMode::set_enabled(false);
    } else if (step.fn == Fn::no_grad_end) {
        if (--no_grad_depth_ == 0) c10::GradMode::set_enabled(true);
    } else if (const DirectCall call = direct_call(step.fn, Given(step, results_))) {
        result = call.once();
    }
    for (at::Tensor& x : result.tensors) {
        // An alias of an argument (a conversion to the dtype that it has) stays as it is.
        const bool is_alias = std::any_of(step.refs.begin(), step.refs.end(), [&](const Ref& ref) {
            const at::Tensor& argument = results_[ref.step].tensors[static_cast<size_t>(ref.result)];
            return argument.defined() && x.is_alias_of(argument);
        });
        if (!is_view(step.fn) && !is_alias) x = x.contiguous();
    }
    results_.push_back(std::move(result));
    return results_.back();
}

Twin::~Twin() {
    if (no_grad_depth_ > 0) c10::GradMode::set_enabled(true);
}

std::string without_twin(Fn fn) {
    const std::string_view category = function(fn).category;
    if (category == "error" || category == "introspection") return "what the layer itself keeps";
    if (category == "stream" || category == "memory") return fn == Fn::free ? "" : "needs a CUDA device";
    if (fn == Fn::cuda || fn == Fn::to_stream) return "needs a CUDA device";
    if (fn == Fn::manual_seed || fn == Fn::set_num_threads) return "called around every case";
    if (fn == Fn::version) return "text that the layer puts together";
    if (fn == Fn::empty) return "its elements are not specified";
    return "";
}

}  // namespace simple::direct
