#include "property/relations/spoil.h"

#include <algorithm>
#include <cmath>

namespace simple::property {

namespace {

using Changed = std::string;  // what was done

Ref* ref_of(Step& step, size_t argument, int element) {
    for (Ref& ref : step.refs)
        if (ref.argument == argument && ref.element == element) return &ref;
    return nullptr;
}

void set_handle(Step& step, size_t argument, int element, int64_t handle) {
    auto& refs = step.refs;
    refs.erase(std::remove_if(refs.begin(), refs.end(),
                              [&](const Ref& ref) { return ref.argument == argument && ref.element == element; }),
               refs.end());
    if (element < 0)
        step.args[argument] = handle;
    else
        std::get<Array>(step.args[argument]).items[static_cast<size_t>(element)].as_int = handle;
}

void set_operand(Step& step, size_t argument, int element, const Operand& operand) {
    set_handle(step, argument, element, 0);
    step.refs.push_back({argument, element, operand.step, operand.result});
}

Dims other_dims(Random& random, Dims dims) {
    const auto last = static_cast<int64_t>(dims.size()) - 1;
    const int64_t kind = dims.empty() ? 6 : random.between(0, 7);
    const auto at = static_cast<size_t>(std::max<int64_t>(0, random.between(0, std::max<int64_t>(last, 0))));
    const auto position = dims.begin() + static_cast<std::ptrdiff_t>(at);
    switch (kind) {
        case 0: dims[at] += 1; return dims;
        case 1: dims[at] = dims[at] == 1 ? 2 : 1; return dims;
        case 2: dims[at] = 0; return dims;
        case 3: dims.erase(position); return dims;
        case 4: dims.insert(position, 1); return dims;
        case 5: std::swap(dims[at], dims[static_cast<size_t>(last)]); return dims;
        case 6: dims.push_back(random.between(1, 3)); return dims;
        default: return {};
    }
}

Operand tensor_like(Drawer& d, const Param& param, bool in_loss, const Dims& dims, DType dtype) {
    const bool picks = param.role == Role::index || param.role == Role::target;
    if (picks) return d.tensor(dims, dtype, simple::Values::classes, 2);
    return d.tensor(dims, dtype, param.role == Role::running || in_loss ? simple::Values::unit : simple::Values::small);
}

// Indices or classes one of which is none.
Operand with_bad_value(Drawer& d, const Dims& dims) {
    const double bad = d.random.pick<double>({-1, 7, 1e15, 0.5, -2, NAN});
    simple::TensorSpec spec;
    spec.dtype = std::floor(bad) == bad && d.random.chance(60) ? DType::i64 : DType::f64;
    spec.base = dims;
    spec.values.assign(static_cast<size_t>(count(dims)), 0);
    if (!spec.values.empty())
        spec.values[static_cast<size_t>(d.random.between(0, static_cast<int64_t>(spec.values.size()) - 1))] = bad;
    return d.make(spec);
}

Changed spoil_tensor(Step& step, size_t i, int element, const Param& param, Drawer& d) {
    Random& r = d.random;
    const bool in_loss = function(step.fn).category == "loss" || function(step.fn).category == "training";
    const Ref* ref = ref_of(step, i, element);
    const int64_t kind = r.between(0, 9);
    if (kind == 0) return set_handle(step, i, element, r.pick<int64_t>({-1, INT64_MIN, 12345678901})), "forged";
    if (kind == 1) {
        const Operand gone = d.make({DType::f32, {}, {1}, {}, false});
        d.append(simple::step(Fn::free, {gone}));
        return set_operand(step, i, element, gone), "freed";
    }
    const bool absent = ref == nullptr;
    if (!absent && kind == 2) return set_handle(step, i, element, 0), "0";
    const Operand was = absent ? Operand{0, 0, DType::f32, {2}} : d.known(*ref);
    if (kind == 3 && param.role == Role::running) {
        simple::TensorSpec spec{
            DType::f64, was.dims, std::vector<double>(static_cast<size_t>(count(was.dims)), 1), {}, true};
        return set_operand(step, i, element, d.make(spec)), "requires grad";
    }
    if (kind <= 4 && (param.role == Role::index || param.role == Role::target))
        return set_operand(step, i, element, with_bad_value(d, was.dims)), "a bad value";
    if (kind <= 5) {
        const DType dtype = r.pick<DType>({DType::i64, DType::i64, DType::f32, DType::f64});
        return set_operand(step, i, element, tensor_like(d, param, in_loss, was.dims, dtype)), "other dtype";
    }
    return set_operand(step, i, element, tensor_like(d, param, in_loss, other_dims(r, was.dims), was.dtype)),
           "other dims";
}

Changed spoil_array(Array& array, const Param& param, Random& r) {
    const auto size = static_cast<int64_t>(array.items.size());
    const int64_t kind = r.between(0, 9);
    array.null = false;
    if (kind == 0) return array.len = r.pick<int64_t>({-1, INT64_MIN + 1}), "negative length";
    if (kind == 1 && size > 0) return array.null_items = true, "items NULL";
    if (size == 0) return array.items = Array::ints({r.between(-1, 2)}).items, "one more";
    const auto at = static_cast<size_t>(r.between(0, size - 1));
    if (kind == 2) return array.items[at].tag = r.pick<uint32_t>({SPL_NIL, SPL_BOOL, SPL_STRING, 77}), "a bad tag";
    if (param.role == Role::value) return array.items.pop_back(), "one less";  // a list of handles
    if (kind <= 4)
        return array.items[at] = Array::floats({r.pick<double>({1.5, 2.5, NAN, 1e19})}).items[0], "not whole";
    if (kind == 5) return array.items.push_back(array.items[at]), "one more";
    if (kind == 6) return array.items.pop_back(), "one less";
    if (kind == 7) return array.items.clear(), "empty";
    const std::vector<int64_t> pairs{0, -1, 1, 2, INT64_MIN, int64_t{1} << 31, INT64_MAX};
    const std::vector<int64_t> others{0, -1, 1, -2, INT64_MIN, 7, INT64_MAX};
    array.items[at] = Array::ints({r.pick(param.role == Role::pair ? pairs : others)}).items[0];
    return "another number";
}

int64_t other_integer(const Param& param, int64_t ndim, Random& r) {
    switch (param.role) {
        case Role::dim:
        case Role::newdim:
            return r.pick<int64_t>({ndim, ndim + 1, -ndim - 1, -ndim - 2, ndim - 1, INT64_MAX, INT64_MIN,
                                    int64_t{1} << 32, -(int64_t{1} << 32)});
        case Role::bound: return r.pick<int64_t>({INT64_MIN, INT64_MAX, 0, -7, 7});
        default: return r.pick<int64_t>({0, -1, 1, 2, 3, INT64_MIN, INT64_MAX});
    }
}

Changed spoil_argument(Step& step, size_t i, Drawer& d) {
    const Param& param = function(step.fn).params[i];
    switch (param.type) {
        case Type::tensor:
        case Type::tensor_opt: return spoil_tensor(step, i, -1, param, d);
        case Type::tensor_array: {
            auto& list = std::get<Array>(step.args[i]);
            const auto last = static_cast<int64_t>(list.items.size()) - 1;
            if (d.random.chance(75))
                return spoil_tensor(step, i, static_cast<int>(d.random.between(0, last)), param, d);
            const Changed changed = spoil_array(list, param, d.random);
            // A handle that the list no longer holds is not filled in.
            auto& refs = step.refs;
            refs.erase(std::remove_if(refs.begin(), refs.end(),
                                      [&](const Ref& ref) {
                                          return ref.argument == i &&
                                                 ref.element >= static_cast<int>(list.items.size());
                                      }),
                       refs.end());
            return changed;
        }
        case Type::i64_array:
        case Type::f64_array: return spoil_array(std::get<Array>(step.args[i]), param, d.random);
        case Type::i64: {
            int64_t ndim = 2;
            for (const Ref& ref : step.refs)
                if (ref.argument == 0) ndim = static_cast<int64_t>(d.known(ref).dims.size());
            step.args[i] = other_integer(param, ndim, d.random);
            return "another number";
        }
        case Type::boolean: return step.args[i] = !std::get<bool>(step.args[i]), "the other";
        case Type::f64:
            return step.args[i] = d.random.pick<double>({NAN, HUGE_VAL, 1e39, 0, -0.0, -1e300}), "another number";
        default: return "left";
    }
}

}  // namespace

std::string vary(Step& step, Drawer& drawer) {
    const Function& row = function(step.fn);
    bool has_list = false, has_dim = false;
    for (size_t i = 0; i < row.param_count; i++) {
        const Type type = row.params[i].type;
        has_list |= type == Type::i64_array;
        has_dim |= row.params[i].role == Role::dim;
        if ((type == Type::tensor || type == Type::tensor_opt) != (i == 0) || type == Type::tensor_array) return "";
    }
    // What a list says of the dims, or what the dims of matrices and images mean, does not go for others.
    const bool any_dims = !has_list && (has_dim || row.category == "shape" || row.category == "reduction");
    const Ref* ref = ref_of(step, 0, -1);
    if (!ref || step.fn == Fn::t) return "";
    const Operand was = drawer.known(*ref);
    Dims dims = was.dims;
    Random& r = drawer.random;
    const int64_t kind = any_dims ? r.between(0, 3) : 0;
    if (kind == 0) {
        if (dims.size() < 2) return "";
        std::swap(dims.front(), dims.back());
        const Operand turned = drawer.tensor(dims, was.dtype);
        const int64_t last = static_cast<int64_t>(dims.size()) - 1;
        const Operand back = drawer.append(simple::step(Fn::transpose, {turned, 0, last}), was.dtype, was.dims);
        return set_operand(step, 0, -1, back), "of a transposed tensor";
    }
    if (kind == 1 && !dims.empty()) {
        dims[static_cast<size_t>(r.between(0, static_cast<int64_t>(dims.size()) - 1))] = 0;
        return set_operand(step, 0, -1, drawer.tensor(dims, was.dtype)), "of nothing";
    }
    while (dims.size() < 5) dims.push_back(r.between(1, 2));
    return set_operand(step, 0, -1, drawer.tensor(dims, was.dtype)), "of 5 dims";
}

std::string spoil(Step& step, std::vector<size_t> arguments, Drawer& drawer) {
    const Function& row = function(step.fn);
    if (arguments.empty())
        for (size_t i = 0; i < row.param_count; i++) arguments.push_back(i);
    const size_t i = drawer.random.pick(arguments);
    return std::string(row.params[i].name) + ": " + spoil_argument(step, i, drawer);
}

}  // namespace simple::property
