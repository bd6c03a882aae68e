// Relations of matmul, dot, linear, det, inverse and of what decomposes.
#include "property/relations/expressions.h"

namespace simple::property {

namespace {

// The product of 2-D or batched arguments, of vectors as of matrices of one row or column, without matmul.
Result sum_of_products(Trial& t, const Arguments& a) {
    const bool row = t.count(Fn::ndim, a[0]) == 1, column = t.count(Fn::ndim, a[1]) == 1;
    const Value left = row ? t(Fn::unsqueeze, a[0], 0) : t(Fn::transpose, a[0], 0, 0);
    const Value right = column ? t(Fn::unsqueeze, a[1], 1) : t(Fn::transpose, a[1], 0, 0);
    Value sum = t(Fn::sum_dim, t(Fn::mul, t(Fn::unsqueeze, left, -1), t(Fn::unsqueeze, right, -3)), -2, false);
    if (column) sum = t(Fn::squeeze_dim, sum, -1);
    return row ? t(Fn::squeeze_dim, sum, column ? -1 : -2) : sum;
}

Result matmul_and_bias(Trial& t, const Arguments& a) {
    const Value product = t(Fn::matmul, a[0], t(Fn::t, a[1]));
    return a.given(2) ? t(Fn::add, product, a[2]) : product;
}

bool inner_sizes_differ(const Arguments& a) {
    const Dims &x = a.tensor(0)->dims, &y = a.tensor(1)->dims;
    return x.back() != (y.size() == 1 ? y[0] : y[y.size() - 2]);
}

// The real part of the product of complex numbers.
double product(const std::vector<double>& real, const std::vector<double>& imaginary) {
    double a = 1, b = 0;
    for (size_t i = 0; i < real.size(); i++) {
        const double x = a * real[i] - b * imaginary[i];
        b = a * imaginary[i] + b * real[i];
        a = x;
    }
    return a;
}

// Not one that was drawn to be far from singular.
bool is_any_matrix(const Arguments& a) { return !a.spoiled().empty(); }

Result first_of(Trial& t, Fn all, const Arguments& a) { return t.list_of(all, a.all())[0]; }

}  // namespace

Relations linalg_relations() {
    return {
        {Fn::linear,
         "is-matmul-plus-bias",
         {Fn::matmul, Fn::t, Fn::add},
         Agreement::close,
         matmul_and_bias,
         {{"linear's weight has 2 dims", [](const Arguments& a) { return a.ndim(1) != 2; }, Code::shape},
          {"linear's bias has one element a feature, add's other broadcasts",
           [](const Arguments& a) { return a.given(2) && a.tensor(2)->dims != Dims{a.tensor(1)->dims[0]}; },
           Code::shape}}},
        {Fn::matmul,
         "is-sum-of-products",
         {Fn::sum_dim, Fn::mul, Fn::unsqueeze},
         Agreement::close,
         sum_of_products,
         {{"neither may be 0-d", [](const Arguments& a) { return a.ndim(0) == 0 || a.ndim(1) == 0; }, Code::shape},
          {"the size 1 that mul broadcasts is no inner size of matmul", inner_sizes_differ, Code::shape}}},
        {Fn::dot,
         "is-matmul",
         {Fn::matmul},
         Agreement::close,
         [](Trial& t, const Arguments& a) -> Result { return t(Fn::matmul, a[0], a[1]); },
         {{"dot takes vectors", [](const Arguments& a) { return a.ndim(0) != 1 || a.ndim(1) != 1; }, Code::shape}}},
        {Fn::det,
         "is-the-product-of-eigenvalues",
         {Fn::eig_all},
         Agreement::close,
         [](Trial& t, const Arguments& a) -> Result {
             const std::vector<Value> all = t.list_of(Fn::eig_all, a.all());
             return product(t.data(all[0]), t.data(all[1]));
         },
         {{"det takes no batch", [](const Arguments& a) { return a.ndim(0) > 2 && a.dtype(0) != DType::i64; },
           Code::shape}}},
        {Fn::inverse,
         "has-reciprocal-det",
         {Fn::det},
         Agreement::close,
         [](Trial& t, const Arguments& a) -> Result { return 1 / t.value(Fn::det, a[0]); },
         {{"a matrix that may be as good as singular", is_any_matrix, Code::ok, Beyond::sometimes},
          {"a matrix that may be singular", is_any_matrix, Code::numerical, Beyond::sometimes},
          {"one of a batch that may be singular, of which there is no det",
           [](const Arguments& a) { return is_any_matrix(a) && a.ndim(0) > 2; }, Code::numerical, Beyond::sometimes,
           Code::shape}},
         [](Trial& t, const Arguments& a) -> Result { return t.value(Fn::det, t(Fn::inverse, a[0])); }},
        {Fn::eig,
         "is-shaped-as-the-first-of-eig-all",
         {Fn::eig_all},
         Agreement::shapes,
         [](Trial& t, const Arguments& a) { return first_of(t, Fn::eig_all, a); }},
        {Fn::svd,
         "is-shaped-as-the-first-of-svd-all",
         {Fn::svd_all},
         Agreement::shapes,
         [](Trial& t, const Arguments& a) { return first_of(t, Fn::svd_all, a); }},
    };
}

}  // namespace simple::property
