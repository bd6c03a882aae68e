#include "bench/calls/timed_call.h"

#include <algorithm>

#include "bench/calls/operands.h"

namespace simple::bench {
namespace {

TimedCall with_text(TimedCall call, std::string text) {
    call.operands = std::move(text);
    return call;
}

TimedCall timed_creation(Fn fn, Operands& o) {
    const Dims dims = o.matrix();
    const int64_t elements = count(dims);
    const auto sized = [&](const std::vector<Input>& inputs) { return with_text(o.call(fn, inputs), text_of(dims)); };
    switch (fn) {
        case Fn::full: return sized({Array::ints(dims), 0.5});
        case Fn::from_data:
            return sized({Array::floats(std::vector<double>(static_cast<size_t>(elements), 0.5)), Array::ints(dims)});
        case Fn::from_i64_data: return sized({Array::ints(Dims(static_cast<size_t>(elements), 5)), Array::ints(dims)});
        case Fn::arange: return with_text(o.call(fn, {0.0, static_cast<double>(elements), 1.0}), text_of({elements}));
        case Fn::linspace: return with_text(o.call(fn, {0.0, 1.0, elements}), text_of({elements}));
        case Fn::eye: {
            const int64_t n = o.smallest() ? 4 : 64;
            return with_text(o.call(fn, {n}), text_of({n, n}));
        }
        default: return sized({Array::ints(dims)});
    }
}

TimedCall timed_matrices(Fn fn, Operands& o) {
    switch (fn) {
        case Fn::matmul:
            if (o.smallest()) return o.call(fn, {o.tensor({4, 4}), o.tensor({4, 4})});
            return o.call(fn, {o.tensor({64, 784}), o.tensor({784, 128})});
        case Fn::dot: {
            const Dims dims{o.smallest() ? 4 : 784};
            return o.call(fn, {o.tensor(dims), o.tensor(dims)});
        }
        case Fn::transpose: return o.call(fn, {o.tensor(o.matrix()), 0, 1});
        case Fn::t:
        case Fn::norm: return o.call(fn, {o.tensor(o.matrix())});
        default: return o.call(fn, {o.square()});
    }
}

TimedCall timed_shape(Fn fn, Operands& o) {
    const Dims dims = o.matrix();
    const Dims halved{dims[0] / 2, dims[1] * 2};
    switch (fn) {
        case Fn::reshape:
        case Fn::view: return o.call(fn, {o.tensor(dims), Array::ints(halved)});
        case Fn::permute: return o.call(fn, {o.tensor(dims), Array::ints({1, 0})});
        case Fn::squeeze: return o.call(fn, {o.tensor({dims[0], 1, dims[1]})});
        case Fn::squeeze_dim: return o.call(fn, {o.tensor({dims[0], 1, dims[1]}), 1});
        case Fn::unsqueeze: return o.call(fn, {o.tensor(dims), 1});
        default: return o.call(fn, {o.tensor(dims)});
    }
}

TimedCall timed_indexing(Fn fn, Operands& o) {
    const Dims dims = o.matrix();
    switch (fn) {
        case Fn::slice: return o.call(fn, {o.tensor(dims), 0, 1, dims[0] - 1, 1});
        case Fn::index_select: {
            const Operand x = o.tensor(dims);
            return o.call(fn, {x, 0, o.classes({dims[0]}, dims[0])});
        }
        case Fn::gather: {
            const Operand x = o.tensor(dims);
            return o.call(fn, {x, 1, o.classes(dims, dims[1])});
        }
        case Fn::chunk: return o.call(fn, {o.tensor(dims), 2, 0});
        default: return o.call(fn, {std::vector<Operand>{o.tensor(dims), o.tensor(dims)}, 0});
    }
}

TimedCall timed_elementwise(Fn fn, Operands& o) {
    const Dims dims = o.matrix();
    switch (fn) {
        case Fn::add:
        case Fn::sub:
        case Fn::mul:
        case Fn::div: return o.call(fn, {o.tensor(dims), o.positive(dims)});
        case Fn::pow: return o.call(fn, {o.positive(dims), 1.5});
        case Fn::sqrt:
        case Fn::log: return o.call(fn, {o.positive(dims)});
        case Fn::add_scalar:
        case Fn::mul_scalar: return o.call(fn, {o.tensor(dims), 0.5});
        case Fn::leaky_relu: return o.call(fn, {o.tensor(dims), 0.01});
        case Fn::softmax:
        case Fn::log_softmax: return o.call(fn, {o.tensor(dims), -1});
        default: return o.call(fn, {o.tensor(dims)});
    }
}

TimedCall timed_reduction(Fn fn, Operands& o) {
    const Operand x = o.tensor(o.matrix());
    const Function& row = function(fn);
    if (row.param_count == 1) return o.call(fn, {x});
    return o.call(fn, {x, 1, false});
}

// Conversions convert: each is given another dtype than it gives.
TimedCall timed_data(Fn fn, Operands& o) {
    return o.call(fn, {fn == Fn::to_float32 ? o.of_dtype(o.matrix(), DType::f64) : o.tensor(o.matrix())});
}

// What takes no tensor, or asks one thing of it: its size is of no account.
std::optional<TimedCall> timed_plain(Fn fn, Operands& o) {
    if (!o.smallest()) return std::nullopt;
    switch (fn) {
        case Fn::manual_seed: return o.call(fn, {7});
        case Fn::set_num_threads: return o.call(fn, {1});
        case Fn::cuda_memory_allocated:
        case Fn::cuda_max_memory_allocated:
        case Fn::stream_free: return o.call(fn, {0});  // of no stream, which succeeds
        default: return o.call(fn, {});
    }
}

bool has_large(Fn fn) { return fn == Fn::sum || fn == Fn::mean || fn == Fn::norm || fn == Fn::var || fn == Fn::std; }

int rank(Code code) {
    switch (code) {
        case Code::shape: return 0;
        case Code::range: return 1;
        case Code::argument: return 2;
        case Code::dtype: return 3;
        case Code::handle: return 4;
        default: return 5;
    }
}

}  // namespace

const char* name_of(Size size) {
    return size == Size::smallest ? "smallest" : size == Size::realistic ? "realistic" : "large";
}

std::string TimedCall::name() const { return std::string(function(fn).name) + "/" + name_of(size); }

std::optional<TimedCall> timed_call(Fn fn, Size size, bool control) {
    if (!can_succeed(fn) || (size == Size::large && !has_large(fn))) return std::nullopt;
    Operands o(size, control);
    const std::string_view category = function(fn).category;
    if (fn == Fn::from_i64_data || category == "creation") return timed_creation(fn, o);
    if (category == "arithmetic" || category == "activation") return timed_elementwise(fn, o);
    if (category == "linalg") return timed_matrices(fn, o);
    if (category == "reduction") return timed_reduction(fn, o);
    if (category == "shape") return timed_shape(fn, o);
    if (category == "indexing") return timed_indexing(fn, o);
    if (category == "nn" || category == "loss" || category == "training") return timed_layer(fn, o);
    if (category == "autograd" || fn == Fn::free) return timed_autograd(fn, o);
    if (category == "data" || category == "device") return timed_data(fn, o);
    return timed_plain(fn, o);
}

std::optional<TimedCall> failing_call(Fn fn) {
    std::vector<Way> ways = ways_to_fail(fn);
    ways.erase(std::remove_if(ways.begin(), ways.end(), [](const Way& way) { return way.by_values; }), ways.end());
    if (ways.empty()) return std::nullopt;
    const Way& way = *std::min_element(ways.begin(), ways.end(),
                                       [](const Way& a, const Way& b) { return rank(a.code) < rank(b.code); });
    Random random(20240229);
    Drawer drawer(random);
    drawer.layouts = false;
    TimedCall call{fn, Size::smallest, way.name, {}, {}, way.draw(drawer)};
    call.before = std::move(drawer.program);
    return call;
}

}  // namespace simple::bench
