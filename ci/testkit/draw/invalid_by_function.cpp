#include <cmath>

#include "ci/testkit/draw/invalid.h"

namespace simple {
namespace {

// Pairs whose broadcast or product is over 2^46 bytes of float32 (E7), though each fits in memory.
constexpr int64_t kTall = int64_t{1} << 22;
constexpr int64_t kWide = int64_t{1} << 23;

void pair_ways(Fn fn, std::vector<Way>& ways) {
    add_way(ways, "shapes do not broadcast", Code::shape, [=](Drawer& d) {
        const Operand x = drawn(d, {2, 3});
        return step(fn, {x, drawn(d, d.random.pick<Dims>({{4}, {3, 2}, {2, 2, 2}, {0}}))});
    });
    if (!function(fn).can_fail_with(Code::memory)) return;
    add_way(ways, "over 2^46 bytes", Code::memory, [=](Drawer& d) {
        const Operand x = reserved(d, {kTall, 1});
        return step(fn, {x, reserved(d, {1, kWide})});
    });
}

void linalg_ways(Fn fn, std::vector<Way>& ways) {
    switch (fn) {
        case Fn::leaky_relu:
            add_way(ways, "slope beyond float32", Code::argument, [=](Drawer& d) {
                return step(fn, {d.tensor(d.dims(), DType::f32), d.random.pick<double>({1e39, -1e300})});
            });
            break;
        case Fn::matmul:
        case Fn::dot:
            add_way(ways, "sizes do not fit", Code::shape, [=](Drawer& d) {
                const Operand x = drawn(d, {3});
                return step(fn, {x, drawn(d, d.random.pick<Dims>({{4}, {2}, {0}}))});
            });
            add_way(ways, "0-d", Code::shape, [=](Drawer& d) {
                const Operand x = drawn(d, {}), y = drawn(d, {2});
                return d.random.chance(50) ? step(fn, {x, y}) : step(fn, {y, x});
            });
            if (fn == Fn::dot) {
                add_way(ways, "2-D", Code::shape, [=](Drawer& d) {
                    const Operand x = drawn(d, {2, 2});
                    return step(fn, {x, drawn(d, {2})});
                });
                break;
            }
            add_way(ways, "inner sizes differ", Code::shape, [=](Drawer& d) {
                const Operand x = drawn(d, d.random.pick<Dims>({{2, 3}, {2, 2, 3}}));
                return step(fn, {x, drawn(d, d.random.pick<Dims>({{2, 3}, {2, 2}, {2}}))});
            });
            add_way(ways, "batches do not broadcast", Code::shape, [=](Drawer& d) {
                const Operand x = drawn(d, {2, 2, 3});
                return step(fn, {x, drawn(d, {3, 3, 2})});
            });
            add_way(ways, "over 2^46 bytes", Code::memory, [=](Drawer& d) {
                const Operand x = reserved(d, {kTall, 1});
                return step(fn, {x, reserved(d, {1, kWide})});
            });
            break;
        case Fn::t:
            add_way(ways, "over 2-D", Code::shape, [=](Drawer& d) { return step(fn, {drawn(d, d.dims(3, 4))}); });
            break;
        case Fn::det:
            add_way(ways, "batch", Code::shape, [=](Drawer& d) { return step(fn, {drawn(d, {2, 3, 3})}); });
            [[fallthrough]];
        case Fn::inverse:
        case Fn::eig:
        case Fn::eig_all:
            add_way(ways, "not square", Code::shape, [=](Drawer& d) {
                return step(fn, {drawn(d, d.random.pick<Dims>({{2, 3}, {3, 1}, {0, 2}}))});
            });
            [[fallthrough]];
        case Fn::svd:
        case Fn::svd_all:
            add_way(ways, "below 2-D", Code::shape, [=](Drawer& d) { return step(fn, {drawn(d, d.dims(0, 1))}); });
            if (fn == Fn::inverse) {
                add_way(
                    ways, "singular", Code::numerical,
                    [=](Drawer& d) {
                        return step(fn, {zeros(d, d.random.pick<Dims>({{2, 2}, {3, 2, 2}}))});
                    },
                    true);
            } else if (fn != Fn::det) {
                add_way(
                    ways, "not finite", Code::numerical,
                    [=](Drawer& d) {
                        const double bad = d.random.pick<double>({NAN, HUGE_VAL});
                        return step(fn, {of_values(d, {2, 2}, {1, bad, 0, 1})});
                    },
                    true);
            }
            break;
        default: break;
    }
}

void reduction_ways(Fn fn, std::vector<Way>& ways) {
    switch (fn) {
        case Fn::max:
        case Fn::min:
            add_way(ways, "empty", Code::shape, [=](Drawer& d) {
                return step(fn, {drawn(d, d.random.pick<Dims>({{0}, {2, 0}}))});
            });
            break;
        case Fn::max_dim:
        case Fn::min_dim:
        case Fn::argmax:
        case Fn::argmin:
            add_way(ways, "dim of size 0", Code::shape, [=](Drawer& d) {
                return step(fn, {drawn(d, {2, 0}), d.random.pick<int64_t>({1, -1}), d.random.chance(50)});
            });
            break;
        default: break;
    }
}

void shape_ways(Fn fn, std::vector<Way>& ways) {
    switch (fn) {
        case Fn::view:
            add_way(ways, "strides forbid", Code::shape, [=](Drawer& d) {
                const Operand x = d.make(
                    {DType::f32, {2, 3}, {1, 2, 3, 4, 5, 6}, {{Fn::transpose, {int64_t{0}, int64_t{1}}}}, false});
                return step(fn, {x, d.ints(d.random.pick<Dims>({{6}, {2, 3}, {-1}}))});
            });
            [[fallthrough]];
        case Fn::reshape:
            add_dims_ways(fn, 1, ways);
            add_way(ways, "two -1", Code::argument, [=](Drawer& d) {
                return with(draw_valid(fn, d), 1, d.ints({-1, -1}));
            });
            add_way(ways, "-1 ambiguous", Code::argument, [=](Drawer& d) {
                return step(fn, {drawn(d, {0, 2}), d.ints({-1, 0})});
            });
            add_way(ways, "counts differ", Code::shape, [=](Drawer& d) {
                return step(fn, {drawn(d, {2, 3}), d.ints(d.random.pick<Dims>({{5}, {2, 2}, {4, -1}, {}}))});
            });
            break;
        case Fn::permute:
            add_way(ways, "wrong count", Code::argument, [=](Drawer& d) {
                return step(fn, {drawn(d, {2, 3}), d.ints(d.random.pick<Dims>({{0}, {0, 1, 1}, {}}))});
            });
            add_way(ways, "repeat", Code::argument, [=](Drawer& d) {
                return step(fn, {drawn(d, {2, 3}), d.ints(d.random.pick<Dims>({{0, 0}, {1, -1}}))});
            });
            add_way(ways, "dim out of range", Code::range, [=](Drawer& d) {
                return step(fn, {drawn(d, {2, 3}), d.ints(d.random.pick<Dims>({{0, 2}, {-3, 1}, {0, INT64_MAX}}))});
            });
            break;
        case Fn::to_int:
            add_way(
                ways, "outside int64", Code::argument,
                [=](Drawer& d) {
                    return step(fn, {of_values(d, {2}, {1, d.random.pick<double>({NAN, HUGE_VAL, -1e30, 0x1p63})})});
                },
                true);
            break;
        case Fn::unsqueeze:
            add_way(ways, "over 64 dims", Code::argument, [=](Drawer& d) {
                return step(fn, {zeros(d, Dims(64, 1)), 0});
            });
            break;
        default: break;
    }
}

void index_value_ways(const std::function<Step(Drawer&, const Operand&)>& call, std::vector<Way>& ways) {
    add_way(
        ways, "index out of range", Code::range,
        [=](Drawer& d) {
            return call(d, of_values(d, {1}, {d.random.pick<double>({3, -1, 1e15})}));
        },
        true);
    add_way(
        ways, "index not whole", Code::argument,
        [=](Drawer& d) {
            return call(d, of_values(d, {1}, {d.random.pick<double>({0.5, NAN, HUGE_VAL})}));
        },
        true);
}

void join_ways(Fn fn, std::vector<Way>& ways) {
    add_way(ways, "sizes differ", Code::shape, [=](Drawer& d) {
        const Operand x = drawn(d, {2, 3});
        return step(fn, {std::vector<Operand>{x, drawn(d, {2, 4})}, 0});
    });
    add_way(ways, "ndims differ", Code::shape, [=](Drawer& d) {
        const Operand x = drawn(d, {2, 3});
        return step(fn, {std::vector<Operand>{x, drawn(d, d.random.pick<Dims>({{2}, {1, 2, 3}}))}, 0});
    });
    add_way(ways, "over 2^46 bytes", Code::memory, [=](Drawer& d) {
        // One reserved gigabyte, named often enough: the step that names it once, with its item and its ref repeated.
        constexpr size_t kTimes = (size_t{1} << 16) + 1;
        Step call = step(fn, {std::vector<Operand>{reserved(d, {int64_t{1} << 28})}, 0});
        std::vector<SplValue>& items = std::get<Array>(call.args[0]).items;
        items = std::vector<SplValue>(kTimes, items[0]);
        call.refs = std::vector<Ref>(kTimes, call.refs[0]);
        for (size_t i = 0; i < kTimes; ++i) call.refs[i].element = static_cast<int>(i);
        return call;
    });
    if (fn == Fn::cat) {
        add_way(ways, "0-d", Code::shape, [=](Drawer& d) { return step(fn, {std::vector<Operand>{drawn(d, {})}, 0}); });
    } else {
        add_way(ways, "over 64 dims", Code::argument, [=](Drawer& d) {
            return step(fn, {std::vector<Operand>{zeros(d, Dims(64, 1))}, 0});
        });
    }
}

void indexing_ways(Fn fn, std::vector<Way>& ways) {
    switch (fn) {
        case Fn::slice:
            add_way(ways, "step below 1", Code::argument, [=](Drawer& d) {
                return with(draw_valid(fn, d), 4, d.random.pick<int64_t>({0, -1, INT64_MIN}));
            });
            add_way(ways, "0-d", Code::shape, [=](Drawer& d) { return step(fn, {drawn(d, {}), 0, 0, 1, 1}); });
            break;
        case Fn::index_select:
            add_way(ways, "indices 2-D", Code::shape, [=](Drawer& d) {
                return step(fn, {drawn(d, {3}), 0, d.indices({1, 2}, 3)});
            });
            add_way(ways, "two indices of 0-d", Code::shape, [=](Drawer& d) {
                return step(fn, {drawn(d, {}), 0, d.indices({2}, 1)});
            });
            index_value_ways(
                [=](Drawer& d, const Operand& index) {
                    return step(fn, {drawn(d, {3, 2}), 0, index});
                },
                ways);
            add_way(ways, "over 2^46 bytes", Code::memory, [=](Drawer& d) {
                const Operand x = reserved(d, {1, int64_t{1} << 24});
                return step(fn, {x, 0, zeros(d, {int64_t{1} << 21})});
            });
            break;
        case Fn::gather:
            add_way(ways, "ndims differ", Code::shape, [=](Drawer& d) {
                return step(fn, {drawn(d, {3, 2}), 0, d.indices({2}, 2)});
            });
            add_way(ways, "indices larger", Code::shape, [=](Drawer& d) {
                return step(fn, {drawn(d, {3, 2}), 0, d.indices({1, 3}, 3)});
            });
            index_value_ways(
                [=](Drawer& d, const Operand& index) {
                    return step(fn, {drawn(d, {3}), 0, index});
                },
                ways);
            break;
        case Fn::cat:
        case Fn::stack: join_ways(fn, ways); break;
        case Fn::chunk:
            add_way(ways, "too many of nothing", Code::argument, [=](Drawer& d) {
                const Operand x = drawn(d, {2, 0});
                return step(fn, {x, d.random.pick<int64_t>({(int64_t{1} << 20) + 1, INT64_MAX}), 1});
            });
            add_way(ways, "more pieces than memory holds", Code::memory, [=](Drawer& d) {
                const Operand x = zeros(d, {0, int64_t{1} << 40});
                return step(fn, {x, d.random.pick<int64_t>({(int64_t{1} << 24) + 1, INT64_MAX}), 1});
            });
            add_way(ways, "chunks below 1", Code::argument, [=](Drawer& d) {
                return with(draw_valid(fn, d), 1, d.random.pick<int64_t>({0, -1, INT64_MIN}));
            });
            add_way(ways, "0-d", Code::shape, [=](Drawer& d) { return step(fn, {drawn(d, {}), 2, 0}); });
            break;
        default: break;
    }
}

// A float tensor that requires grad and is a leaf.
Operand leaf(Drawer& d, const Dims& dims, const std::vector<double>& values) {
    return d.make({DType::f64, dims, values, {}, true});
}

void autograd_ways(Fn fn, std::vector<Way>& ways) {
    switch (fn) {
        case Fn::set_requires_grad:
            add_way(ways, "false on a computed tensor", Code::argument, [=](Drawer& d) {
                const Operand computed = d.append(step(Fn::neg, {leaf(d, {2}, {1, 2})}), DType::f64, {2});
                return step(fn, {computed, false});
            });
            break;
        case Fn::backward:
            add_way(ways, "requires no grad", Code::argument, [=](Drawer& d) {
                const Dims dims = d.dims();
                return step(fn, {d.tensor(dims, DType::f64, Values::unit)});
            });
            add_way(ways, "not one element", Code::shape, [=](Drawer& d) {
                return step(fn, {d.random.chance(50) ? leaf(d, {2}, {1, 2}) : leaf(d, {0}, {})});
            });
            add_way(
                ways, "complex eigenvectors", Code::numerical,
                [=](Drawer& d) {
                    const Operand matrix = leaf(d, {2, 2}, {0, -1, 1, 0});
                    // The real part of an imaginary element depends on the eigenvector's phase, which LibTorch notices.
                    Operand vectors = d.append(step(Fn::eig_all, {matrix}), DType::f64, {2});
                    vectors.result = 2;
                    const Operand flat = d.append(step(Fn::flatten, {vectors}), DType::f64, {4});
                    return step(fn, {d.append(step(Fn::slice, {flat, 0, 2, 3, 1}), DType::f64, {1})});
                },
                true);
            break;
        case Fn::no_grad_end: add_way(ways, "unbalanced", Code::no_grad, [=](Drawer&) { return step(fn, {}); }); break;
        case Fn::set_num_threads:
            add_way(ways, "below 1", Code::argument, [=](Drawer& d) {
                return step(fn, {d.random.pick<int64_t>({0, -1, INT64_MIN})});
            });
            break;
        case Fn::cuda:
        case Fn::to_stream:
        case Fn::stream_create:
            add_way(ways, "no CUDA", Code::unsupported, [=](Drawer& d) { return draw_valid(fn, d); });
            break;
        default: break;
    }
}

}  // namespace

Operand reserved(Drawer& d, const Dims& dims) {
    return d.append(step(Fn::empty, {Array::ints(dims)}), DType::f32, dims);
}

Operand zeros(Drawer& d, const Dims& dims) { return d.append(step(Fn::zeros, {Array::ints(dims)}), DType::f32, dims); }

Operand of_values(Drawer& d, const Dims& dims, const std::vector<double>& values) {
    return d.make({d.random.pick(d.floating()), dims, values, {}, false});
}

Step with(Step call, size_t argument, const Input& input) {
    call.args[argument] = input.arg;
    return call;
}

void add_ways_by_function(Fn fn, std::vector<Way>& ways) {
    const std::string_view category = function(fn).category;
    add_creation_ways(fn, ways);
    if (category == "arithmetic" && function(fn).can_fail_with(Code::shape)) pair_ways(fn, ways);
    linalg_ways(fn, ways);
    reduction_ways(fn, ways);
    shape_ways(fn, ways);
    indexing_ways(fn, ways);
    autograd_ways(fn, ways);
    add_nn_ways(fn, ways);
}

}  // namespace simple
