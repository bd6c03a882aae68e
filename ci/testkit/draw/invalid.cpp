// The ways of calling a function wrongly that follow from its row: bad handles, bad arrays, dims out of range, int64
// where floats are due. What only one function can get wrong is in invalid_by_function.cpp.
#include "ci/testkit/draw/invalid.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "ci/testkit/draw/calls.h"

namespace simple {
namespace {

SplValue tagged(uint32_t tag) {
    SplValue value{};
    value.tag = tag;
    return value;
}

void forget_refs(Step& step, size_t argument, int element) {
    auto& refs = step.refs;
    refs.erase(std::remove_if(refs.begin(), refs.end(),
                              [&](const Ref& ref) { return ref.argument == argument && ref.element == element; }),
               refs.end());
}

// A handle that was freed before the call.
size_t freed_tensor(Drawer& d) {
    const Operand tensor = d.make({DType::f32, {}, {1}, {}, false});
    d.append(step(Fn::free, {tensor}));
    return tensor.step;
}

int64_t forged(Random& random) {
    return random.pick<int64_t>({-1, INT64_MAX, INT64_MIN, 0x7fffffff7fffffff, 12345678901});
}

void bad_handle_ways(Fn fn, size_t i, const Param& param, std::vector<Way>& ways) {
    const std::string name(param.name);
    const bool zero_is_fine = param.type == Type::tensor_opt || fn == Fn::free || fn == Fn::stream_free;
    if (!zero_is_fine) {
        ways.push_back({name + " zero", Code::handle, [=](Drawer& d) {
                            Step call = draw_valid(fn, d);
                            forget_refs(call, i, -1);
                            call.args[i] = int64_t{0};
                            return call;
                        }});
    }
    ways.push_back({name + " forged", Code::handle, [=](Drawer& d) {
                        Step call = draw_valid(fn, d);
                        forget_refs(call, i, -1);
                        call.args[i] = forged(d.random);
                        return call;
                    }});
    ways.push_back({name + (param.type == Type::stream ? " a freed tensor" : " freed"), Code::handle, [=](Drawer& d) {
                        Step call = draw_valid(fn, d);
                        forget_refs(call, i, -1);
                        call.refs.push_back({i, -1, freed_tensor(d), 0});
                        return call;
                    }});
    if (param.type == Type::stream) {
        ways.push_back({name + " a tensor", Code::handle, [=](Drawer& d) {
                            Step call = draw_valid(fn, d);
                            forget_refs(call, i, -1);
                            call.refs.push_back({i, -1, d.make({DType::f32, {}, {1}, {}, false}).step, 0});
                            return call;
                        }});
    }
}

void bad_list_ways(Fn fn, size_t i, const std::string& name, std::vector<Way>& ways) {
    ways.push_back({name + " with a freed handle", Code::handle, [=](Drawer& d) {
                        Step call = draw_valid(fn, d);
                        const auto last = static_cast<int>(std::get<Array>(call.args[i]).items.size()) - 1;
                        forget_refs(call, i, last);
                        call.refs.push_back({i, last, freed_tensor(d), 0});
                        return call;
                    }});
    ways.push_back({name + " with a forged handle", Code::handle, [=](Drawer& d) {
                        Step call = draw_valid(fn, d);
                        forget_refs(call, i, 0);
                        std::get<Array>(call.args[i]).items[0].as_int = d.random.chance(30) ? 0 : forged(d.random);
                        return call;
                    }});
    ways.push_back({name + " empty", Code::argument, [=](Drawer& d) {
                        Step call = draw_valid(fn, d);
                        call.refs.clear();
                        Array none;
                        none.null = d.random.chance(50);
                        call.args[i] = none;
                        return call;
                    }});
}

void bad_array_ways(Fn fn, size_t i, const Param& param, std::vector<Way>& ways) {
    const std::string name(param.name);
    const auto corrupted = [=](const std::function<void(Random&, Array&)>& corrupt) {
        return [=](Drawer& d) {
            Step call = draw_valid(fn, d);
            auto& array = std::get<Array>(call.args[i]);
            array.null = false;
            if (array.items.empty()) array.items.push_back(Array::ints({1}).items[0]);
            corrupt(d.random, array);
            return call;
        };
    };
    ways.push_back({name + " wrong tag", Code::argument, corrupted([](Random& random, Array& array) {
                        const auto last = static_cast<int64_t>(array.items.size()) - 1;
                        array.items[static_cast<size_t>(random.between(0, last))] =
                            tagged(random.pick<uint32_t>({SPL_NIL, SPL_BOOL, SPL_STRING, SPL_ARRAY, SPL_DICT, 77}));
                    })});
    ways.push_back({name + " negative length", Code::argument, corrupted([](Random& random, Array& array) {
                        array.len = random.pick<int64_t>({-1, INT64_MIN + 1});
                    })});
    ways.push_back(
        {name + " items NULL", Code::argument, corrupted([](Random&, Array& array) { array.null_items = true; })});
    if (param.type == Type::i64_array) {
        ways.push_back({name + " not whole", Code::argument, corrupted([](Random& random, Array& array) {
                            array.items[0] = Array::floats({random.pick<double>({1.5, NAN, 1e19, -HUGE_VAL})}).items[0];
                        })});
    }
}

int64_t out_of_range(Random& random, int64_t lowest, int64_t highest) {
    switch (random.between(0, 3)) {
        case 0: return highest + random.between(1, 3);
        case 1: return lowest - random.between(1, 3);
        case 2: return INT64_MAX;
        default: return INT64_MIN;
    }
}

// cat of nothing but what it skips looks at no dim.
bool skips_all(const Drawer& d, const Step& call) {
    return std::all_of(call.refs.begin(), call.refs.end(),
                       [&](const auto& ref) { return d.known(ref).dims == Dims{0}; });
}

void bad_dim_way(Fn fn, size_t i, const Param& param, std::vector<Way>& ways) {
    ways.push_back({std::string(param.name) + " out of range", Code::range, [=](Drawer& d) {
                        Step call = draw_valid(fn, d);
                        while (fn == Fn::cat && skips_all(d, call)) call = draw_valid(fn, d);
                        const auto n = static_cast<int64_t>(d.known(call.refs.front()).dims.size());
                        const int64_t most = param.role == Role::newdim ? n : std::max<int64_t>(n, 1) - 1;
                        call.args[i] = out_of_range(d.random, -most - 1, most);
                        return call;
                    }});
}

void int64_way(Fn fn, std::vector<Way>& ways) {
    ways.push_back({"int64", Code::dtype, [=](Drawer& d) {
                        static const DType kInt64 = DType::i64;
                        d.only = &kInt64;
                        Step call = draw_valid(fn, d);
                        d.only = nullptr;
                        return call;
                    }});
}

}  // namespace

std::vector<Way> ways_to_fail(Fn fn) {
    std::vector<Way> ways;
    const Function& row = function(fn);
    for (size_t i = 0; i < row.param_count; ++i) {
        const Param& param = row.params[i];
        switch (param.type) {
            case Type::tensor:
            case Type::tensor_opt: bad_handle_ways(fn, i, param, ways); break;
            case Type::stream:
                // Without CUDA to_stream ends with code 8 at its device, before the stream is looked at.
                if (fn != Fn::to_stream) bad_handle_ways(fn, i, param, ways);
                break;
            case Type::tensor_array:
                bad_list_ways(fn, i, std::string(param.name), ways);
                bad_array_ways(fn, i, param, ways);
                break;
            case Type::i64_array:
            case Type::f64_array: bad_array_ways(fn, i, param, ways); break;
            default: break;
        }
        if (param.role == Role::dim || param.role == Role::newdim) bad_dim_way(fn, i, param, ways);
    }
    if (row.can_fail_with(Code::dtype) && fn != Fn::dropout) int64_way(fn, ways);
    add_ways_by_function(fn, ways);
    return ways;
}

}  // namespace simple
