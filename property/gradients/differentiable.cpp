#include "property/gradients/differentiable.h"

#include <algorithm>

namespace simple::property {

namespace {

using Tensors = std::vector<Value>;
using Apply = std::function<Value(Trial&, const Tensors&)>;

const Dims kDefault;

Want wanted(Values kind) { return Want().f64().nonempty().ndim(0, 3).small_count(8).filled(kind); }

Row unary(Fn fn, Values kind) {
    return {fn,
            [=](Trial& t) {
                return Differentiable{{t.spec("x", wanted(kind))},
                                      [=](Trial& t, const Tensors& in) { return t(fn, in[0]); }};
            },
            ""};
}

// One tensor and what else the call takes, drawn for its dims.
Row with(Fn fn, int least_ndim, const std::function<Apply(Trial&, const Dims&)>& draw_rest,
         Values kind = Values::distinct) {
    return {fn,
            [=](Trial& t) {
                const TensorSpec x = t.spec("x", wanted(kind).ndim(least_ndim, 3));
                return Differentiable{{x}, draw_rest(t, x.dims)};
            },
            ""};
}

Row along_dim(Fn fn, bool keeps_dim) {
    return with(fn, 0, [=](Trial& t, const Dims& dims) -> Apply {
        const int64_t dim = t.dim("dim", dims.size());
        if (!keeps_dim) return [=](Trial& t, const Tensors& in) { return t(fn, in[0], dim); };
        const bool keep = t.flag("keepdim");
        return [=](Trial& t, const Tensors& in) { return t(fn, in[0], dim, keep); };
    });
}

Row binary(Fn fn) {
    return {fn,
            [=](Trial& t) {
                const TensorSpec a = t.spec("a", wanted(Values::positive));
                Dims dims = t.partner("dims", a.dims);
                if (product(broadcast(a.dims, dims)) > 24) dims = a.dims;
                const TensorSpec b = t.spec("b", wanted(Values::positive).of(dims));
                return Differentiable{{a, b}, [=](Trial& t, const Tensors& in) { return t(fn, in[0], in[1]); }};
            },
            ""};
}

Want shaped(const Dims& dims, Values kind = Values::modest) { return Want().f64().of(dims).filled(kind); }

// A call of several tensors whose dims follow from sizes drawn inside.
Row several(Fn fn, const std::function<Differentiable(Trial&)>& draw, const char* variant = "") {
    return {fn, draw, variant};
}

Differentiable call_of(Fn fn, std::vector<TensorSpec> tensors) {
    return {std::move(tensors), [=](Trial& t, const Tensors& in) { return t(fn, in[0], in[1]); }};
}

// Noise plus a diagonal that keeps the matrix far from singular, added inside the call.
Row square(Fn fn) {
    return several(fn, [=](Trial& t) {
        const int64_t n = t.integer("n", 1, 3);
        return Differentiable{{t.spec("x", shaped({n, n}))}, [=](Trial& t, const Tensors& in) {
                                  const Value eye = t(Fn::mul_scalar, t(Fn::eye, n), 3.0 * static_cast<double>(n) + 1);
                                  return t(fn, t(Fn::add, in[0], eye));
                              }};
    });
}

// A function of an n by m matrix whose singular values and real eigenvalues a growing diagonal keeps apart, and from 0,
// where a singular value has a kink.
Differentiable apart(Trial& t, int64_t n, int64_t m, const std::function<Value(Trial&, const Value&)>& of) {
    std::vector<double> diagonal(static_cast<size_t>(n * m));
    for (int64_t i = 0; i < std::min(n, m); i++) diagonal[static_cast<size_t>(i * m + i)] = 8.0 * double(i + 1);
    return {{t.spec("x", shaped({n, m}, Values::unit))}, [=](Trial& t, const Tensors& in) {
                return of(t, t(Fn::add, in[0], t(Fn::from_data, diagonal, Dims{n, m})));
            }};
}

// Eigenvalues come in any order (V6), so a symmetric function of them.
Row eigenvalues(Fn fn, Value (*real_parts)(Trial&, const Value&)) {
    return several(fn, [=](Trial& t) {
        const int64_t n = t.integer("n", 1, 3);
        return apart(t, n, n, [=](Trial& t, const Value& x) {
            const Value values = real_parts(t, x);
            return t(Fn::sum_dim, t(Fn::mul, values, values), 0, false);
        });
    });
}

std::vector<Row> elementwise_rows() {
    std::vector<Row> rows = {
        unary(Fn::neg, Values::modest),     unary(Fn::abs, Values::distinct),   unary(Fn::sqrt, Values::positive),
        unary(Fn::exp, Values::modest),     unary(Fn::log, Values::positive),   unary(Fn::relu, Values::distinct),
        unary(Fn::sigmoid, Values::modest), unary(Fn::tanh, Values::modest),    unary(Fn::gelu, Values::modest),
        unary(Fn::clone, Values::modest),   unary(Fn::cpu, Values::modest),     unary(Fn::to_float, Values::modest),
        unary(Fn::squeeze, Values::modest), unary(Fn::flatten, Values::modest), unary(Fn::contiguous, Values::modest),
    };
    for (Fn fn : {Fn::add, Fn::sub, Fn::mul, Fn::div}) rows.push_back(binary(fn));
    for (Fn fn : {Fn::add_scalar, Fn::mul_scalar, Fn::leaky_relu, Fn::pow})
        rows.push_back(with(
            fn, 0,
            [=](Trial& t, const Dims&) -> Apply {
                const double scalar = t.number("scalar", 0.1, 2);
                return [=](Trial& t, const Tensors& in) { return t(fn, in[0], scalar); };
            },
            fn == Fn::pow ? Values::positive : Values::distinct));
    return rows;
}

std::vector<Row> shape_rows() {
    std::vector<Row> rows;
    for (Fn fn : {Fn::softmax, Fn::log_softmax, Fn::squeeze_dim}) rows.push_back(along_dim(fn, false));
    for (Fn fn : {Fn::sum_dim, Fn::mean_dim, Fn::max_dim, Fn::min_dim}) rows.push_back(along_dim(fn, true));
    rows.push_back(with(Fn::unsqueeze, 0, [](Trial& t, const Dims& dims) -> Apply {
        const int64_t dim = t.integer("dim", 0, static_cast<int64_t>(dims.size()));
        return [=](Trial& t, const Tensors& in) { return t(Fn::unsqueeze, in[0], dim); };
    }));
    rows.push_back(with(Fn::transpose, 0, [](Trial& t, const Dims& dims) -> Apply {
        const int64_t a = t.dim("dim0", dims.size()), b = t.dim("dim1", dims.size());
        return [=](Trial& t, const Tensors& in) { return t(Fn::transpose, in[0], a, b); };
    }));
    rows.push_back(with(Fn::permute, 0, [](Trial& t, const Dims& dims) -> Apply {
        const Dims order = t.permutation("order", dims.size());
        return [=](Trial& t, const Tensors& in) { return t(Fn::permute, in[0], order); };
    }));
    rows.push_back({Fn::t,
                    [](Trial& t) {
                        return Differentiable{{t.spec("x", wanted(Values::modest).ndim(0, 2))},
                                              [](Trial& t, const Tensors& in) { return t(Fn::t, in[0]); }};
                    },
                    ""});
    rows.push_back(with(Fn::reshape, 0, [](Trial&, const Dims& dims) -> Apply {
        return [count = product(dims)](Trial& t, const Tensors& in) { return t(Fn::reshape, in[0], Dims{1, count}); };
    }));
    rows.push_back(
        {Fn::view,
         [](Trial& t) {
             TensorSpec x = t.spec("x", wanted(Values::modest));
             x.layout = Layout::contiguous;
             const Dims dims = {product(x.dims), 1};
             return Differentiable{{x}, [=](Trial& t, const Tensors& in) { return t(Fn::view, in[0], dims); }};
         },
         ""});
    rows.push_back(with(Fn::slice, 1, [](Trial& t, const Dims& dims) -> Apply {
        const int64_t dim = t.dim("dim", dims.size()), step = t.integer("step", 1, 2);
        return [=](Trial& t, const Tensors& in) { return t(Fn::slice, in[0], dim, 0, 3, step); };
    }));
    rows.push_back(with(Fn::chunk, 1, [](Trial& t, const Dims& dims) -> Apply {
        const int64_t dim = t.dim("dim", dims.size()), chunks = t.integer("chunks", 1, 3);
        return [=](Trial& t, const Tensors& in) { return t.list(Fn::chunk, in[0], chunks, dim).back(); };
    }));
    rows.push_back(with(Fn::index_select, 1, [](Trial& t, const Dims& dims) -> Apply {
        const int64_t last = dims[0] - 1;
        const Dims at = {t.integer("a", 0, last), t.integer("b", 0, last), 0};
        return [=](Trial& t, const Tensors& in) {
            return t(Fn::index_select, in[0], 0, t(Fn::from_i64_data, at, Dims{3}));
        };
    }));
    rows.push_back(with(Fn::gather, 1, [](Trial& t, const Dims& dims) -> Apply {
        const int64_t dim = t.dim("dim", dims.size());
        return
            [=](Trial& t, const Tensors& in) { return t(Fn::gather, in[0], dim, t(Fn::to_int, t(Fn::zeros, dims))); };
    }));
    for (Fn fn : {Fn::cat, Fn::stack})
        rows.push_back(several(fn, [=](Trial& t) {
            const TensorSpec a = t.spec("a", wanted(Values::modest).ndim(1, 3));
            const TensorSpec b = t.spec("b", shaped(a.dims));
            const int64_t dim = t.dim("dim", a.dims.size());
            return Differentiable{{a, b}, [=](Trial& t, const Tensors& in) {
                                      return t(fn, Tensors{in[0], in[1]}, dim);
                                  }};
        }));
    return rows;
}

std::vector<Row> linalg_rows() {
    return {
        several(Fn::matmul,
                [](Trial& t) {
                    const int64_t n = t.integer("n", 1, 3), m = t.integer("m", 1, 3), k = t.integer("k", 1, 3);
                    return call_of(Fn::matmul, {t.spec("a", shaped({n, m})), t.spec("b", shaped({m, k}))});
                }),
        several(
            Fn::matmul,
            [](Trial& t) {
                const int64_t n = t.integer("n", 1, 2), m = t.integer("m", 1, 3);
                return call_of(Fn::matmul, {t.spec("a", shaped({n, 2, m})), t.spec("b", shaped({m}))});
            },
            "-batched-vector"),
        several(Fn::dot,
                [](Trial& t) {
                    const int64_t n = t.integer("n", 1, 5);
                    return call_of(Fn::dot, {t.spec("a", shaped({n})), t.spec("b", shaped({n}))});
                }),
        several(Fn::linear,
                [](Trial& t) {
                    const int64_t in_size = t.integer("in", 1, 3), out = t.integer("out", 1, 2);
                    return Differentiable{
                        {t.spec("x", shaped({2, in_size})), t.spec("w", shaped({out, in_size})),
                         t.spec("b", shaped({out}))},
                        [](Trial& t, const Tensors& in) { return t(Fn::linear, in[0], in[1], in[2]); }};
                }),
        square(Fn::inverse),
        several(Fn::svd,
                [](Trial& t) {
                    // U is unique only up to signs, the projection on its columns is.
                    const int64_t m = t.integer("m", 1, 2);
                    return apart(t, m + 1, m, [](Trial& t, const Value& x) {
                        const Value u = t(Fn::svd, x);
                        return t(Fn::matmul, u, t(Fn::t, u));
                    });
                }),
        eigenvalues(Fn::eig, [](Trial& t, const Value& x) { return t(Fn::eig, x); }),
        eigenvalues(Fn::eig_all, [](Trial& t, const Value& x) { return t.list(Fn::eig_all, x)[0]; }),
        several(Fn::svd_all,
                [](Trial& t) {
                    // Singular values alone: U and Vh are unique only up to signs.
                    const int64_t n = t.integer("n", 1, 3), m = t.integer("m", 1, 3);
                    return apart(t, n, m, [](Trial& t, const Value& x) { return t.list(Fn::svd_all, x)[1]; });
                }),
    };
}

std::vector<Row> nn_rows() {
    return {
        several(Fn::conv2d,
                [](Trial& t) {
                    const int64_t c = t.integer("C", 1, 2), h = t.integer("H", 2, 3), p = t.integer("padding", 0, 1);
                    return Differentiable{{t.spec("x", shaped({1, c, h, 2})), t.spec("w", shaped({1, c, 2, 2})),
                                           t.spec("b", shaped({1}))},
                                          [=](Trial& t, const Tensors& in) {
                                              return t(Fn::conv2d, in[0], in[1], in[2], kDefault, Dims{p}, kDefault, 1);
                                          }};
                }),
        several(Fn::max_pool2d,
                [](Trial& t) {
                    const int64_t k = t.integer("kernel", 1, 2), s = t.integer("stride", 1, 2);
                    return Differentiable{{t.spec("x", shaped({1, 3, 3}, Values::distinct))},
                                          [=](Trial& t, const Tensors& in) {
                                              return t(Fn::max_pool2d, in[0], Dims{k}, Dims{s}, kDefault);
                                          }};
                }),
        several(Fn::avg_pool2d,
                [](Trial& t) {
                    const int64_t k = t.integer("kernel", 1, 2), s = t.integer("stride", 1, 2);
                    return Differentiable{{t.spec("x", shaped({1, 3, 3}))}, [=](Trial& t, const Tensors& in) {
                                              return t(Fn::avg_pool2d, in[0], Dims{k}, Dims{s}, Dims{k / 2});
                                          }};
                }),
        several(Fn::batch_norm,
                [](Trial& t) {
                    const int64_t c = t.integer("C", 1, 2);
                    return Differentiable{{t.spec("x", shaped({3, c}, Values::distinct)), t.spec("w", shaped({c})),
                                           t.spec("b", shaped({c}))},
                                          [](Trial& t, const Tensors& in) {
                                              return t(Fn::batch_norm, in[0], 0, 0, in[1], in[2], true, 0.1, 1e-2);
                                          }};
                }),
        several(
            Fn::batch_norm,
            [](Trial& t) {
                const int64_t c = t.integer("C", 1, 2);
                const TensorSpec mean = t.spec("mean", shaped({c})), var = t.spec("var", shaped({c}, Values::positive));
                return Differentiable{{t.spec("x", shaped({3, c})), t.spec("w", shaped({c})), t.spec("b", shaped({c}))},
                                      [=](Trial& t, const Tensors& in) {
                                          return t(Fn::batch_norm, in[0], t.make(mean), t.make(var), in[1], in[2],
                                                   false, 0.1, 1e-2);
                                      }};
            },
            "-evaluation"),
        several(
            Fn::layer_norm,
            [](Trial& t) {
                const int64_t n = t.integer("n", 2, 3);
                return Differentiable{
                    {t.spec("x", shaped({2, n}, Values::distinct)), t.spec("w", shaped({n})), t.spec("b", shaped({n}))},
                    [=](Trial& t, const Tensors& in) { return t(Fn::layer_norm, in[0], Dims{n}, in[1], in[2], 1e-2); }};
            }),
        several(Fn::dropout,
                [](Trial& t) {
                    const int64_t seed = t.integer("seed", 0, 1000);
                    const double p = t.number("p", 0.1, 0.9);
                    return Differentiable{{t.spec("x", wanted(Values::modest))}, [=](Trial& t, const Tensors& in) {
                                              t.run(Fn::manual_seed, {to_arg(seed)});
                                              return t(Fn::dropout, in[0], p, true);
                                          }};
                }),
        several(Fn::embedding,
                [](Trial& t) {
                    const int64_t rows = t.integer("rows", 1, 3);
                    const Dims at = {t.integer("at", 0, rows - 1), 0};
                    return Differentiable{{t.spec("w", shaped({rows, 2}))}, [=](Trial& t, const Tensors& in) {
                                              return t(Fn::embedding, t(Fn::from_i64_data, at, Dims{2}), in[0]);
                                          }};
                }),
    };
}

std::vector<Row> loss_rows() {
    std::vector<Row> rows = {
        several(Fn::mse_loss_tensor,
                [](Trial& t) {
                    const TensorSpec a = t.spec("a", wanted(Values::modest));
                    return call_of(Fn::mse_loss_tensor, {a, t.spec("b", shaped(a.dims))});
                }),
        several(Fn::binary_cross_entropy_tensor,
                [](Trial& t) {
                    const TensorSpec a = t.spec("a", wanted(Values::unit));
                    const TensorSpec b = t.spec("b", shaped(a.dims, Values::unit));
                    return Differentiable{{a}, [=](Trial& t, const Tensors& in) {
                                              return t(Fn::binary_cross_entropy_tensor, in[0], t.make(b));
                                          }};
                }),
        several(
            Fn::cross_entropy_tensor,
            [](Trial& t) {
                const int64_t c = t.integer("C", 1, 3);
                return call_of(Fn::cross_entropy_tensor,
                               {t.spec("x", shaped({2, c})), t.spec("p", shaped({2, c}, Values::unit))});
            },
            "-probabilities"),
    };
    for (Fn fn : {Fn::cross_entropy_tensor, Fn::nll_loss_tensor})
        rows.push_back(several(fn, [=](Trial& t) {
            const int64_t c = t.integer("C", 1, 3);
            const Dims classes = {t.integer("class", 0, c - 1), 0};
            return Differentiable{{t.spec("x", shaped({2, c}))}, [=](Trial& t, const Tensors& in) {
                                      return t(fn, in[0], t(Fn::from_i64_data, classes, Dims{2}));
                                  }};
        }));
    // Of images, whose input LibTorch 1.13 wants contiguous.
    for (Fn fn : {Fn::cross_entropy_tensor, Fn::nll_loss_tensor})
        rows.push_back(several(
            fn,
            [=](Trial& t) {
                const int64_t c = t.integer("C", 1, 2), h = t.integer("H", 1, 2), w = t.integer("W", 1, 2);
                Dims classes(static_cast<size_t>(2 * h * w), 0);
                classes.back() = t.integer("class", 0, c - 1);
                return Differentiable{{t.spec("x", shaped({2, c, h, w}))}, [=](Trial& t, const Tensors& in) {
                                          return t(fn, in[0], t(Fn::from_i64_data, classes, Dims{2, h, w}));
                                      }};
            },
            "-images"));
    return rows;
}

}  // namespace

std::string without_gradient(Fn fn) {
    const Function& row = function(fn);
    if (row.result != Type::tensor && row.result != Type::tensor_array) return "gives no tensor";
    if (!takes_tensors(row)) return "takes no tensor";
    switch (fn) {
        case Fn::argmax:
        case Fn::argmin:
        case Fn::to_int: return "gives int64";
        case Fn::detach: return "is there to cut the graph (law detach/is-cut-from-the-graph)";
        case Fn::to_float32: return "float32 is too coarse for differences (law to_float32/passes-the-gradient-on)";
        case Fn::cuda:
        case Fn::to_stream: return "needs a CUDA device";
        default: return "";
    }
}

const std::vector<Row>& differentiable_rows() {
    static const std::vector<Row> rows = [] {
        std::vector<Row> all;
        for (const auto& part : {elementwise_rows(), shape_rows(), linalg_rows(), nn_rows(), loss_rows()})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    }();
    return rows;
}

}  // namespace simple::property
