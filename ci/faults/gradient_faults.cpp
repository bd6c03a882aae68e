// Gradients, flags and grad mode.
#include <set>

#include "ci/faults/planting.h"

namespace simple {

using namespace planted;

const std::vector<PlantedFault>& gradient_faults() {
    static const std::vector<PlantedFault> faults{
        {"exp.gradient_doubled", Fn::exp, "exp's gradient is doubled", Kind::autograd, "G4", "property",
         after<&Backend::exp, twice_graded>},
        {"tanh.gradient_doubled", Fn::tanh, "tanh's gradient is doubled", Kind::autograd, "G4", "property",
         after<&Backend::tanh, twice_graded>},
        {"sigmoid.gradient_doubled", Fn::sigmoid, "sigmoid's gradient is doubled", Kind::autograd, "G4", "property",
         after<&Backend::sigmoid, twice_graded>},
        {"matmul.gradient_doubled", Fn::matmul, "matmul's gradient is doubled", Kind::autograd, "G4", "property",
         after<&Backend::matmul, twice_graded>},
        {"conv2d.gradient_doubled", Fn::conv2d, "conv2d's gradient is doubled", Kind::autograd, "G4", "property",
         after<&Backend::conv2d, twice_graded>},
        {"linear.gradient_doubled", Fn::linear, "linear's gradient is doubled", Kind::autograd, "G4", "property",
         after<&Backend::linear, twice_graded>},
        {"softmax.gradient_doubled", Fn::softmax, "softmax's gradient is doubled", Kind::autograd, "G4", "property",
         after<&Backend::softmax, twice_graded>},
        {"cat.gradient_doubled", Fn::cat, "cat's gradient is doubled", Kind::autograd, "G4", "property",
         after<&Backend::cat, twice_graded>},
        {"index_select.gradient_doubled", Fn::index_select, "index_select's gradient is doubled", Kind::autograd, "G4",
         "property", after<&Backend::index_select, twice_graded>},
        {"layer_norm.gradient_doubled", Fn::layer_norm, "layer_norm's gradient is doubled", Kind::autograd, "G4",
         "property", after<&Backend::layer_norm, twice_graded>},
        {"mean_dim.gradient_doubled", Fn::mean_dim, "mean_dim's gradient is doubled", Kind::autograd, "G4", "property",
         after<&Backend::mean_dim, twice_graded>},
        {"sqrt.gradient_doubled", Fn::sqrt, "sqrt's gradient is doubled", Kind::autograd, "G4", "property",
         after<&Backend::sqrt, twice_graded>},
        {"batch_norm.gradient_doubled", Fn::batch_norm, "batch_norm's gradient is doubled", Kind::autograd, "G4",
         "property", after<&Backend::batch_norm, twice_graded>},
        {"avg_pool2d.gradient_doubled", Fn::avg_pool2d, "avg_pool2d's gradient is doubled", Kind::autograd, "G4",
         "property", after<&Backend::avg_pool2d, twice_graded>},
        {"gather.gradient_doubled", Fn::gather, "gather's gradient is doubled", Kind::autograd, "G4", "property",
         after<&Backend::gather, twice_graded>},
        {"permute.gradient_doubled", Fn::permute, "permute's gradient is doubled", Kind::autograd, "G4", "property",
         after<&Backend::permute, twice_graded>},
        {"gelu.no_graph", Fn::gelu, "gelu is cut from the graph", Kind::autograd, "G4", "property",
         after<&Backend::gelu, detached>},
        {"embedding.no_graph", Fn::embedding, "embedding is cut from the graph", Kind::autograd, "G4", "property",
         after<&Backend::embedding, detached>},
        {"stack.no_graph", Fn::stack, "stack is cut from the graph", Kind::autograd, "G4", "property",
         after<&Backend::stack, detached>},
        {"log_softmax.no_graph", Fn::log_softmax, "log_softmax is cut from the graph", Kind::autograd, "G4", "property",
         after<&Backend::log_softmax, detached>},
        {"max_pool2d.no_graph", Fn::max_pool2d, "max_pool2d is cut from the graph", Kind::autograd, "G4", "property",
         after<&Backend::max_pool2d, detached>},
        {"div.no_graph", Fn::div, "div is cut from the graph", Kind::autograd, "G4", "property",
         after<&Backend::div, detached>},
        {"leaky_relu.no_graph", Fn::leaky_relu, "leaky_relu is cut from the graph", Kind::autograd, "G4", "property",
         after<&Backend::leaky_relu, detached>},
        {"dot.no_graph", Fn::dot, "dot is cut from the graph", Kind::autograd, "G4", "property",
         after<&Backend::dot, detached>},
        {"linear.bias_cut", Fn::linear, "linear passes no gradient to its bias", Kind::autograd, "G4", "property",
         [](Backend& to) {
             to.linear = [](int64_t x, int64_t weight, int64_t bias) {
                 if (!is_tensor(bias)) return inner().linear(x, weight, bias);
                 return then(detached(bias), [=](int64_t cut) { return inner().linear(x, weight, cut); });
             };
         }},
        {"conv2d.weight_cut", Fn::conv2d, "conv2d passes no gradient to its weight", Kind::autograd, "G4", "property",
         [](Backend& to) {
             to.conv2d = [](int64_t x, int64_t weight, int64_t bias, const SplArray* stride, const SplArray* padding,
                            const SplArray* dilation, int64_t groups) {
                 if (!is_tensor(weight)) return inner().conv2d(x, weight, bias, stride, padding, dilation, groups);
                 return then(detached(weight), [=](int64_t cut) {
                     return inner().conv2d(x, cut, bias, stride, padding, dilation, groups);
                 });
             };
         }},
        {"sub.second_not_negated", Fn::sub, "sub passes its gradient to the second argument with the wrong sign",
         Kind::autograd, "G4", "property",
         [](Backend& to) {
             to.sub = [](int64_t a, int64_t b) {
                 const int64_t right = inner().sub(a, b);
                 if (right <= 0 || !inner().requires_grad(b)) return right;
                 // a - 2 b (cut) + b has the value of a - b.
                 inner().free(right);
                 const int64_t twice = then(detached(b), [](int64_t cut) { return inner().mul_scalar(cut, 2); });
                 return then(then(twice, [=](int64_t y) { return inner().sub(a, y); }),
                             [=](int64_t y) { return inner().add(y, b); });
             };
         }},
        {"view.shares_flag", Fn::view, "view shares requires_grad with its argument", Kind::autograd, "H6", "property",
         sharing_flag<&Backend::view>},
        {"transpose.shares_flag", Fn::transpose, "transpose shares requires_grad with its argument", Kind::autograd,
         "H6", "property", sharing_flag<&Backend::transpose>},
        {"slice.shares_flag", Fn::slice, "slice shares requires_grad with its argument", Kind::autograd, "H6",
         "property", sharing_flag<&Backend::slice>},
        {"detach.shares_flag", Fn::detach, "detach shares requires_grad with its argument", Kind::autograd, "H6",
         "property", sharing_flag<&Backend::detach>},
        {"permute.shares_flag", Fn::permute, "permute shares requires_grad with its argument", Kind::autograd, "H6",
         "property", sharing_flag<&Backend::permute>},
        {"flatten.shares_flag", Fn::flatten, "flatten shares requires_grad with its argument", Kind::autograd, "H6",
         "property", sharing_flag<&Backend::flatten>},
        {"cpu.shares_flag", Fn::cpu, "cpu shares requires_grad with its argument", Kind::autograd, "H6", "property",
         sharing_flag<&Backend::cpu>},
        {"dropout.shares_flag", Fn::dropout, "dropout shares requires_grad with its argument", Kind::autograd, "H6",
         "property", sharing_flag<&Backend::dropout>},
        {"zero_grad.demands_a_gradient", Fn::zero_grad, "zero_grad of a tensor without a gradient ends with code 2",
         Kind::errors, "G2", "property",
         [](Backend& to) {
             to.zero_grad = [](int64_t x) {
                 const int64_t gradient = is_tensor(x) ? inner().grad(x) : 0;
                 inner().zero_grad(x);
                 if (gradient == 0 && inner().last_error_code() == 0) leave_code(Code::argument);
                 if (gradient > 0) inner().free(gradient);
             };
         }},
        {"zero_grad.drops", Fn::zero_grad, "zero_grad drops the gradient", Kind::autograd, "G2", "property",
         [](Backend& to) {
             static std::set<int64_t> dropped;
             to.zero_grad = [](int64_t x) {
                 inner().zero_grad(x);
                 if (inner().last_error_code() == 0) dropped.insert(x);
             };
             to.grad = [](int64_t x) {
                 const int64_t grad = inner().grad(x);
                 if (grad <= 0 || dropped.count(x) == 0) return grad;
                 inner().free(grad);
                 return int64_t{0};
             };
             to.backward = [](int64_t x) {
                 inner().backward(x);
                 if (inner().last_error_code() == 0) dropped.clear();
             };
         }},
        {"no_grad_begin.all_threads", Fn::no_grad_begin, "no_grad on one thread stops all", Kind::threads, "G1",
         "property",
         [](Backend& to) {
             static std::atomic<int> depth{0};
             to.no_grad_begin = [] {
                 ++depth;
                 inner().no_grad_begin();
             };
             to.no_grad_end = [] {
                 inner().no_grad_end();
                 if (inner().last_error_code() == 0) --depth;
             };
             to.neg = [](int64_t x) { return depth > 0 ? then(inner().neg(x), detached) : inner().neg(x); };
         }},
        {"set_requires_grad.false_cuts", Fn::set_requires_grad,
         "set_requires_grad(false) on a computed tensor succeeds", Kind::autograd, "E3", "property",
         recode<&Backend::set_requires_grad, 2, 0>},
        {"backward.reused_graph", Fn::backward, "backward over a used graph succeeds and adds nothing", Kind::autograd,
         "G3", "property", recode<&Backend::backward, 2, 0>},
    };
    return faults;
}

}  // namespace simple
