#include "ci/testkit/draw/drawer.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace simple {
namespace {

SplValue int_item(int64_t value) { return Array::ints({value}).items[0]; }

// Of 100 drawings.
constexpr int kStretched = 8, kEnlarged = 4, kPaced = 8;

// More dims than any library's fast path; sizes at which they begin another block, part or type of index.
constexpr int64_t kHighRank = 13;
const std::vector<int64_t> kLarge{4097, 32769, 32769, 65537};
constexpr int64_t kMostElements = 140000;  // of an enlarged tensor: twice 65,537

std::vector<double> elements(Random& drawn, int64_t size, DType dtype, Values values, int64_t limit) {
    std::vector<double> result;
    // Of many one choice decides. They repeat, so that a failure prints few; that a prime number of them does shows
    // where one block, or one number modulo a power of two, is taken for another.
    constexpr int64_t kPeriod = 251;
    const bool repeat = size > kFewElements;
    Random many(repeat ? drawn.next() : 0);
    Random& random = repeat ? many : drawn;
    // Multiples of 2^-6, so that float32 holds the sum of them all and each sum on the way: rounding errors would add
    // up.
    const auto real = [&](int64_t low, int64_t high) {
        constexpr int64_t kParts = 64;
        return repeat ? static_cast<double>(random.between(low * kParts, high * kParts)) / kParts
                      : random.real(static_cast<double>(low), static_cast<double>(high));
    };
    for (int64_t i = 0; i < (repeat ? kPeriod : size); ++i) {
        switch (values) {
            case Values::classes:
                result.push_back(static_cast<double>(limit > 0 ? random.between(0, limit - 1) : 0));
                break;
            case Values::unit:
                result.push_back(dtype == DType::i64 ? static_cast<double>(random.between(0, 1)) : real(0, 1));
                break;
            case Values::small:
                result.push_back(dtype == DType::i64 ? static_cast<double>(random.between(-4, 4)) : real(-2, 2));
        }
    }
    return result;
}

}  // namespace

int64_t count(const Dims& dims) {
    int64_t product = 1;
    for (const int64_t size : dims) product *= size;
    return product;
}

Input::Input(const std::vector<Operand>& list) : arg(Array{}), operands(list) {
    std::get<Array>(arg).items.assign(list.size(), int_item(0));
}

Step step(Fn fn, const std::vector<Input>& inputs) {
    Step result;
    result.fn = fn;
    for (size_t i = 0; i < inputs.size(); ++i) {
        const bool list = std::holds_alternative<Array>(inputs[i].arg);
        for (size_t k = 0; k < inputs[i].operands.size(); ++k) {
            const Operand& operand = inputs[i].operands[k];
            result.refs.push_back({i, list ? static_cast<int>(k) : -1, operand.step, operand.result});
        }
        result.args.push_back(inputs[i].arg);
    }
    return result;
}

const std::vector<DType>& Drawer::all() {
    static const std::vector<DType> dtypes{DType::f32, DType::f64, DType::i64};
    return dtypes;
}

const std::vector<DType>& Drawer::floating() {
    static const std::vector<DType> dtypes{DType::f32, DType::f64};
    return dtypes;
}

Dims Drawer::dims(int64_t lowest_ndim, int64_t highest_ndim) {
    constexpr int64_t kUsually = 4;
    Dims result(static_cast<size_t>(random.between(lowest_ndim, std::min(highest_ndim, kUsually))));
    for (auto& size : result) size = random.chance(5) ? 0 : random.pick<int64_t>({1, 2, 3, 4, 1, 5});
    return enlarged(highest_ndim > kUsually ? stretched(std::move(result), highest_ndim) : std::move(result));
}

Dims Drawer::stretched(Dims dims, int64_t highest_ndim) {
    const auto n = static_cast<int64_t>(dims.size());
    highest_ndim = std::min(highest_ndim, most_dims);
    if (reach == Reach::usual || n >= highest_ndim || !random.chance(kStretched)) return dims;
    const int64_t lowest = std::max(n + 1, std::min(random.chance(80) ? kHighRank : 5, highest_ndim));
    const int64_t ndim = random.chance(20) ? highest_ndim : random.between(lowest, highest_ndim);
    const bool has_two = random.chance(20);
    Random places(random.next());
    for (int64_t i = n; i < ndim; ++i) dims.insert(dims.begin() + places.between(0, i), has_two && i == n ? 2 : 1);
    return dims;
}

