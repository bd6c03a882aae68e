// Losses, each as a number and as a tensor.
#include "impl/ruled/boundary.h"

using namespace simple;
using namespace simple::ruled;

namespace {

double loss_number(Fn fn, int64_t input, int64_t target, Meta (*rule)(const Meta&, const Meta&)) {
    return call(fn, std::numeric_limits<double>::quiet_NaN(), [&] {
        const Pinned x = tensor(fn, input), y = tensor(fn, target, 1);
        rule(x->meta, y->meta);
        return Elements::number(fn, {&*x, &*y});
    });
}

}  // namespace

double rt_torch_nn_mse_loss(int64_t input, int64_t target) {
    return loss_number(Fn::mse_loss, input, target, rules::mse_loss);
}
double rt_torch_nn_cross_entropy(int64_t input, int64_t target) {
    return loss_number(Fn::cross_entropy, input, target, rules::cross_entropy);
}
double rt_torch_nn_binary_cross_entropy(int64_t input, int64_t target) {
    return loss_number(Fn::binary_cross_entropy, input, target, rules::binary_cross_entropy);
}
double rt_torch_nn_nll_loss(int64_t input, int64_t target) {
    return loss_number(Fn::nll_loss, input, target, rules::nll_loss);
}
int64_t rt_torch_nn_mse_loss_tensor(int64_t input, int64_t target) {
    return binary(Fn::mse_loss_tensor, input, target, rules::mse_loss);
}
int64_t rt_torch_nn_cross_entropy_tensor(int64_t input, int64_t target) {
    return binary(Fn::cross_entropy_tensor, input, target, rules::cross_entropy);
}
int64_t rt_torch_nn_binary_cross_entropy_tensor(int64_t input, int64_t target) {
    return binary(Fn::binary_cross_entropy_tensor, input, target, rules::binary_cross_entropy);
}
int64_t rt_torch_nn_nll_loss_tensor(int64_t input, int64_t target) {
    return binary(Fn::nll_loss_tensor, input, target, rules::nll_loss);
}
