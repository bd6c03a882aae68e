// What goes wrong at an edge alone: the sign of an infinity, one handle for two arguments, a kink, a seed of 0, a
// probability near 1, a matrix whose determinant underflows.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "ci/faults/conditions.h"

namespace simple {

using namespace planted;

namespace {

double without_sign(double x) { return std::isinf(x) ? HUGE_VAL : x; }
double largest_for_infinity(double x) { return std::isinf(x) ? std::copysign(1.7976931348623157e308, x) : x; }
int64_t without_signs(int64_t x) {
    return changed(x, [](double value, size_t) { return without_sign(value); });
}

// The second of two arguments that are one handle passes no gradient.
template <auto F>
void one_gradient(Backend& to) {
    to.*F = [](int64_t x, int64_t y) -> int64_t {
        if (x != y || !is_tensor(x) || !inner().requires_grad(x)) return (inner().*F)(x, y);
        return then(detached(y), [=](int64_t cut) { return (inner().*F)(x, cut); });
    };
}

bool in_no_grad(const Met& met) { return inner().requires_grad(met.first) && is_within_no_grad(); }
bool in_graph(const Met& met) { return inner().requires_grad(met.result); }
bool of_the_same_dims(const Met& met) { return dims_of(met.first) == dims_of(met.result); }

// The gradient of an element is too large by what Change gives of it.
double half_at_0(double x, size_t) { return x == 0 ? 0.5 : 0; }
double minus_one_at_nan(double x, size_t) { return std::isnan(x) ? -1 : 0; }
template <auto F, auto Change, typename... A>
void plant_regraded(Backend& to, int64_t (*Backend::*)(int64_t, A...)) {
    to.*F = [](int64_t x, A... a) -> int64_t {
        const int64_t result = (inner().*F)(x, a...);
        if (result <= 0 || !inner().requires_grad(result)) return result;
        const int64_t cut = inner().detach(x);
        const int64_t halves = then(cut, [](int64_t y) { return changed(y, Change); });
        const int64_t other = inner().detach(x), zeros = inner().sub(x, other), part = inner().mul(zeros, halves);
        for (int64_t handle : {halves, other, zeros}) inner().free(handle);
        return then(part,
                    [=](int64_t y) { return then(result, [=](int64_t whole) { return inner().add(whole, y); }); });
    };
}
template <auto F, auto Change>
void regraded(Backend& to) {
    plant_regraded<F, Change>(to, F);
}

// The last two dims exchanged in memory.
int64_t column_major(int64_t x) {
    const int64_t n = inner().ndim(x);
    if (n < 2) return aliased(x);
    const auto turn = [n](int64_t y) { return inner().transpose(y, n - 2, n - 1); };
    return then(then(turn(x), copied), turn);
}

template <auto F>
void keeps_strides(Backend& to) {
    where<F, of_strided, column_major>(to);
}

// Of equal elements of a long vector the last.
template <auto F>
void last_of_equals(Backend& to) {
    to.*F = [](int64_t x, int64_t dim, bool keepdim) -> int64_t {
        const int64_t result = (inner().*F)(x, dim, keepdim);
        if (result <= 0 || inner().ndim(x) != 1 || inner().numel(x) < 9) return result;
        const std::vector<double> numbers = numbers_of(x);
        const double best = numbers[static_cast<size_t>(numbers_of(result)[0])];
        const auto last = std::find(numbers.rbegin(), numbers.rend(), best);
        return then(result,
                    [&](int64_t first) { return tensor_of({static_cast<double>(numbers.rend() - last - 1)}, first); });
    };
}

// The result of a dropout in training that drops some passes through Next, which is told x and p.
template <int64_t (*Next)(int64_t result, int64_t x, double p)>
void dropped(Backend& to) {
    to.dropout = [](int64_t x, double p, bool training) -> int64_t {
        const int64_t result = inner().dropout(x, p, training);
        return training && p > 0 ? then(result, [=](int64_t y) { return Next(y, x, p); }) : result;
    };
}
int64_t halved_near_1(int64_t result, int64_t, double p) {
    return p > 0.95 && p < 1 ? inner().mul_scalar(result, 0.5) : aliased(result);
}
int64_t cut_at_1(int64_t result, int64_t, double p) { return p == 1 ? detached(result) : aliased(result); }
int64_t in_pairs(int64_t result, int64_t x, double p) {
    const std::vector<double> kept = numbers_of(result), all = numbers_of(x);
    return changed(result, [&](double value, size_t i) {
        if (i % 2 == 0 || p == 1) return value;
        return kept[i - 1] == 0 ? 0 : all[i] / (1 - p);
    });
}

int64_t strides_of_argument(int64_t result, int64_t x, double) {
    Met met;
    met.first = x;
    return of_strided(met) ? column_major(result) : aliased(result);
}

template <int64_t (*Seed)(int64_t)>
void seeded(Backend& to) {
    to.manual_seed = [](int64_t seed) { inner().manual_seed(Seed(seed)); };
}
int64_t magnitude(int64_t seed) { return seed == INT64_MIN ? 0 : std::abs(seed); }
int64_t even(int64_t seed) { return seed - seed % 2; }

void eps_in_float32(Backend& to) {
    to.layer_norm = [](int64_t x, const SplArray* dims, int64_t weight, int64_t bias, double eps) {
        return inner().layer_norm(x, dims, weight, bias, static_cast<float>(eps));
    };
    to.batch_norm = [](int64_t x, int64_t mean, int64_t variance, int64_t weight, int64_t bias, bool training,
                       double momentum, double eps) {
        return inner().batch_norm(x, mean, variance, weight, bias, training, momentum, static_cast<float>(eps));
    };
}

// Messages of F lose their digits behind its name.
template <Fn F>
void without_digits(Backend& to) {
    to.last_error_message = [] {
        char* text = inner().last_error_message();
        const std::string_view symbol = function(F).symbol;
        if (text && std::string_view(text).substr(0, symbol.size() + 1) == std::string(symbol) + ":") {
            char* behind = text + symbol.size();
            *std::remove_if(behind, behind + std::strlen(behind), [](char c) { return c >= '0' && c <= '9'; }) = '\0';
        }
        return text;
    };
}

constexpr char kHandle[] = "handle", kProbability[] = "p", kData[] = "data";
// The word in F's messages, behind its symbol, is another.
template <Fn F, const char* Word>
void without_word(Backend& to) {
    to.last_error_message = [] {
        char* text = inner().last_error_message();
        const std::string_view symbol = function(F).symbol;
        if (!text || std::string_view(text).substr(0, symbol.size() + 1) != std::string(symbol) + ":") return text;
        const std::string word = ' ' + std::string(Word);
        for (char* at = text + symbol.size(); (at = std::strstr(at, word.c_str())); ++at)
            std::memset(at + 1, '?', word.size() - 1);
        return text;
    };
}

}  // namespace

const std::vector<PlantedFault>& edge_faults() {
    static const std::vector<PlantedFault> faults{
        {"add.one_gradient", Fn::add, "add passes one gradient where both arguments are one handle", Kind::autograd,
         "G4", "property", one_gradient<&Backend::add>},
        {"sub.one_gradient", Fn::sub, "sub passes one gradient where both arguments are one handle", Kind::autograd,
         "G4", "property", one_gradient<&Backend::sub>},
        {"div.one_gradient", Fn::div, "div passes one gradient where both arguments are one handle", Kind::autograd,
         "G4", "property", one_gradient<&Backend::div>},
        {"dot.one_gradient", Fn::dot, "dot passes one gradient where both arguments are one handle", Kind::autograd,
         "G4", "property", one_gradient<&Backend::dot>},
        {"inverse.in_no_grad", Fn::inverse, "inverse requires grad within no_grad", Kind::autograd, "G1", "property",
         where<&Backend::inverse, in_no_grad, flagged>},
        {"svd.in_no_grad", Fn::svd, "svd requires grad within no_grad", Kind::autograd, "G1", "property",
         where<&Backend::svd, in_no_grad, flagged>},
        {"detach.in_no_grad", Fn::detach, "detach requires grad within no_grad", Kind::autograd, "G4", "property",
         where<&Backend::detach, in_no_grad, flagged>},
        {"backward.not_in_no_grad", Fn::backward, "backward does nothing within no_grad", Kind::autograd, "G2",
         "property",
         [](Backend& to) {
             to.backward = [](int64_t x) {
                 if (!is_tensor(x) || !is_within_no_grad()) inner().backward(x);
             };
         }},
        {"set_requires_grad.zeroes", Fn::set_requires_grad, "a flag that is set again zeroes the gradient",
         Kind::autograd, "G2", "property",
         [](Backend& to) {
             to.set_requires_grad = [](int64_t x, bool on) {
                 if (on && is_tensor(x) && inner().requires_grad(x)) inner().zero_grad(x);
                 inner().set_requires_grad(x, on);
             };
         }},
        {"relu.gradient_at_zero", Fn::relu, "relu's gradient at 0 is a half", Kind::autograd, "V4", "golden",
         regraded<&Backend::relu, half_at_0>},
        {"relu.gradient_at_nan", Fn::relu, "relu's gradient at NaN is 0", Kind::autograd, "V4", "golden",
         regraded<&Backend::relu, minus_one_at_nan>},
        {"abs.gradient_at_zero", Fn::abs, "abs's gradient at 0 is a half", Kind::autograd, "V4", "golden",
         regraded<&Backend::abs, half_at_0>},
        {"leaky_relu.gradient_at_zero", Fn::leaky_relu, "leaky_relu's gradient at 0 is a half too large",
         Kind::autograd, "V4", "golden", regraded<&Backend::leaky_relu, half_at_0>},
        {"pow.gradient_at_zero", Fn::pow, "pow's gradient at 0 is a half too large", Kind::autograd, "V4", "golden",
         regraded<&Backend::pow, half_at_0>},
        {"slice.copies_strided", Fn::slice, "slice copies what is not contiguous", Kind::ownership, "H7", "property",
         where<&Backend::slice, of_strided, copied>},
        {"unsqueeze.copies_strided", Fn::unsqueeze, "unsqueeze copies what is not contiguous", Kind::ownership, "H7",
         "property", where<&Backend::unsqueeze, of_strided, copied>},
        {"to_float.copies_strided", Fn::to_float, "to_float copies float64 that is not contiguous", Kind::ownership,
         "H7", "property", where<&Backend::to_float, of_strided, copied>},
        {"transpose.copies_in_graph", Fn::transpose, "transpose copies in a graph", Kind::ownership, "H7", "property",
         where<&Backend::transpose, in_graph, copied>},
        {"cpu.copies_in_graph", Fn::cpu, "cpu copies in a graph", Kind::ownership, "H7", "property",
         where<&Backend::cpu, in_graph, copied>},
        {"squeeze.copies_unchanged", Fn::squeeze, "squeeze copies where no dim has size 1", Kind::ownership, "H7",
         "property", where<&Backend::squeeze, of_the_same_dims, copied>},
        {"squeeze_dim.copies_unchanged", Fn::squeeze_dim, "squeeze_dim copies where the dim has another size than 1",
         Kind::ownership, "H7", "property", where<&Backend::squeeze_dim, of_the_same_dims, copied>},
        {"add.keeps_strides", Fn::add, "add's result is column by column where its argument is", Kind::shapes, "H7",
         "property", keeps_strides<&Backend::add>},
        {"matmul.keeps_strides", Fn::matmul, "matmul's result is column by column where its argument is", Kind::shapes,
         "H7", "property", keeps_strides<&Backend::matmul>},
        {"gather.keeps_strides", Fn::gather, "gather's result is column by column where its argument is", Kind::shapes,
         "H7", "property", keeps_strides<&Backend::gather>},
        {"conv2d.keeps_strides", Fn::conv2d, "conv2d's result is column by column where its argument is", Kind::shapes,
         "H7", "property", keeps_strides<&Backend::conv2d>},
        {"embedding.keeps_strides", Fn::embedding, "embedding's result is column by column where its argument is",
         Kind::shapes, "H7", "property", keeps_strides<&Backend::embedding>},
        {"argmin.keeps_strides", Fn::argmin, "argmin's result is column by column where its argument is", Kind::shapes,
         "H7", "property", keeps_strides<&Backend::argmin>},
        {"leaky_relu.keeps_strides", Fn::leaky_relu, "leaky_relu's result is column by column where its argument is",
         Kind::shapes, "H7", "property", keeps_strides<&Backend::leaky_relu>},
        {"dropout.keeps_strides", Fn::dropout, "dropout's result is column by column where its argument is",
         Kind::shapes, "H7", "property", dropped<strides_of_argument>},
        {"dropout.near_1", Fn::dropout, "dropout scales by half of what is due near p = 1", Kind::values, "V4",
         "property", dropped<halved_near_1>},
        {"dropout.cut_at_1", Fn::dropout, "dropout with p = 1 is cut from the graph", Kind::autograd, "G4", "property",
         dropped<cut_at_1>},
        {"dropout.pairs", Fn::dropout, "dropout drops elements in pairs", Kind::values, "V4", "property",
         dropped<in_pairs>},
        {"randn.odd_last", Fn::randn, "the last of an odd number of drawn elements is 0", Kind::values, "V4",
         "property",
         [](Backend& to) {
             to.randn = [](const SplArray* dims) -> int64_t {
                 return then(inner().randn(dims), [](int64_t x) {
                     const auto n = static_cast<size_t>(inner().numel(x));
                     return changed(x, [=](double value, size_t i) { return n % 2 && i + 1 == n ? 0 : value; });
                 });
             };
         }},
        {"randn.no_tails", Fn::randn, "randn draws nothing beyond 2.5", Kind::values, "V4", "property",
         [](Backend& to) {
             to.randn = [](const SplArray* dims) -> int64_t {
                 return then(inner().randn(dims), [](int64_t x) {
                     return changed(x, [](double value, size_t) { return std::clamp(value, -2.5, 2.5); });
                 });
             };
         }},
        {"manual_seed.zero", Fn::manual_seed, "a seed of 0 is none", Kind::values, "V8", "property",
         [](Backend& to) {
             to.manual_seed = [](int64_t seed) { seed == 0 ? inner().clear_error() : inner().manual_seed(seed); };
         }},
        {"manual_seed.magnitude", Fn::manual_seed, "a negative seed is its magnitude", Kind::values, "V8", "property",
         seeded<magnitude>},
        {"manual_seed.even", Fn::manual_seed, "the lowest bit of a seed does not count", Kind::values, "V8", "property",
         seeded<even>},
        {"matmul.infinity_positive", Fn::matmul, "matmul loses an infinity's sign", Kind::values, "V4", "golden",
         after<&Backend::matmul, without_signs>},
        {"dot.infinity_positive", Fn::dot, "dot loses an infinity's sign", Kind::values, "V4", "golden",
         after<&Backend::dot, without_signs>},
        {"linear.infinity_positive", Fn::linear, "linear loses an infinity's sign", Kind::values, "V4", "golden",
         after<&Backend::linear, without_signs>},
        {"max_dim.infinity_positive", Fn::max_dim, "max_dim loses an infinity's sign", Kind::values, "V4", "golden",
         after<&Backend::max_dim, without_signs>},
        {"mean_dim.infinity_positive", Fn::mean_dim, "mean_dim loses an infinity's sign", Kind::values, "V4", "golden",
         after<&Backend::mean_dim, without_signs>},
        {"max.infinity_positive", Fn::max, "max loses an infinity's sign", Kind::values, "V4", "golden",
         after<&Backend::max, without_sign>},
        {"nll_loss.infinity_positive", Fn::nll_loss, "nll_loss loses an infinity's sign", Kind::values, "V4", "golden",
         after<&Backend::nll_loss, without_sign>},
        {"det.saturates", Fn::det, "det is the largest number where it overflows", Kind::values, "V4", "golden",
         after<&Backend::det, largest_for_infinity>},
        {"inverse.determinant_underflows", Fn::inverse, "inverse takes a matrix for singular whose det underflows",
         Kind::errors, "V4", "golden",
         [](Backend& to) {
             to.inverse = [](int64_t x) -> int64_t {
                 const int64_t result = inner().inverse(x);
                 if (result <= 0 || inner().ndim(x) != 2 || inner().det(x) != 0) return result;
                 inner().free(result);
                 leave_code(Code::numerical);
                 return 0;
             };
         }},
        {"sum.int64_in_float64", Fn::sum, "int64 elements are added up in float64", Kind::values, "V2", "golden",
         [](Backend& to) {
             to.sum = [](int64_t x) {
                 double sum = inner().sum(x);
                 if (inner().last_error_code() != 0 || inner().dtype(x) != 3) return sum;
                 sum = 0;
                 for (double value : numbers_of(x)) sum += value;
                 return sum;
             };
         }},
        {"to_int.through_float32", Fn::to_int, "float64 becomes int64 by way of float32", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.to_int = [](int64_t x) -> int64_t {
                 if (!is_tensor(x) || inner().dtype(x) != 2) return inner().to_int(x);
                 return then(inner().to_float32(x), [](int64_t y) { return inner().to_int(y); });
             };
         }},
        {"to_float32.through_float64", Fn::to_float32, "int64 becomes float32 by way of float64", Kind::values, "V4",
         "golden",
         [](Backend& to) {
             to.to_float32 = [](int64_t x) -> int64_t {
                 if (!is_tensor(x) || inner().dtype(x) != 3) return inner().to_float32(x);
                 return then(inner().to_float(x), [](int64_t y) { return inner().to_float32(y); });
             };
         }},
        {"pow.nan_exponent", Fn::pow, "1 to a power that is NaN is NaN", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.pow = [](int64_t x, double exponent) -> int64_t {
                 const int64_t result = inner().pow(x, exponent);
                 if (!std::isnan(exponent)) return result;
                 return then(result, [](int64_t y) { return inner().mul_scalar(y, NAN); });
             };
         }},
        {"pow.as_c_has_it", Fn::pow, "a square root is C's pow, which knows no -0 and has one of -inf", Kind::values,
         "V4", "golden",
         [](Backend& to) {
             to.pow = [](int64_t x, double exponent) -> int64_t {
                 const int64_t result = inner().pow(x, exponent);
                 if (std::abs(exponent) != 0.5 || result <= 0) return result;
                 if (inner().dtype(x) == 3 || inner().requires_grad(x)) return result;
                 inner().free(result);
                 return changed(x, [=](double value, size_t) { return std::pow(value, exponent); });
             };
         }},
        {"argmax.last_of_equals", Fn::argmax, "argmax takes the last of equals in long vectors", Kind::values, "V4",
         "golden", last_of_equals<&Backend::argmax>},
        {"argmin.last_of_equals", Fn::argmin, "argmin takes the last of equals in long vectors", Kind::values, "V4",
         "golden", last_of_equals<&Backend::argmin>},
        {"cross_entropy.underflows", Fn::cross_entropy, "cross_entropy takes the logarithm of softmax", Kind::values,
         "V4", "golden",
         [](Backend& to) {
             to.cross_entropy = [](int64_t x, int64_t target) {
                 const double loss = inner().cross_entropy(x, target);
                 return loss > 104 ? HUGE_VAL : loss;
             };
         }},
        {"layer_norm.eps_float32", Fn::layer_norm, "layer_norm rounds eps to float32", Kind::values, "V4", "golden",
         eps_in_float32},
        {"batch_norm.eps_float32", Fn::batch_norm, "batch_norm rounds eps to float32", Kind::values, "V4", "golden",
         eps_in_float32},
        {"exp.message_without_numbers", Fn::exp, "exp's messages do not hold the handle at fault", Kind::errors, "E6",
         "property", without_digits<Fn::exp>},
        {"matmul.message_without_numbers", Fn::matmul, "matmul's messages do not hold the shapes at fault",
         Kind::errors, "E6", "property", without_digits<Fn::matmul>},
        {"inverse.message_without_argument", Fn::inverse, "inverse's messages do not name handle", Kind::errors, "E6",
         "property", without_word<Fn::inverse, kHandle>},
        {"dropout.message_without_argument", Fn::dropout, "dropout's messages do not name p", Kind::errors, "E6",
         "golden property", without_word<Fn::dropout, kProbability>},
        {"from_data.message_without_argument", Fn::from_data, "from_data's messages do not name data", Kind::errors,
         "E6", "golden property", without_word<Fn::from_data, kData>},
        {"sum_dim.message_without_numbers", Fn::sum_dim, "sum_dim's messages do not hold the dim at fault",
         Kind::errors, "E6", "golden", without_digits<Fn::sum_dim>},
        {"squeeze_dim.message_without_numbers", Fn::squeeze_dim, "squeeze_dim's messages do not hold the dim at fault",
         Kind::errors, "E6", "golden", without_digits<Fn::squeeze_dim>},
        {"from_i64_data.nil_is_0", Fn::from_i64_data, "from_i64_data takes NIL for 0", Kind::errors, "T2", "golden",
         [](Backend& to) {
             to.from_i64_data = [](const SplArray* data, const SplArray* dims) -> int64_t {
                 const int64_t result = inner().from_i64_data(data, dims);
                 if (inner().last_error_code() != 2 || !data || !data->items || data->len < 1) return result;
                 std::vector<SplValue> items(data->items, data->items + data->len);
                 for (SplValue& item : items)
                     if (item.tag == SPL_NIL) item.tag = SPL_INT, item.as_int = 0;
                 const SplArray read{items.data(), data->len, data->cap};
                 return inner().from_i64_data(&read, dims);
             };
         }},
    };
    return faults;
}

}  // namespace simple
