#include "property/relations/relate.h"

#include <algorithm>
#include <cmath>

#include "property/gradients/weighed.h"
#include "property/table/tolerance.h"

namespace simple::property {

namespace {

// A side's outcome. Its failed call is one of several.
struct Ended {
    std::optional<Result> result;
    int32_t code = 0;
    std::string message;

    std::string text() const { return "code " + std::to_string(code) + (code ? " (" + message + ")" : ""); }
};

Result the_call(Trial& t, Fn fn, const Arguments& arguments) {
    switch (function(fn).result) {
        case Type::tensor_array: return t.list_of(fn, arguments.all());
        case Type::f64: return t.run(fn, arguments.all()).number;
        default: return t.tensor_of(fn, arguments.all());
    }
}

Ended ended(const std::function<Result()>& side) {
    try {
        return {side(), 0, ""};
    } catch (const Failed& failed) {
        return {std::nullopt, failed.outcome.code, failed.outcome.message};
    }
}

Ended left_side(Trial& t, const Relation& relation, const Arguments& arguments) {
    return ended([&] { return relation.left ? relation.left(t, arguments) : the_call(t, relation.fn, arguments); });
}

void run_before(Trial& t, Runner& runner, const DrawnCall& call) {
    for (const simple::Step& step : call.before) {
        runner.run(step);
        const size_t at = runner.steps() - 1;
        for (int64_t handle : runner.handles(at)) t.name(handle, "t" + std::to_string(at));
    }
}

const char* const kLeaves = "Each floating argument was detached and requires grad.";

// The arguments with a leaf of its own for each floating tensor that is a value.
Arguments with_leaves(Trial& t, const RelatedCall& drawn, const Args& args, std::vector<Value>& leaves) {
    Args own = args;
    const Function& row = function(drawn.call.step.fn);
    for (size_t k = 0; k < drawn.call.step.refs.size(); k++) {
        const Ref& ref = drawn.call.step.refs[k];
        if (row.params[ref.argument].role != Role::value || drawn.known[k]->dtype == DType::i64) continue;
        Array* list = std::get_if<Array>(&own[ref.argument]);
        int64_t& handle =
            list ? list->items[static_cast<size_t>(ref.element)].as_int : std::get<int64_t>(own[ref.argument]);
        leaves.push_back(t(Fn::detach, to_arg(handle)));
        t.run(Fn::set_requires_grad, {to_arg(leaves.back()), to_arg(true)});
        handle = leaves.back().get();
    }
    return Arguments(drawn, std::move(own));
}

void fail(const Relation& relation, const RelatedCall& drawn, const std::string& what) {
    throw Broken("the relation " + std::string(function(relation.fn).name) + " " + relation.name + " (of " +
                 functions_of(relation) + "): " + what +
                 (drawn.spoiled.empty() ? "" : "\nArguments: " + drawn.spoiled) + "\nThe call, last of\n" +
                 drawn.call.text());
}

// Without error codes a number that is NaN.
bool may_have_failed(Trial& t, const Ended& side) {
    return !t.backend.last_error_code && side.result && side.result->number && std::isnan(*side.result->number);
}

bool ends_with(Trial& t, const Ended& side, Code code) {
    const auto due = static_cast<int32_t>(code);
    return t.backend.last_error_code ? side.code == due : (side.code != 0) == (due != 0);
}

bool same_outcome(Trial& t, const Ended& a, const Ended& b) {
    return t.backend.last_error_code ? a.code == b.code : (a.code != 0) == (b.code != 0);
}

bool relate_codes_and_values(Trial& t, const Relation& relation) {
    const RelatedCall drawn = draw_related(t.backend, relation.fn, relation.draw, relation.spoiled, t.choices("call"));
    Runner runner(t.backend);
    run_before(t, runner, drawn.call);
    const Arguments arguments(drawn, runner.arguments(drawn.call.step));
    const Ended left = left_side(t, relation, arguments);
    const std::vector<const Beyond*> rows = beyond(relation, arguments);
    if (may_have_failed(t, left)) return false;
    if (!rows.empty() && rows.back()->when == Beyond::always) {
        const Beyond& row = *rows.back();
        if (!ends_with(t, left, row.code))
            fail(relation, drawn,
                 left.text() + ", want " + std::to_string(static_cast<int>(row.code)) + ": " + row.reason);
        return true;
    }
    const Ended right = ended([&] { return relation.right(t, arguments); });
    if (may_have_failed(t, right)) return false;
    for (const Beyond* row : rows)
        if (ends_with(t, left, row->code) && ends_with(t, right, row->right)) return true;
    if (!same_outcome(t, left, right))
        fail(relation, drawn, "the call ended with " + left.text() + ", the other side with " + right.text());
    if (!left.result) return true;
    try {
        compare(t, relation, *left.result, *right.result, coarsest(drawn));
    } catch (const Broken& broken) {
        fail(relation, drawn, broken.what());
    }
    return true;
}

// Gradients towards every floating argument, of a number that each element of the result has a weight in.
bool relate_gradients(Trial& t, const Relation& relation) {
    const RelatedCall drawn = draw_differentiable(relation.fn, relation.draw, t.choices("differentiable call"));
    Runner runner(t.backend);
    run_before(t, runner, drawn.call);
    const Args args = runner.arguments(drawn.call.step);
    if (!beyond(relation, Arguments(drawn, args)).empty()) return false;
    std::vector<Value> leaves[2];
    const Arguments one = with_leaves(t, drawn, args, leaves[0]), other = with_leaves(t, drawn, args, leaves[1]);
    const Ended left = left_side(t, relation, one);
    const Ended right = ended([&] { return relation.right(t, other); });
    const auto claim = [&](bool holds, const std::string& what) {
        if (!holds) fail(relation, drawn, what + "\n" + kLeaves);
    };
    claim(same_outcome(t, left, right), "the call ended with " + left.text() + ", the other side with " + right.text());
    if (!left.result) return true;
    try {
        compare(t, relation, *left.result, *right.result, DType::f64);
        for (const Ended* side : {&left, &right})
            for (const Value& tensor : side->result->tensors)
                if (t.count(Fn::requires_grad, tensor) != 0) t.run(Fn::backward, {to_arg(weighed(t, tensor))});
        for (size_t i = 0; i < leaves[0].size(); i++) {
            const Value a = t(Fn::grad, leaves[0][i]), b = t(Fn::grad, leaves[1][i]);
            t.check((a.get() != 0) == (b.get() != 0),
                    "a gradient on one side only, of floating argument " + std::to_string(i));
            if (a.get() == 0) continue;
            t.same_dims(t.shape(a), t.shape(b));
            if (t.real && relation.agreement != Agreement::shapes) t.close(a, b, 1e-6, 1e-6);
        }
    } catch (const Broken& broken) {
        fail(relation, drawn, std::string("gradients: ") + broken.what() + "\n" + kLeaves);
    }
    return true;
}

}  // namespace

std::string functions_of(const Relation& relation) {
    std::string text(function(relation.fn).name);
    for (Fn fn : relation.others) text += ", " + std::string(function(fn).name);
    return text;
}

std::vector<const Beyond*> beyond(const Relation& relation, const Arguments& arguments) {
    std::vector<const Beyond*> rows;
    if (!arguments.all_live()) return rows;
    for (const Beyond& row : relation.beyond) {
        if (!row.applies(arguments)) continue;
        rows.push_back(&row);
        if (row.when == Beyond::always) break;
    }
    return rows;
}

// int64 beside float64 is float32 where a side makes a quotient or a power of it (V2). Indices, classes and running
// statistics are read, and nothing is computed in their dtype.
DType coarsest(const RelatedCall& drawn) {
    const simple::Step& step = drawn.call.step;
    bool any_whole = false, any_float = false, all_double = true;
    for (size_t k = 0; k < step.refs.size(); k++) {
        const Role role = function(step.fn).params[step.refs[k].argument].role;
        if (role == Role::index || role == Role::target || role == Role::running || !drawn.known[k]) continue;
        const DType dtype = drawn.known[k]->dtype;
        (dtype == DType::i64 ? any_whole : any_float) = true;
        all_double = all_double && dtype == DType::f64;
    }
    return any_whole && !any_float ? DType::i64 : all_double ? DType::f64 : DType::f32;
}

void compare(Trial& t, const Relation& relation, const Result& left, const Result& right, DType dtype) {
    const auto limit_in = [&](DType computed) {
        Tolerance limit = tolerance(relation.fn, computed);
        for (Fn fn : relation.others) {
            const Tolerance wider = tolerance(fn, computed);
            limit = {std::max(limit.rtol, wider.rtol), std::max(limit.atol, wider.atol)};
        }
        return relation.agreement == Agreement::exact ? Tolerance{0, 0} : limit;
    };
    const Tolerance of_number = limit_in(dtype);
    const bool of_values = t.real && relation.agreement != Agreement::shapes;
    if (left.number && of_values) t.near(*left.number, *right.number, of_number.rtol, of_number.atol);
    t.same(static_cast<int64_t>(left.tensors.size()), static_cast<int64_t>(right.tensors.size()), "tensors");
    for (size_t i = 0; i < left.tensors.size(); i++) {
        const Value &a = left.tensors[i], &b = right.tensors[i];
        t.same_dims(t.shape(a), t.shape(b));
        if (t.backend.dtype) t.same(static_cast<int64_t>(t.dtype(a)), static_cast<int64_t>(t.dtype(b)), "dtype");
        t.same(t.count(Fn::requires_grad, a), t.count(Fn::requires_grad, b), "requires_grad");
        if (!of_values) continue;
        const DType own = t.backend.dtype ? t.dtype(b) : dtype;
        const Tolerance limit = limit_in(dtype == DType::i64 || own == DType::i64 ? own : dtype);
        const std::vector<double> xs = t.data(a), ys = t.data(b);
        for (size_t k = 0; k < xs.size(); k++) {
            try {
                t.near(xs[k], ys[k], limit.rtol, limit.atol);
            } catch (const Broken& broken) {
                throw Broken("element " + std::to_string(k) + ": " + broken.what());
            }
        }
    }
}

bool relate(Trial& t, const Relation& relation) {
    const bool gives_tensors = function(relation.fn).result != Type::f64;
    try {
        return gives_tensors && t.integer("gradients", 0, 5) == 5 ? relate_gradients(t, relation)
                                                                  : relate_codes_and_values(t, relation);
    } catch (const Unrelated&) {
        return false;
    }
}

}  // namespace simple::property