Dims Drawer::enlarged(Dims dims) {
    if (reach != Reach::sizes || dims.empty() || !random.chance(kEnlarged)) return dims;
    // The last twice as often: what counts by its strides goes wrong there.
    const auto n = static_cast<int64_t>(dims.size());
    auto& large = dims[static_cast<size_t>(std::min(random.between(0, n), n - 1))];
    large = random.pick(kLarge);
    for (auto& size : dims)
        if (&size != &large && count(dims) > kMostElements) size = 1;
    return dims;
}

int64_t Drawer::size(int64_t lowest, int64_t highest) {
    const int64_t large = large_or_0();
    return large > 0 ? large : random.between(lowest, highest);
}

int64_t Drawer::large_or_0() { return reach == Reach::sizes && random.chance(kEnlarged) ? random.pick(kLarge) : 0; }

int64_t Drawer::pace(int64_t lowest, int64_t highest) {
    if (reach == Reach::usual || !random.chance(kPaced)) return random.between(lowest, highest);
    return random.pick<int64_t>({int64_t{1} << 20, int64_t{1} << 30, INT32_MAX});
}

Array Drawer::ints(const Dims& values) {
    Array array = Array::ints(values);
    if (values.empty() && random.chance(30)) array.null = true;
    for (auto& item : array.items) {
        // A double beyond 2^53 may be another number, or none that int64 holds.
        if (!random.chance(5) || item.as_int > int64_t{1} << 53 || item.as_int < -(int64_t{1} << 53)) continue;
        const auto whole = static_cast<double>(item.as_int);
        item = Array::floats({whole}).items[0];
    }
    return array;
}

int64_t Drawer::dim(size_t ndim) {
    // A 0-d tensor counts as 1-d here, as in PyTorch.
    const auto n = static_cast<int64_t>(ndim == 0 ? 1 : ndim);
    return random.between(-n, n - 1);
}

DType Drawer::dtype(const std::vector<DType>& choices) { return only ? *only : random.pick(choices); }

Operand Drawer::append(Step step, DType dtype, Dims dims) {
    program.push_back(std::move(step));
    made_.push_back({program.size() - 1, 0, dtype, std::move(dims)});
    return made_.back();
}

const Operand& Drawer::known(const Ref& ref) const {
    for (const auto* list : {&made_, &pool}) {
        for (const auto& operand : *list) {
            if (operand.step == ref.step && operand.result == ref.result) return operand;
        }
    }
    throw std::logic_error("nothing is known of the operand");
}

Operand Drawer::make(const TensorSpec& spec) {
    const auto few = static_cast<int64_t>(spec.values.size());
    const bool repeats = few < count(spec.base);
    const Dims made = repeats ? Dims{few} : spec.base;
    const Array dims = Array::ints(made);
    Operand operand;
    if (spec.dtype == DType::i64) {
        std::vector<int64_t> whole(spec.values.begin(), spec.values.end());
        operand = append(step(Fn::from_i64_data, {Array::ints(whole), dims}), DType::i64, made);
    } else {
        operand = append(step(Fn::from_data, {Array::floats(spec.values), dims}), DType::f64, made);
        if (spec.dtype == DType::f32) operand = append(step(Fn::to_float32, {operand}), DType::f32, made);
    }
    if (repeats) operand = repeated(spec.base, operand);
    if (spec.requires_grad) append(step(Fn::set_requires_grad, {operand, true}));
    for (const auto& op : spec.layout) {
        std::vector<Input> inputs{operand};
        Dims dims = operand.dims;
        if (op.fn == Fn::permute) {
            const auto& order = std::get<Array>(op.rest[0]);
            inputs.emplace_back(order);
            for (size_t i = 0; i < dims.size(); ++i) dims[i] = operand.dims[static_cast<size_t>(order.items[i].as_int)];
            operand = append(step(op.fn, inputs), spec.dtype, dims);
            continue;
        }
        for (const auto& arg : op.rest) inputs.emplace_back(std::get<int64_t>(arg));
        const auto first = static_cast<size_t>(std::get<int64_t>(op.rest[0]));
        if (op.fn == Fn::transpose) {
            std::swap(dims[first], dims[static_cast<size_t>(std::get<int64_t>(op.rest[1]))]);
        } else {
            const int64_t start = std::get<int64_t>(op.rest[1]);
            const int64_t end = std::min(std::get<int64_t>(op.rest[2]), dims[first]);
            const int64_t stride = std::get<int64_t>(op.rest[3]);
            dims[first] = end > start ? (end - start - 1) / stride + 1 : 0;
        }
        operand = append(step(op.fn, inputs), spec.dtype, dims);
    }
    return operand;
}

