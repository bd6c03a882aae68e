#include <cmath>

#include "ci/testkit/draw/invalid.h"

namespace simple {
namespace {

// input, weight, bias, stride, padding, dilation, groups
Step conv(Drawer& d, const Dims& input, const Dims& weight, int64_t groups = 1) {
    const Operand x = drawn(d, input);
    return step(Fn::conv2d, {x, drawn(d, weight), 0, Array{}, Array{}, Array{}, groups});
}

void bad_number_ways(Fn fn, size_t at, const char* name, int64_t lowest, std::vector<Way>& ways) {
    add_way(ways, name, Code::argument, [=](Drawer& d) {
        const int64_t bad = d.random.pick<int64_t>({lowest - 1, INT64_MIN, int64_t{1} << 31, INT64_MAX});
        return with(draw_valid(fn, d), at, d.ints(d.random.chance(50) ? Dims{bad} : Dims{1, bad}));
    });
}

void three_numbers_way(Fn fn, size_t at, std::vector<Way>& ways) {
    add_way(ways, "three numbers", Code::argument, [=](Drawer& d) {
        return with(draw_valid(fn, d), at, d.ints({1, 1, 1}));
    });
}

void conv2d_ways(std::vector<Way>& ways) {
    const Fn fn = Fn::conv2d;
    bad_number_ways(fn, 3, "stride out of bounds", 1, ways);
    bad_number_ways(fn, 4, "padding out of bounds", 0, ways);
    bad_number_ways(fn, 5, "dilation out of bounds", 1, ways);
    for (const size_t at : {3, 4, 5}) three_numbers_way(fn, at, ways);
    add_way(ways, "groups out of bounds", Code::argument, [=](Drawer& d) {
        return with(draw_valid(fn, d), 6, d.random.pick<int64_t>({0, -1, INT64_MIN, int64_t{1} << 31, INT64_MAX}));
    });
    add_way(ways, "channels do not fit", Code::shape, [](Drawer& d) { return conv(d, {1, 3, 4, 4}, {2, 2, 2, 2}); });
    add_way(ways, "input ndim", Code::shape, [](Drawer& d) {
        return conv(d, d.random.pick<Dims>({{4, 4}, {1, 1, 1, 4, 4}, {}}), {1, 1, 2, 2});
    });
    add_way(ways, "weight ndim", Code::shape, [](Drawer& d) { return conv(d, {1, 2, 4, 4}, {2, 2, 2}); });
    add_way(ways, "kernel larger than input", Code::shape, [](Drawer& d) {
        return conv(d, {1, 1, 2, 4}, {1, 1, 3, 1});
    });
    add_way(ways, "groups do not divide", Code::shape, [](Drawer& d) {
        return conv(d, {1, 2, 3, 3}, {3, 1, 1, 1}, 2);
    });
    add_way(ways, "bias size", Code::shape, [](Drawer& d) {
        const Step call = conv(d, {1, 1, 3, 3}, {2, 1, 1, 1});
        const Operand bias = drawn(d, d.random.pick<Dims>({{3}, {1}, {2, 1}}));
        Step changed = call;
        changed.refs.push_back({2, -1, bias.step, 0});
        return changed;
    });
    add_way(ways, "over 2^46 bytes", Code::memory, [](Drawer& d) {
        return with(conv(d, {1, 1, 1, 1}, {1, 1, 1, 1}), 4, d.ints({int64_t{1} << 24}));
    });
}

void pool2d_ways(Fn fn, std::vector<Way>& ways) {
    bad_number_ways(fn, 1, "kernel out of bounds", 1, ways);
    bad_number_ways(fn, 2, "stride out of bounds", 1, ways);
    for (const size_t at : {1, 2, 3}) three_numbers_way(fn, at, ways);
    add_way(ways, "padding out of bounds", Code::argument, [=](Drawer& d) {
        const int64_t bad = d.random.pick<int64_t>({-1, 2, int64_t{1} << 31});
        return step(fn, {drawn(d, {1, 5, 5}), d.ints({3}), Array{}, d.ints({bad})});
    });
    add_way(ways, "input ndim", Code::shape, [=](Drawer& d) {
        return step(fn, {drawn(d, d.random.pick<Dims>({{4, 4}, {1, 1, 1, 4, 4}, {}})), d.ints({2}), Array{}, Array{}});
    });
    add_way(ways, "kernel larger than input", Code::shape, [=](Drawer& d) {
        return step(fn, {drawn(d, {1, 1, 2, 4}), d.ints({3, 1}), Array{}, Array{}});
    });
}

Step norm_of(Drawer& d, const Dims& input, const Input& mean, const Input& variance, const Input& weight,
             bool training) {
    return step(Fn::batch_norm, {drawn(d, input), mean, variance, weight, 0, training, 0.1, 1e-5});
}

Operand statistics(Drawer& d, int64_t channels) { return d.tensor({channels}, DType::f32, Values::unit); }

void batch_norm_ways(std::vector<Way>& ways) {
    add_way(ways, "one statistic alone", Code::argument, [](Drawer& d) {
        const Operand alone = statistics(d, 2);
        const bool training = d.random.chance(50);
        return d.random.chance(50) ? norm_of(d, {2, 2}, alone, 0, 0, training)
                                   : norm_of(d, {2, 2}, 0, alone, 0, training);
    });
    add_way(ways, "no statistics in evaluation", Code::argument, [](Drawer& d) {
        return norm_of(d, {2, 2}, 0, 0, 0, false);
    });
    add_way(ways, "statistics require grad", Code::argument, [](Drawer& d) {
        const Operand mean = d.make({DType::f32, {2}, {0, 0}, {}, true});
        const Operand variance = statistics(d, 2);
        return norm_of(d, {2, 2}, mean, variance, 0, d.random.chance(50));
    });
    add_way(ways, "statistics int64", Code::dtype, [](Drawer& d) {
        const Operand mean = d.tensor({2}, DType::i64), variance = d.tensor({2}, DType::i64);
        return norm_of(d, {2, 2}, mean, variance, 0, d.random.chance(50));
    });
    add_way(ways, "no channel dim", Code::shape, [](Drawer& d) { return norm_of(d, d.dims(0, 1), 0, 0, 0, true); });
    add_way(ways, "weight size", Code::shape, [](Drawer& d) {
        const Operand weight = drawn(d, d.random.pick<Dims>({{3}, {1}, {2, 1}}));
        return norm_of(d, {2, 2}, 0, 0, weight, true);
    });
    add_way(ways, "statistics size", Code::shape, [](Drawer& d) {
        const Operand mean = statistics(d, 3), variance = statistics(d, 3);
        return norm_of(d, {2, 2}, mean, variance, 0, d.random.chance(50));
    });
}

void layer_norm_ways(std::vector<Way>& ways) {
    const Fn fn = Fn::layer_norm;
    add_way(ways, "normalized_shape empty", Code::argument, [=](Drawer& d) {
        return step(fn, {drawn(d, {2, 3}), Array{}, 0, 0, 1e-5});
    });
    add_way(ways, "normalized_shape negative", Code::argument, [=](Drawer& d) {
        return step(fn, {drawn(d, {2, 3}), d.ints({-3}), 0, 0, 1e-5});
    });
    add_way(ways, "normalized_shape differs", Code::shape, [=](Drawer& d) {
        return step(fn, {drawn(d, {2, 3}), d.ints(d.random.pick<Dims>({{2}, {3, 3}, {1, 2, 3}})), 0, 0, 1e-5});
    });
    add_way(ways, "weight shape", Code::shape, [=](Drawer& d) {
        const Operand x = drawn(d, {2, 3}), weight = drawn(d, d.random.pick<Dims>({{2}, {1, 3}, {}}));
        return step(fn, {x, d.ints({3}), weight, 0, 1e-5});
    });
}

void linear_ways(std::vector<Way>& ways) {
    const Fn fn = Fn::linear;
    add_way(ways, "features differ", Code::shape, [=](Drawer& d) {
        const Operand x = drawn(d, {2, 3});
        return step(fn, {x, drawn(d, {3, 2}), 0});
    });
    add_way(ways, "weight ndim", Code::shape, [=](Drawer& d) {
        const Operand x = drawn(d, {2, 3});
        return step(fn, {x, drawn(d, d.random.pick<Dims>({{3}, {1, 2, 3}})), 0});
    });
    add_way(ways, "input 0-d", Code::shape, [=](Drawer& d) {
        const Operand x = drawn(d, {});
        return step(fn, {x, drawn(d, {1, 1}), 0});
    });
    add_way(ways, "bias size", Code::shape, [=](Drawer& d) {
        const Operand x = drawn(d, {2, 3}), weight = drawn(d, {4, 3});
        return step(fn, {x, weight, drawn(d, d.random.pick<Dims>({{3}, {1}, {1, 4}}))});
    });
    add_way(ways, "over 2^46 bytes", Code::memory, [=](Drawer& d) {
        const Operand x = reserved(d, {int64_t{1} << 22, 1});
        return step(fn, {x, reserved(d, {int64_t{1} << 23, 1}), 0});
    });
}

void embedding_ways(std::vector<Way>& ways) {
    const Fn fn = Fn::embedding;
    add_way(ways, "weight ndim", Code::shape, [=](Drawer& d) {
        const Operand input = d.indices({2}, 2);
        return step(fn, {input, drawn(d, d.random.pick<Dims>({{3}, {2, 2, 2}}))});
    });
    add_way(ways, "a result of 65 dims", Code::argument, [=](Drawer& d) {
        const Operand input = zeros(d, Dims(64, 1));
        return step(fn, {input, drawn(d, {3, 2})});
    });
    add_way(
        ways, "index out of range", Code::range,
        [=](Drawer& d) {
            const Operand input = of_values(d, {1}, {d.random.pick<double>({3, -1, 1e15})});
            return step(fn, {input, drawn(d, {3, 2})});
        },
        true);
    add_way(
        ways, "index not whole", Code::argument,
        [=](Drawer& d) {
            const Operand input = of_values(d, {1}, {d.random.pick<double>({0.5, NAN, HUGE_VAL})});
            return step(fn, {input, drawn(d, {3, 2})});
        },
        true);
    add_way(ways, "over 2^46 bytes", Code::memory, [=](Drawer& d) {
        const Operand input = zeros(d, {int64_t{1} << 21});
        return step(fn, {input, reserved(d, {1, int64_t{1} << 24})});
    });
}

void class_loss_ways(Fn fn, std::vector<Way>& ways) {
    add_way(ways, "target sizes", Code::shape, [=](Drawer& d) {
        const Operand x = drawn(d, {2, 3});
        return step(fn, {x, d.tensor(d.random.pick<Dims>({{3}, {2, 1}, {}}), DType::i64, Values::classes, 3)});
    });
    add_way(ways, "input 0-d", Code::shape, [=](Drawer& d) {
        const Operand x = drawn(d, {});
        return step(fn, {x, d.tensor({}, DType::i64, Values::classes, 1)});
    });
    add_way(
        ways, "class out of range", Code::range,
        [=](Drawer& d) {
            const Operand x = drawn(d, {1, 3});
            return step(fn, {x, of_values(d, {1}, {d.random.pick<double>({3, -1, 1e15})})});
        },
        true);
    add_way(
        ways, "class not whole", Code::argument,
        [=](Drawer& d) {
            const Operand x = drawn(d, {1, 3});
            return step(fn, {x, of_values(d, {1}, {d.random.pick<double>({0.5, NAN})})});
        },
        true);
}

void binary_loss_ways(Fn fn, std::vector<Way>& ways) {
    add_way(ways, "shapes differ", Code::shape, [=](Drawer& d) {
        const Operand x = d.tensor({2, 3}, DType::f32, Values::unit);
        return step(fn, {x, d.tensor(d.random.pick<Dims>({{3}, {1, 3}, {3, 2}}), DType::f32, Values::unit)});
    });
    add_way(
        ways, "outside [0, 1]", Code::argument,
        [=](Drawer& d) {
            const Operand bad = of_values(d, {2}, {0.5, d.random.pick<double>({1.5, -0.1, NAN})});
            const Operand good = of_values(d, {2}, {0.5, 1});
            return d.random.chance(50) ? step(fn, {bad, good}) : step(fn, {good, bad});
        },
        true);
}

}  // namespace

void add_nn_ways(Fn fn, std::vector<Way>& ways) {
    switch (fn) {
        case Fn::conv2d: return conv2d_ways(ways);
        case Fn::max_pool2d:
        case Fn::avg_pool2d: return pool2d_ways(fn, ways);
        case Fn::batch_norm: return batch_norm_ways(ways);
        case Fn::layer_norm: return layer_norm_ways(ways);
        case Fn::dropout:
            add_way(ways, "p outside [0, 1]", Code::argument, [=](Drawer& d) {
                return with(draw_valid(fn, d), 1, d.random.pick<double>({1.5, -0.1, NAN, HUGE_VAL}));
            });
            add_way(ways, "int64", Code::dtype, [=](Drawer& d) {
                return step(fn, {d.tensor({2, 3}, DType::i64), 0.5, true});
            });
            return;
        case Fn::linear: return linear_ways(ways);
        case Fn::embedding: return embedding_ways(ways);
        case Fn::mse_loss:
        case Fn::mse_loss_tensor:
            add_way(ways, "shapes do not broadcast", Code::shape, [=](Drawer& d) {
                const Operand x = drawn(d, {2, 3});
                return step(fn, {x, drawn(d, d.random.pick<Dims>({{4}, {3, 2}, {0}}))});
            });
            add_way(ways, "over 2^46 bytes", Code::memory, [=](Drawer& d) {
                const Operand x = reserved(d, {int64_t{1} << 22, 1});
                return step(fn, {x, reserved(d, {1, int64_t{1} << 23})});
            });
            return;
        case Fn::cross_entropy:
        case Fn::cross_entropy_tensor:
        case Fn::nll_loss:
        case Fn::nll_loss_tensor: return class_loss_ways(fn, ways);
        case Fn::binary_cross_entropy:
        case Fn::binary_cross_entropy_tensor: return binary_loss_ways(fn, ways);
        default: return;
    }
}

}  // namespace simple
