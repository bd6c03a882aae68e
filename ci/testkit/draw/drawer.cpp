#include "ci/testkit/draw/drawer.h"

#include <stdexcept>

namespace simple {
namespace {

SplValue int_item(int64_t value) { return Array::ints({value}).items[0]; }

std::vector<double> elements(Random& random, int64_t size, DType dtype, Values values, int64_t limit) {
    std::vector<double> result;
    for (int64_t i = 0; i < size; ++i) {
        switch (values) {
            case Values::classes:
                result.push_back(static_cast<double>(limit > 0 ? random.between(0, limit - 1) : 0));
                break;
            case Values::unit:
                result.push_back(dtype == DType::i64 ? static_cast<double>(random.between(0, 1)) : random.real(0, 1));
                break;
            case Values::small:
                result.push_back(dtype == DType::i64 ? static_cast<double>(random.between(-4, 4)) : random.real(-2, 2));
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
    Dims result(static_cast<size_t>(random.between(lowest_ndim, highest_ndim)));
    for (auto& size : result) size = random.chance(5) ? 0 : random.pick<int64_t>({1, 2, 3, 4, 1, 5});
    return result;
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
    const Array dims = Array::ints(spec.base);
    Operand operand;
    if (spec.dtype == DType::i64) {
        std::vector<int64_t> whole(spec.values.begin(), spec.values.end());
        operand = append(step(Fn::from_i64_data, {Array::ints(whole), dims}), DType::i64, spec.base);
    } else {
        operand = append(step(Fn::from_data, {Array::floats(spec.values), dims}), DType::f64, spec.base);
        if (spec.dtype == DType::f32) operand = append(step(Fn::to_float32, {operand}), DType::f32, spec.base);
    }
    if (spec.requires_grad) append(step(Fn::set_requires_grad, {operand, true}));
    for (const auto& op : spec.layout) {
        std::vector<Input> inputs{operand};
        for (const auto& arg : op.rest) inputs.emplace_back(std::get<int64_t>(arg));
        Dims dims = operand.dims;
        const auto first = static_cast<size_t>(std::get<int64_t>(op.rest[0]));
        if (op.fn == Fn::transpose) {
            std::swap(dims[first], dims[static_cast<size_t>(std::get<int64_t>(op.rest[1]))]);
        } else {
            const int64_t start = std::get<int64_t>(op.rest[1]);
            const int64_t end = std::get<int64_t>(op.rest[2]);
            const int64_t stride = std::get<int64_t>(op.rest[3]);
            dims[first] = (end - start + stride - 1) / stride;
        }
        operand = append(step(op.fn, inputs), spec.dtype, dims);
    }
    return operand;
}

Operand Drawer::tensor(const Dims& dims, DType dtype, Values values, int64_t limit) {
    TensorSpec spec;
    spec.dtype = dtype;
    spec.base = dims;
    if (layouts && !dims.empty() && random.chance(35)) {
        const auto last = static_cast<int64_t>(dims.size()) - 1;
        const int64_t dim = random.between(0, last);
        auto& size = spec.base[static_cast<size_t>(dim)];
        if (dims.size() >= 2 && random.chance(50)) {
            const int64_t other = random.between(0, last);
            std::swap(size, spec.base[static_cast<size_t>(other)]);
            spec.layout.push_back({Fn::transpose, {dim, other}});
        } else if (random.chance(50)) {
            spec.layout.push_back({Fn::slice, {dim, int64_t{0}, size * 2, int64_t{2}}});
            size *= 2;
        } else {
            spec.layout.push_back({Fn::slice, {dim, int64_t{1}, size + 1, int64_t{1}}});
            size += 1;
        }
    }
    spec.values = elements(random, count(spec.base), dtype, values, limit);
    spec.requires_grad = dtype != DType::i64 && values == Values::small && random.chance(20);
    return make(spec);
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

Operand Drawer::indices(const Dims& dims, int64_t limit) {
    return tensor(dims, random.pick<DType>({DType::i64, DType::f32, DType::f64}), Values::classes, limit);
}

}  // namespace simple
