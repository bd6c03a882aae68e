#include "property/table/agreement.h"

#include <algorithm>
#include <sstream>

#include "property/table/tolerance.h"

namespace simple::property {

namespace {

// What the contract leaves open: signs of singular vectors, scale of eigenvectors, order of eigenvalues (V6), elements
// of empty, numbers drawn.
bool elements_are_fixed(Fn fn, size_t result) {
    if (is_random(fn) || fn == Fn::svd || fn == Fn::eig_all) return false;
    return fn != Fn::svd_all || result == 1;
}

// How many squares a singular value is made of: a row's, or a column's, of the reduced U and Vh that came with it.
int64_t products(Fn fn, const Given& given) {
    if (fn != Fn::svd_all || given.tensors.size() != 3) return 1;
    const std::vector<int64_t> u = shape(given.backend, given.tensors[0]), vh = shape(given.backend, given.tensors[2]);
    return std::max(u.at(u.size() - 2), vh.back());
}

std::vector<double> ordered(Fn fn, std::vector<double> values) {
    if (fn == Fn::eig) std::sort(values.begin(), values.end());
    return values;
}

std::string pair(double got, double want) {
    std::ostringstream text;
    text.precision(17);
    text << "got " << got << ", want " << want;
    return text.str();
}

// Results that are no tensors.
void claim_same_plain(Fn fn, const Outcome& got, const Outcome& want, const Claim& claim) {
    const Type type = function(fn).result;
    if (type == Type::boolean || type == Type::i32 || type == Type::i64)
        claim(got.integer == want.integer, pair(static_cast<double>(got.integer), static_cast<double>(want.integer)));
    if (type != Type::i64_array && type != Type::f64_array) return;
    claim(got.items.size() == want.items.size(), "arrays of other lengths");
    for (size_t i = 0; i < got.items.size(); i++) {
        const SplValue &a = got.items[i], &b = want.items[i];
        const bool same = a.tag == b.tag && (a.tag == SPL_FLOAT ? is_near(a.as_float, b.as_float, {0, 0})
                                                                : a.as_int == b.as_int);  // what is read
        claim(same, "element " + std::to_string(i) + " of the array differs");
    }
}

void claim_same_elements(Fn fn, size_t result, const Given& got, int64_t x, const Given& want, int64_t y,
                         const Claim& claim) {
    if (!elements_are_fixed(fn, result)) return;
    const std::vector<double> xs = ordered(fn, values(got.backend, x)), ys = ordered(fn, values(want.backend, y));
    const Tolerance limit = tolerance(fn, dtype(want.backend, y), products(fn, want));
    // Words for a claim that holds would cost more than all else here.
    for (size_t k = 0; k < xs.size(); k++)
        if (!is_near(xs[k], ys[k], limit))
            claim(false,
                  "result " + std::to_string(result) + ", element " + std::to_string(k) + ": " + pair(xs[k], ys[k]));
}

}  // namespace

DType computed_dtype(const Backend& backend, const Runner& runner, const Step& step) {
    const Function& row = function(step.fn);
    if (row.result != Type::f64) return DType::other;
    DType highest = DType::i64;
    std::vector<int64_t> first_dims;
    for (const Ref& ref : step.refs) {
        const int64_t handle = runner.handles(ref.step).at(static_cast<size_t>(ref.result));
        if (!runner.live(handle)) return DType::other;
        if (first_dims.empty()) first_dims = shape(backend, handle);
        const Role role = row.params[ref.argument].role;
        const DType type = dtype(backend, handle);
        // A target of the input's shape holds probabilities; any other, classes (V3).
        if (role != Role::value && (role != Role::target || shape(backend, handle) != first_dims)) continue;
        if (type == DType::other) return type;
        if (type == DType::f64 || highest == DType::i64) highest = type;
    }
    return highest;
}

void claim_agreement(Fn fn, const Given& got, const Given& want, const Claim& claim, bool with_flags) {
    const Outcome &x = got.outcome, &y = want.outcome;
    claim(ended_with(got.backend, fn, x, y.code), pair(x.code, y.code) + " as code: " + x.message + y.message);
    if (function(fn).result == Type::f64)
        claim(is_near(x.number, y.number, tolerance(fn, want.computed)), pair(x.number, y.number));
    claim_same_plain(fn, x, y, claim);
    claim(got.tensors.size() == want.tensors.size(), "other numbers of tensors returned");
    for (size_t i = 0; i < got.tensors.size(); i++) {
        const int64_t a = got.tensors[i], b = want.tensors[i];
        claim(shape(got.backend, a) == shape(want.backend, b), "shapes differ");
        claim(!got.backend.has(Fn::dtype) || dtype(got.backend, a) == dtype(want.backend, b), "dtypes differ");
        if (with_flags) claim(got.backend.requires_grad(a) == want.backend.requires_grad(b), "requires_grad differs");
        claim_same_elements(fn, i, got, a, want, b, claim);
    }
}

bool has_values(Fn fn) {
    const Function& row = function(fn);
    const Type result = row.result;
    if (row.category == "stream" || row.category == "introspection") return false;
    return result == Type::tensor || result == Type::tensor_opt || result == Type::tensor_array || result == Type::f64;
}

}  // namespace simple::property
