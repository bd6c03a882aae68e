#include <cmath>

#include "ci/faults/conditions.h"

namespace simple {

using planted::then;

const std::vector<PlantedFault>& arithmetic_faults() {
    static const std::vector<PlantedFault> faults{
        {"zeros.ones", Fn::zeros, "zeros gives ones", Kind::values, "V4", "golden",
         [](Backend& to) { to.zeros = inner().ones; }},
        {"ones.zeros", Fn::ones, "ones gives zeros", Kind::values, "V4", "golden",
         [](Backend& to) { to.ones = inner().zeros; }},
        {"full.truncated", Fn::full, "full drops the fraction of its value", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.full = [](const SplArray* dims, double value) { return inner().full(dims, std::trunc(value)); };
         }},
        {"full.overflow_accepted", Fn::full, "full takes a value that float32 cannot hold as infinity", Kind::errors,
         "E3", "golden",
         [](Backend& to) {
             to.full = [](const SplArray* dims, double value) {
                 return inner().full(dims, static_cast<double>(static_cast<float>(value)));
             };
         }},
        {"from_data.float32", Fn::from_data, "from_data rounds to float32 on the way", Kind::values, "V1", "golden",
         [](Backend& to) {
             to.from_data = [](const SplArray* data, const SplArray* dims) {
                 return then(then(inner().from_data(data, dims), [](int64_t x) { return inner().to_float32(x); }),
                             [](int64_t x) { return inner().to_float(x); });
             };
         }},
        {"from_data.result_float32", Fn::from_data, "from_data gives float32", Kind::shapes, "V1", "differential",
         [](Backend& to) {
             to.from_data = [](const SplArray* data, const SplArray* dims) {
                 return then(inner().from_data(data, dims), [](int64_t x) { return inner().to_float32(x); });
             };
         }},
        {"arange.end_included", Fn::arange, "arange includes its end", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.arange = [](double start, double end, double step) {
                 return inner().arange(start, std::isfinite(end) && (end - start) * step >= 0 ? end + step / 2 : end,
                                       step);
             };
         }},
        {"linspace.end_excluded", Fn::linspace, "linspace excludes its end", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.linspace = [](double start, double end, int64_t steps) {
                 const double shorter = steps > 1 ? end - (end - start) / static_cast<double>(steps) : end;
                 return inner().linspace(start, shorter, steps);
             };
         }},
        {"eye.filled", Fn::eye, "eye gives ones everywhere", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.eye = [](int64_t n) { return then(inner().eye(n), [](int64_t x) { return inner().pow(x, 0); }); };
         }},
        {"add.subtracts", Fn::add, "add subtracts", Kind::values, "V4", "golden",
         [](Backend& to) { to.add = inner().sub; }},
        {"add.result_float32", Fn::add, "add of float64 gives float32", Kind::shapes, "V1", "differential",
         [](Backend& to) {
             to.add = [](int64_t a, int64_t b) {
                 return then(inner().add(a, b), [](int64_t x) {
                     return inner().dtype(x) == 2 ? inner().to_float32(x) : inner().detach(x);
                 });
             };
         }},
        {"sub.swapped", Fn::sub, "sub swaps its arguments", Kind::values, "V4", "golden",
         [](Backend& to) { to.sub = [](int64_t a, int64_t b) { return inner().sub(b, a); }; }},
        {"sub.int64_raised", Fn::sub, "sub of two int64 gives float32", Kind::shapes, "V2", "differential",
         [](Backend& to) {
             to.sub = [](int64_t a, int64_t b) {
                 return then(inner().sub(a, b), [](int64_t x) {
                     return inner().dtype(x) == 3 ? inner().to_float32(x) : inner().detach(x);
                 });
             };
         }},
        {"mul.adds", Fn::mul, "mul adds", Kind::values, "V4", "golden", [](Backend& to) { to.mul = inner().add; }},
        {"div.swapped", Fn::div, "div swaps its arguments", Kind::values, "V4", "golden",
         [](Backend& to) { to.div = [](int64_t a, int64_t b) { return inner().div(b, a); }; }},
        {"div.int64_kept", Fn::div, "div of two int64 gives int64", Kind::shapes, "V2", "differential",
         [](Backend& to) {
             to.div = [](int64_t a, int64_t b) {
                 const bool whole = inner().dtype(a) == 3 && inner().dtype(b) == 3;
                 const int64_t quotient = inner().div(a, b);
                 return whole ? then(quotient, [](int64_t x) { return inner().to_int(x); }) : quotient;
             };
         }},
        {"pow.squared", Fn::pow, "pow ignores its exponent and squares", Kind::values, "V4", "golden",
         [](Backend& to) { to.pow = [](int64_t x, double) { return inner().pow(x, 2); }; }},
        {"neg.copies", Fn::neg, "neg does not change the sign", Kind::values, "V4", "golden",
         [](Backend& to) { to.neg = inner().clone; }},
        {"abs.copies", Fn::abs, "abs does not change the sign", Kind::values, "V4", "golden",
         [](Backend& to) { to.abs = inner().clone; }},
        {"sqrt.of_magnitude", Fn::sqrt, "sqrt of a negative number is the root of its magnitude", Kind::values, "V4",
         "golden",
         [](Backend& to) {
             to.sqrt = [](int64_t x) { return then(inner().abs(x), [](int64_t y) { return inner().sqrt(y); }); };
         }},
        {"exp.minus_one", Fn::exp, "exp is one too small", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.exp = [](int64_t x) {
                 return then(inner().exp(x), [](int64_t y) { return inner().add_scalar(y, -1); });
             };
         }},
        {"log.of_one_more", Fn::log, "log is log1p", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.log = [](int64_t x) {
                 return then(inner().add_scalar(x, 1), [](int64_t y) { return inner().log(y); });
             };
         }},
        {"add_scalar.float32", Fn::add_scalar, "add_scalar rounds a float64 tensor to float32", Kind::values, "V1",
         "golden",
         [](Backend& to) {
             to.add_scalar = [](int64_t x, double scalar) {
                 return then(inner().to_float32(x), [=](int64_t y) { return inner().add_scalar(y, scalar); });
             };
         }},
        {"mul_scalar.int64_kept", Fn::mul_scalar, "mul_scalar keeps int64", Kind::shapes, "V2", "differential",
         [](Backend& to) {
             to.mul_scalar = [](int64_t x, double scalar) {
                 const bool whole = inner().dtype(x) == 3;
                 const int64_t product = inner().mul_scalar(x, scalar);
                 return whole ? then(product, [](int64_t y) { return inner().to_int(y); }) : product;
             };
         }},
        {"relu.leaks", Fn::relu, "relu lets a hundredth of what is negative through", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.relu = [](int64_t x) { return inner().dtype(x) == 3 ? inner().relu(x) : inner().leaky_relu(x, 0.01); };
         }},
        {"sigmoid.steeper", Fn::sigmoid, "sigmoid takes twice its argument", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.sigmoid = [](int64_t x) {
                 return then(inner().mul_scalar(x, 2), [](int64_t y) { return inner().sigmoid(y); });
             };
         }},
        {"tanh.sigmoid", Fn::tanh, "tanh is the logistic function", Kind::values, "V4", "golden",
         [](Backend& to) { to.tanh = inner().sigmoid; }},
        {"leaky_relu.default_slope", Fn::leaky_relu, "leaky_relu ignores its slope and takes 0.01", Kind::values, "V4",
         "golden", [](Backend& to) { to.leaky_relu = [](int64_t x, double) { return inner().leaky_relu(x, 0.01); }; }},
        {"gelu.tanh_form", Fn::gelu, "gelu is the tanh approximation", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.gelu = [](int64_t x) {
                 // 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))
                 const int64_t exact = inner().gelu(x);
                 if (exact <= 0) return exact;
                 inner().free(exact);
                 const int64_t cube =
                     then(inner().pow(x, 3), [](int64_t y) { return inner().mul_scalar(y, 0.044715); });
                 const int64_t gate =
                     then(then(then(then(cube, [=](int64_t y) { return inner().add(y, x); }),
                                    [](int64_t y) { return inner().mul_scalar(y, std::sqrt(M_2_PI)); }),
                               [](int64_t y) { return inner().tanh(y); }),
                          [](int64_t y) { return inner().add_scalar(y, 1); });
                 return then(then(gate, [=](int64_t y) { return inner().mul(y, x); }),
                             [](int64_t y) { return inner().mul_scalar(y, 0.5); });
             };
         }},
        {"softmax.first_dim", Fn::softmax, "softmax normalizes along dim 0 whatever dim is", Kind::values, "V4",
         "golden", [](Backend& to) { to.softmax = [](int64_t x, int64_t) { return inner().softmax(x, 0); }; }},
        {"softmax.code_2", Fn::softmax, "softmax reports a bad dim as an invalid argument", Kind::errors, "E3",
         "golden",
         [](Backend& to) {
             to.softmax = [](int64_t x, int64_t dim) {
                 const int64_t result = inner().softmax(x, dim);
                 if (inner().last_error_code() == 5) planted::leave_code(Code::argument);
                 return result;
             };
         }},
        {"softmax.int64_accepted", Fn::softmax, "softmax converts int64", Kind::errors, "V2", "golden",
         [](Backend& to) {
             to.softmax = [](int64_t x, int64_t dim) {
                 if (inner().dtype(x) != 3) return inner().softmax(x, dim);
                 return then(inner().to_float32(x), [=](int64_t y) { return inner().softmax(y, dim); });
             };
         }},
        {"log_softmax.no_log", Fn::log_softmax, "log_softmax leaves the logarithm out", Kind::values, "V4", "golden",
         [](Backend& to) { to.log_softmax = inner().softmax; }},
        {"manual_seed.ignored", Fn::manual_seed, "manual_seed does nothing", Kind::values, "V8", "golden",
         [](Backend& to) { to.manual_seed = [](int64_t) { inner().clear_error(); }; }},
        {"rand.normal", Fn::rand, "rand draws from the normal distribution", Kind::values, "V4", "golden",
         [](Backend& to) { to.rand = inner().randn; }},
        {"randn.uniform", Fn::randn, "randn draws from the uniform distribution", Kind::values, "V4", "golden",
         [](Backend& to) { to.randn = inner().rand; }},
        {"full.float64", Fn::full, "full gives float64", Kind::shapes, "V1", "golden property",
         planted::after<&Backend::full, planted::widened>},
        {"rand.float64", Fn::rand, "rand gives float64", Kind::shapes, "V1", "golden property",
         planted::after<&Backend::rand, planted::widened>},
        {"randn.float64", Fn::randn, "randn gives float64", Kind::shapes, "V1", "golden property",
         planted::after<&Backend::randn, planted::widened>},
    };
    return faults;
}

}  // namespace simple
