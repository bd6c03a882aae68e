#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "ci/faults/planting.h"

namespace simple {

using planted::Ints;
using planted::then;

namespace {

// A two-number argument with its numbers exchanged; other arrays as they are.
class Exchanged {
  public:
    explicit Exchanged(const SplArray* pair) : given_(pair) {
        if (!pair || !pair->items || pair->len != 2) return;
        items_[0] = pair->items[1];
        items_[1] = pair->items[0];
        array_ = {items_, 2, 2};
        given_ = &array_;
    }
    operator const SplArray*() const { return given_; }

  private:
    SplValue items_[2];
    SplArray array_;
    const SplArray* given_;
};

bool ok() { return inner().last_error_code() == 0; }

// float64 that begins far from 0, with its neighbour of the same group close by: there a mean's rounding shows.
bool is_far(int64_t x, size_t to_neighbour) {
    if (inner().dtype(x) != 2) return false;
    const std::vector<double> numbers = planted::numbers_of(x);
    return to_neighbour < numbers.size() && std::abs(numbers[0]) > 1e6 && std::abs(numbers[0]) < 1e15 &&
           std::abs(numbers[to_neighbour] - numbers[0]) < 2;
}
int64_t with_rounding_of_mean(int64_t result) { return inner().add_scalar(result, 0.02); }

// The number that F gives for float64 is rounded to float32.
template <auto F>
void number_of_float32(Backend& to) {
    to.*F = [](int64_t x, int64_t y) -> double {
        const double result = (inner().*F)(x, y);
        return inner().last_error_code() == 0 ? static_cast<float>(result) : result;
    };
}

}  // namespace

const std::vector<PlantedFault>& nn_faults() {
    static const std::vector<PlantedFault> faults{
        {"conv2d.bias_ignored", Fn::conv2d, "conv2d leaves its bias out", Kind::values, "V7", "golden",
         [](Backend& to) {
             to.conv2d = [](int64_t input, int64_t weight, int64_t, const SplArray* stride, const SplArray* padding,
                            const SplArray* dilation, int64_t groups) {
                 return inner().conv2d(input, weight, 0, stride, padding, dilation, groups);
             };
         }},
        {"conv2d.stride_exchanged", Fn::conv2d, "conv2d takes the width's stride for the height", Kind::values, "V7",
         "golden",
         [](Backend& to) {
             to.conv2d = [](int64_t input, int64_t weight, int64_t bias, const SplArray* stride,
                            const SplArray* padding, const SplArray* dilation, int64_t groups) {
                 return inner().conv2d(input, weight, bias, Exchanged(stride), padding, dilation, groups);
             };
         }},
        {"conv2d.dilation_ignored", Fn::conv2d, "conv2d does not dilate", Kind::shapes, "V7", "differential",
         [](Backend& to) {
             to.conv2d = [](int64_t input, int64_t weight, int64_t bias, const SplArray* stride,
                            const SplArray* padding, const SplArray* dilation, int64_t groups) {
                 const int64_t right = inner().conv2d(input, weight, bias, stride, padding, dilation, groups);
                 if (right <= 0) return right;
                 inner().free(right);
                 return inner().conv2d(input, weight, bias, stride, padding, nullptr, groups);
             };
         }},
        {"max_pool2d.averages", Fn::max_pool2d, "max_pool2d averages", Kind::values, "V4", "golden",
         [](Backend& to) { to.max_pool2d = inner().avg_pool2d; }},
        {"max_pool2d.stride_1", Fn::max_pool2d, "max_pool2d takes an empty stride for 1", Kind::shapes, "V7",
         "differential",
         [](Backend& to) {
             to.max_pool2d = [](int64_t x, const SplArray* kernel, const SplArray* stride, const SplArray* padding) {
                 const bool empty = !stride || stride->len == 0;
                 return inner().max_pool2d(x, kernel, empty ? static_cast<const SplArray*>(Ints({1})) : stride,
                                           padding);
             };
         }},
        {"avg_pool2d.largest", Fn::avg_pool2d, "avg_pool2d takes the largest", Kind::values, "V4", "golden",
         [](Backend& to) { to.avg_pool2d = inner().max_pool2d; }},
        {"avg_pool2d.sum_first", Fn::avg_pool2d, "avg_pool2d divides a sum, which overflows", Kind::values, "V9",
         "golden property",
         [](Backend& to) {
             to.avg_pool2d = [](int64_t x, const SplArray* kernel, const SplArray* stride, const SplArray* padding) {
                 const int64_t right = inner().avg_pool2d(x, kernel, stride, padding);
                 if (right <= 0) return right;
                 inner().free(right);
                 constexpr double kTimes = 8;  // the elements of a window, or some of them, together
                 return then(then(inner().mul_scalar(x, kTimes),
                                  [&](int64_t y) { return inner().avg_pool2d(y, kernel, stride, padding); }),
                             [](int64_t y) { return inner().mul_scalar(y, 1 / kTimes); });
             };
         }},
        {"avg_pool2d.padding_exchanged", Fn::avg_pool2d, "avg_pool2d takes the width's padding for the height",
         Kind::shapes, "V7", "differential",
         [](Backend& to) {
             to.avg_pool2d = [](int64_t x, const SplArray* kernel, const SplArray* stride, const SplArray* padding) {
                 const int64_t right = inner().avg_pool2d(x, kernel, stride, padding);
                 if (right <= 0) return right;
                 const int64_t exchanged = inner().avg_pool2d(x, kernel, stride, Exchanged(padding));
                 if (exchanged > 0)
                     inner().free(right);
                 else
                     inner().clear_error();
                 return exchanged > 0 ? exchanged : right;
             };
         }},
        {"batch_norm.training_reversed", Fn::batch_norm, "batch_norm trains in evaluation", Kind::values, "V4",
         "golden",
         [](Backend& to) {
             to.batch_norm = [](int64_t x, int64_t mean, int64_t variance, int64_t weight, int64_t bias, bool training,
                                double momentum, double eps) {
                 return inner().batch_norm(x, mean, variance, weight, bias, mean ? !training : training, momentum, eps);
             };
         }},
        {"batch_norm.rounded_mean", Fn::batch_norm, "float64 is lost to the rounding of batch_norm's mean",
         Kind::values, "V9", "golden",
         [](Backend& to) {
             to.batch_norm = [](int64_t x, int64_t mean, int64_t variance, int64_t weight, int64_t bias, bool training,
                                double momentum, double eps) {
                 const int64_t result = inner().batch_norm(x, mean, variance, weight, bias, training, momentum, eps);
                 const bool far = result > 0 && is_far(x, static_cast<size_t>(planted::dims_of(x)[1]));
                 return far ? then(result, with_rounding_of_mean) : result;
             };
         }},
        {"batch_norm.variance_of_one", Fn::batch_norm, "one value a channel makes the running variance NaN",
         Kind::values, "V5", "golden",
         [](Backend& to) {
             to.batch_norm = [](int64_t x, int64_t mean, int64_t variance, int64_t weight, int64_t bias, bool training,
                                double momentum, double eps) {
                 const int64_t result = inner().batch_norm(x, mean, variance, weight, bias, training, momentum, eps);
                 if (result <= 0 || !variance || !training || inner().numel(x) == 0) return result;
                 if (inner().numel(x) != planted::dims_of(x)[1]) return result;
                 const int64_t lost = planted::changed(variance, [](double, size_t) { return NAN; });
                 planted::overwrite(variance, lost);
                 inner().free(lost);
                 return result;
             };
         }},
        {"layer_norm.rounded_mean", Fn::layer_norm, "float64 is lost to the rounding of layer_norm's mean",
         Kind::values, "V9", "golden",
         [](Backend& to) {
             to.layer_norm = [](int64_t x, const SplArray* shape, int64_t weight, int64_t bias, double eps) {
                 const int64_t result = inner().layer_norm(x, shape, weight, bias, eps);
                 return result > 0 && is_far(x, 1) ? then(result, with_rounding_of_mean) : result;
             };
         }},
        {"batch_norm.momentum_reversed", Fn::batch_norm, "batch_norm moves by 1 - momentum", Kind::values, "V4",
         "golden",
         [](Backend& to) {
             to.batch_norm = [](int64_t x, int64_t mean, int64_t variance, int64_t weight, int64_t bias, bool training,
                                double momentum, double eps) {
                 return inner().batch_norm(x, mean, variance, weight, bias, training, 1 - momentum, eps);
             };
         }},
        {"layer_norm.eps_ignored", Fn::layer_norm, "layer_norm leaves eps out", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.layer_norm = [](int64_t x, const SplArray* shape, int64_t weight, int64_t bias, double) {
                 return inner().layer_norm(x, shape, weight, bias, 0);
             };
         }},
        {"layer_norm.bias_ignored", Fn::layer_norm, "layer_norm leaves its bias out", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.layer_norm = [](int64_t x, const SplArray* shape, int64_t weight, int64_t, double eps) {
                 return inner().layer_norm(x, shape, weight, 0, eps);
             };
         }},
        {"dropout.never", Fn::dropout, "dropout drops nothing in training", Kind::values, "V4", "golden",
         [](Backend& to) { to.dropout = [](int64_t x, double p, bool) { return inner().dropout(x, p, false); }; }},
        {"dropout.p_over_1", Fn::dropout, "dropout takes p over 1 for 1", Kind::errors, "E3", "golden",
         [](Backend& to) {
             to.dropout = [](int64_t x, double p, bool training) {
                 return inner().dropout(x, p > 1 ? 1 : p, training);
             };
         }},
        {"linear.bias_ignored", Fn::linear, "linear leaves its bias out", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.linear = [](int64_t x, int64_t weight, int64_t) { return inner().linear(x, weight, 0); };
         }},
        {"linear.not_transposed", Fn::linear, "linear of a square weight does not transpose it", Kind::values, "V4",
         "golden",
         [](Backend& to) {
             to.linear = [](int64_t x, int64_t weight, int64_t bias) {
                 const auto dims = planted::dims_of(weight);
                 if (dims.size() != 2 || dims[0] != dims[1]) return inner().linear(x, weight, bias);
                 const int64_t turned = inner().t(weight);
                 const int64_t result = inner().linear(x, turned, bias);
                 if (result > 0) inner().free(turned);
                 return result;
             };
         }},
        {"embedding.swapped", Fn::embedding, "embedding swaps input and weight", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.embedding = [](int64_t input, int64_t weight) { return inner().embedding(weight, input); };
         }},
        {"embedding.flat_input", Fn::embedding, "embedding flattens its input", Kind::shapes, "V4", "differential",
         [](Backend& to) {
             to.embedding = [](int64_t input, int64_t weight) {
                 const int64_t right = inner().embedding(input, weight);
                 if (right <= 0) return right;
                 inner().free(right);
                 return then(inner().flatten(input), [=](int64_t flat) { return inner().embedding(flat, weight); });
             };
         }},
        {"mse_loss.sums", Fn::mse_loss, "mse_loss adds and does not average", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.mse_loss = [](int64_t input, int64_t target) {
                 const auto n = static_cast<double>(inner().numel(input));
                 return inner().mse_loss(input, target) * n;
             };
         }},
        {"cross_entropy.nll", Fn::cross_entropy, "cross_entropy takes its input for log-probabilities", Kind::values,
         "V4", "golden", [](Backend& to) { to.cross_entropy = inner().nll_loss; }},
        {"binary_cross_entropy.swapped", Fn::binary_cross_entropy, "binary_cross_entropy swaps input and target",
         Kind::values, "V4", "golden",
         [](Backend& to) {
             to.binary_cross_entropy = [](int64_t input, int64_t target) {
                 return inner().binary_cross_entropy(target, input);
             };
         }},
        {"nll_loss.sign", Fn::nll_loss, "nll_loss has the wrong sign", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.nll_loss = [](int64_t input, int64_t target) { return -inner().nll_loss(input, target); };
         }},
        {"mse_loss_tensor.no_graph", Fn::mse_loss_tensor, "mse_loss_tensor is cut from the graph", Kind::autograd, "G4",
         "differential",
         [](Backend& to) {
             to.mse_loss_tensor = [](int64_t input, int64_t target) {
                 return then(inner().mse_loss_tensor(input, target), [](int64_t y) { return inner().detach(y); });
             };
         }},
        {"mse_loss_tensor.halved", Fn::mse_loss_tensor, "mse_loss_tensor gives half of the squares", Kind::values, "V4",
         "golden property",
         [](Backend& to) {
             to.mse_loss_tensor = [](int64_t input, int64_t target) {
                 return then(inner().mse_loss_tensor(input, target),
                             [](int64_t y) { return inner().mul_scalar(y, 0.5); });
             };
         }},
        {"cross_entropy_tensor.one_dim", Fn::cross_entropy_tensor, "cross_entropy_tensor gives a 1-D tensor",
         Kind::shapes, "V4", "differential",
         [](Backend& to) {
             to.cross_entropy_tensor = [](int64_t input, int64_t target) {
                 return then(inner().cross_entropy_tensor(input, target),
                             [](int64_t y) { return inner().unsqueeze(y, 0); });
             };
         }},
        {"nll_loss_tensor.shape_is_2", Fn::nll_loss_tensor, "nll_loss_tensor reports sizes as an invalid argument",
         Kind::errors, "E3", "differential",
         [](Backend& to) {
             to.nll_loss_tensor = [](int64_t input, int64_t target) {
                 const int64_t result = inner().nll_loss_tensor(input, target);
                 if (!ok() && inner().last_error_code() == 3) planted::leave_code(Code::argument);
                 return result;
             };
         }},
        {"mse_loss.number_of_float32", Fn::mse_loss, "mse_loss of float64 is rounded to float32", Kind::values, "V1",
         "golden property", number_of_float32<&Backend::mse_loss>},
        {"cross_entropy.number_of_float32", Fn::cross_entropy, "cross_entropy of float64 is rounded to float32",
         Kind::values, "V1", "golden property", number_of_float32<&Backend::cross_entropy>},
        {"binary_cross_entropy.number_of_float32", Fn::binary_cross_entropy,
         "binary_cross_entropy of float64 is rounded to float32", Kind::values, "V1", "golden property",
         number_of_float32<&Backend::binary_cross_entropy>},
    };
    return faults;
}

}  // namespace simple
