// Faults that a single call seldom shows: each thousandth, and what follows a failure.
#include "ci/faults/conditions.h"

namespace simple {

using namespace planted;

namespace {

bool never(bool) { return false; }

}  // namespace

const std::vector<PlantedFault>& rare_faults() {
    static const std::vector<PlantedFault> faults{
        {"exp.thousandth", Fn::exp, "every thousandth exp is one too large", Kind::values, "V4", "property",
         every<&Backend::exp, 1000, shifted>},
        {"add.thousandth", Fn::add, "every thousandth add is one too large", Kind::values, "V4", "property",
         every<&Backend::add, 1000, shifted>},
        {"matmul.thousandth", Fn::matmul, "every thousandth matmul is one too large", Kind::values, "V4", "property",
         every<&Backend::matmul, 1000, shifted>},
        {"softmax.thousandth", Fn::softmax, "every thousandth softmax is one too large", Kind::values, "V4", "property",
         every<&Backend::softmax, 1000, shifted>},
        {"relu.thousandth", Fn::relu, "every thousandth relu is one too large", Kind::values, "V4", "property",
         every<&Backend::relu, 1000, shifted>},
        {"conv2d.thousandth", Fn::conv2d, "every thousandth conv2d is one too large", Kind::values, "V4", "property",
         every<&Backend::conv2d, 1000, shifted>},
        {"linear.thousandth", Fn::linear, "every thousandth linear is one too large", Kind::values, "V4", "property",
         every<&Backend::linear, 1000, shifted>},
        {"layer_norm.thousandth", Fn::layer_norm, "every thousandth layer_norm is one too large", Kind::values, "V4",
         "property", every<&Backend::layer_norm, 1000, shifted>},
        {"sum_dim.thousandth", Fn::sum_dim, "every thousandth sum_dim is one too large", Kind::values, "V4", "property",
         every<&Backend::sum_dim, 1000, shifted>},
        {"log.thousandth", Fn::log, "every thousandth log is one too large", Kind::values, "V4", "property",
         every<&Backend::log, 1000, shifted>},
        {"mul.thousandth", Fn::mul, "every thousandth mul is one too large", Kind::values, "V4", "property",
         every<&Backend::mul, 1000, shifted>},
        {"tanh.thousandth", Fn::tanh, "every thousandth tanh is one too large", Kind::values, "V4", "property",
         every<&Backend::tanh, 1000, shifted>},
        {"avg_pool2d.thousandth", Fn::avg_pool2d, "every thousandth avg_pool2d is one too large", Kind::values, "V4",
         "property", every<&Backend::avg_pool2d, 1000, shifted>},
        {"full.thousandth", Fn::full, "every thousandth full is one too large", Kind::values, "V4", "property",
         every<&Backend::full, 1000, shifted>},
        {"sum.thousandth", Fn::sum, "every thousandth sum is one too large", Kind::values, "V4", "property",
         every<&Backend::sum, 1000, one_more>},
        {"norm.thousandth", Fn::norm, "every thousandth norm is one too large", Kind::values, "V4", "property",
         every<&Backend::norm, 1000, one_more>},
        {"mean.thousandth", Fn::mean, "every thousandth mean is one too large", Kind::values, "V4", "property",
         every<&Backend::mean, 1000, one_more>},
        {"mse_loss.thousandth", Fn::mse_loss, "every thousandth mse_loss is one too large", Kind::values, "V4",
         "property", every<&Backend::mse_loss, 1000, one_more>},
        {"det.thousandth", Fn::det, "every thousandth det is one too large", Kind::values, "V4", "property",
         every<&Backend::det, 1000, one_more>},
        {"sqrt.after_failure", Fn::sqrt, "sqrt is one too large right after a failed call", Kind::values, "E2",
         "property", after_failure<&Backend::sqrt, shifted>},
        {"sub.after_failure", Fn::sub, "sub is one too large right after a failed call", Kind::values, "E2", "property",
         after_failure<&Backend::sub, shifted>},
        {"gather.after_failure", Fn::gather, "gather is one too large right after a failed call", Kind::values, "E2",
         "property", after_failure<&Backend::gather, shifted>},
        {"max_dim.after_failure", Fn::max_dim, "max_dim is one too large right after a failed call", Kind::values, "E2",
         "property", after_failure<&Backend::max_dim, shifted>},
        {"embedding.after_failure", Fn::embedding, "embedding is one too large right after a failed call", Kind::values,
         "E2", "property", after_failure<&Backend::embedding, shifted>},
        {"index_select.after_failure", Fn::index_select, "index_select is one too large right after a failed call",
         Kind::values, "E2", "property", after_failure<&Backend::index_select, shifted>},
        {"max.after_failure", Fn::max, "max is one too large right after a failed call", Kind::values, "E2", "property",
         after_failure<&Backend::max, one_more>},
        {"var.after_failure", Fn::var, "var is one too large right after a failed call", Kind::values, "E2", "property",
         after_failure<&Backend::var, one_more>},
        {"sigmoid.ulp", Fn::sigmoid, "every hundredth sigmoid is one ULP off", Kind::values, "V4", "property",
         every<&Backend::sigmoid, 100, raised>},
        {"ndim.five_hundredth", Fn::ndim, "every five hundredth ndim is one too large", Kind::values, "V4", "property",
         [](Backend& to) {
             to.ndim = [](int64_t x) {
                 static int count = 0;
                 const int64_t n = inner().ndim(x);
                 return n + (n >= 0 && is_turn(500, count));
             };
         }},
        {"mul.same_handle", Fn::mul, "mul is one too large where two arguments are the same handle", Kind::values, "V4",
         "property", where<&Backend::mul, of_twice, shifted>},
        {"dot.same_handle", Fn::dot, "dot is one too large where two arguments are the same handle", Kind::values, "V4",
         "property", where<&Backend::dot, of_twice, shifted>},
        {"matmul.same_handle", Fn::matmul, "matmul is one too large where two arguments are the same handle",
         Kind::values, "V4", "property", where<&Backend::matmul, of_twice, shifted>},
        {"stack.same_handle", Fn::stack, "stack is one too large where two arguments are the same handle", Kind::values,
         "V4", "property", where<&Backend::stack, of_twice, shifted>},
        {"div.same_handle", Fn::div, "div is one too large where two arguments are the same handle", Kind::values, "V4",
         "property", where<&Backend::div, of_twice, shifted>},
        {"linear.same_handle", Fn::linear, "linear is one too large where two arguments are the same handle",
         Kind::values, "V4", "property", where<&Backend::linear, of_twice, shifted>},
        {"conv2d.same_handle", Fn::conv2d, "conv2d is one too large where two arguments are the same handle",
         Kind::values, "V4", "property", where<&Backend::conv2d, of_twice, shifted>},
        {"mse_loss_tensor.same_handle", Fn::mse_loss_tensor,
         "mse_loss_tensor is one too large where two arguments are the same handle", Kind::values, "V4", "property",
         where<&Backend::mse_loss_tensor, of_twice, shifted>},
        {"mse_loss.same_handle", Fn::mse_loss, "mse_loss is one too large where both arguments are the same handle",
         Kind::values, "V4", "property", where<&Backend::mse_loss, of_twice, one_more>},
        {"tanh.stale_code", Fn::tanh, "tanh is one too large where the call before failed, whatever it was",
         Kind::values, "E5", "property", where<&Backend::tanh, after_code, shifted>},
        {"mean_dim.stale_code", Fn::mean_dim, "mean_dim is one too large where the call before failed, whatever it was",
         Kind::values, "E5", "property", where<&Backend::mean_dim, after_code, shifted>},
        {"clone.stale_code", Fn::clone, "clone is one too large where the call before failed, whatever it was",
         Kind::values, "E5", "property", where<&Backend::clone, after_code, shifted>},
        {"argmax.stale_code", Fn::argmax, "argmax is one too large where the call before failed, whatever it was",
         Kind::values, "E5", "property", where<&Backend::argmax, after_code, shifted>},
        {"avg_pool2d.stale_code", Fn::avg_pool2d,
         "avg_pool2d is one too large where the call before failed, whatever it was", Kind::values, "E5", "property",
         where<&Backend::avg_pool2d, after_code, shifted>},
        {"std.stale_code", Fn::std, "std is one too large where the call before failed, whatever it was", Kind::values,
         "E5", "property", where<&Backend::std, after_code, one_more>},
        {"requires_grad.stale_code", Fn::requires_grad,
         "requires_grad is false where the call before failed, whatever it was", Kind::values, "E5", "property",
         where<&Backend::requires_grad, after_code, never>},
    };
    return faults;
}

}  // namespace simple