Operand Drawer::repeated(const Dims& dims, Operand elements) {
    constexpr int64_t kCopies = 17;  // of which copies are made again, since a list of all would be long
    const int64_t wanted = count(dims);
    while (elements.dims[0] < wanted) {
        const int64_t missing = (wanted - 1) / elements.dims[0] + 1, copies = std::min(missing, kCopies);
        elements = append(step(Fn::cat, {std::vector<Operand>(static_cast<size_t>(copies), elements), 0}),
                          elements.dtype, {copies * elements.dims[0]});
    }
    elements = append(step(Fn::slice, {elements, 0, 0, wanted, 1}), elements.dtype, {wanted});
    return append(step(Fn::view, {elements, Array::ints(dims)}), elements.dtype, dims);
}

Operand Drawer::tensor(const Dims& dims, DType dtype, Values values, int64_t limit) {
    TensorSpec spec;
    spec.dtype = dtype;
    spec.base = dims;
    if (layouts && !dims.empty() && random.chance(35)) draw_layout(spec);
    spec.values = elements(random, count(spec.base), dtype, values, limit);
    spec.requires_grad = dtype != DType::i64 && values == Values::small && random.chance(20);
    return make(spec);
}

// Base dims and operations that lead from them to what the dims are now.
void Drawer::draw_layout(TensorSpec& spec) {
    const auto last = static_cast<int64_t>(spec.base.size()) - 1;
    const int64_t dim = random.between(0, last);
    auto& size = spec.base[static_cast<size_t>(dim)];
    constexpr int64_t kUsually = 4;
    if (reach != Reach::usual && last >= kUsually && random.chance(50)) {
        Dims order(spec.base.size());
        std::iota(order.begin(), order.end(), 0);
        Random places(random.next());
        for (int64_t i = last; i > 0; --i) std::swap(order[size_t(i)], order[size_t(places.between(0, i))]);
        const Dims dims = spec.base;
        for (size_t i = 0; i < dims.size(); ++i) spec.base[static_cast<size_t>(order[i])] = dims[i];
        spec.layout.push_back({Fn::permute, {Array::ints(order)}});
    } else if (last >= 1 && random.chance(50)) {
        const int64_t other = random.between(0, last);
        std::swap(size, spec.base[static_cast<size_t>(other)]);
        spec.layout.push_back({Fn::transpose, {dim, other}});
    } else if (reach != Reach::usual && size <= 1 && random.chance(50)) {
        // The dim keeps its one element and has a stride that no element is at.
        const int64_t step = random.pick<int64_t>({int64_t{1} << 20, int64_t{1} << 31, int64_t{1} << 62, INT64_MAX});
        spec.layout.push_back({Fn::slice, {dim, int64_t{0}, INT64_MAX, step}});
    } else if (random.chance(50)) {
        spec.layout.push_back({Fn::slice, {dim, int64_t{0}, size * 2, int64_t{2}}});
        size *= 2;
    } else {
        spec.layout.push_back({Fn::slice, {dim, int64_t{1}, size + 1, int64_t{1}}});
        size += 1;
    }
}

Operand Drawer::any(const std::vector<DType>& dtypes, int64_t lowest_ndim, int64_t highest_ndim) {
    if (!pool.empty() && random.chance(80)) {
        std::vector<Operand> fitting;
        for (const auto& operand : pool) {
            const auto ndim = static_cast<int64_t>(operand.dims.size());
            bool of_dtype = false;
            for (const DType dtype : dtypes) of_dtype = of_dtype || dtype == operand.dtype;
            if (of_dtype && ndim >= lowest_ndim && ndim <= highest_ndim) fitting.push_back(operand);
        }
        if (!fitting.empty()) return random.pick(fitting);
    }
    return tensor(dims(lowest_ndim, highest_ndim), dtype(dtypes));
}

Operand Drawer::factor(const Dims& dims, DType dtype, int64_t terms) {
    return tensor(dims, dtype, terms > kFewElements ? Values::classes : Values::small, 3);
}

Operand Drawer::indices(const Dims& dims, int64_t limit) {
    return tensor(dims, random.pick<DType>({DType::i64, DType::f32, DType::f64}), Values::classes, limit);
}

}  // namespace simple
