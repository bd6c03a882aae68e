// Accumulation, zero_grad, detach, nesting of no_grad, flags of views and aliases (G1 to G4, H6). What concerns flags
// alone holds of the stub too.
#include <cmath>

#include "property/cases.h"
#include "property/laws/law.h"
#include "property/laws/second_handles.h"

namespace simple::property {

namespace {

Want leaf_want() { return Want().floats().filled(Values::modest); }

Value leaf(Trial& t, const TensorSpec& spec) {
    Value x = t(Fn::detach, t.make(spec));
    t.run(Fn::set_requires_grad, {to_arg(x), to_arg(true)});
    return x;
}

bool requires_grad(Trial& t, const Value& x) { return t.count(Fn::requires_grad, x) != 0; }

// The sum of all elements as a tensor with a graph.
Value total(Trial& t, const Value& x) { return t(Fn::sum_dim, t(Fn::flatten, x), 0, false); }

bool has_grad(Trial& t, const Value& x) { return t(Fn::grad, x).get() > 0; }

struct NoGrad {
    explicit NoGrad(Trial& t) : trial(t) { t.run(Fn::no_grad_begin, {}); }
    ~NoGrad() { trial.backend.no_grad_end(); }
    Trial& trial;
};

// Every way to a second handle on the elements of a 2-D tensor.
std::vector<SecondHandle> aliases() {
    return second_handles({
        {Fn::view,
         [](Trial& t, const Value& x) {
             return t(Fn::view, x, Dims{2, 3});
         }},
        {Fn::reshape,
         [](Trial& t, const Value& x) {
             return t(Fn::reshape, x, Dims{3, 2});
         }},
        {Fn::slice, [](Trial& t, const Value& x) { return t(Fn::slice, x, 0, 0, 1, 1); }},
        {Fn::chunk, [](Trial& t, const Value& x) { return t.list(Fn::chunk, x, 2, 0)[0]; }},
        {Fn::flatten, [](Trial& t, const Value& x) { return t(Fn::flatten, x); }},
        {Fn::contiguous, [](Trial& t, const Value& x) { return t(Fn::contiguous, x); }},
        {Fn::to_float32, [](Trial& t, const Value& x) { return t(Fn::to_float32, x); }},
    });
}

Laws alias_laws() {
    Laws laws;
    for (const SecondHandle& alias : aliases()) {
        laws.add(alias.fn, "flag-is-each-handles-own", {"H6"}, Needs::structure, [alias](Trial& t) {
            const Value x = t(Fn::ones, Dims{2, 3}), other = alias.make(t, x);
            t.check(!requires_grad(t, other), "of a tensor that requires none requires none");
            const bool base_first = t.flag("base first");
            t.run(Fn::set_requires_grad, {to_arg(base_first ? x : other), to_arg(true)});
            t.check(requires_grad(t, base_first ? x : other), "set is set");
            t.check(!requires_grad(t, base_first ? other : x), "the flag shows on no other handle");
        });
        laws.add(alias.fn, "under-no-grad-requires-none", {"H6", "G1"}, Needs::structure, [alias](Trial& t) {
            const Value x = leaf(t, {DType::f32, {2, 3}, Layout::contiguous, std::vector<double>(6, 1)});
            {
                const NoGrad off(t);
                t.check(!requires_grad(t, alias.make(t, x)), "made under no_grad requires no gradient");
            }
            t.check(requires_grad(t, alias.make(t, x)), "made with gradients on requires one");
        });
    }
    return laws;
}

Laws gradient_laws() {
    Laws laws;
    laws.add(Fn::backward, "accumulates", {"G2"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", leaf_want());
        const Value x = leaf(t, spec);
        const int64_t times = t.integer("times", 1, 4);
        for (int64_t i = 0; i < times; i++) t.run(Fn::backward, {to_arg(total(t, t(Fn::mul_scalar, x, 2.0)))});
        for (double value : t.data(t(Fn::grad, x))) t.near(value, 2.0 * static_cast<double>(times), 0, 0);
    });
    laws.add(Fn::backward, "runs-within-no-grad", {"G1", "G2"}, Needs::structure, [](Trial& t) {
        const Value x = leaf(t, t.spec("x", leaf_want())), sum = total(t, x);
        const NoGrad off(t);
        t.run(Fn::backward, {to_arg(sum)});
        t.check(has_grad(t, x), "there is a gradient");
    });
    laws.add(Fn::set_requires_grad, "again-leaves-the-gradient", {"G2"}, Needs::values, [](Trial& t) {
        const Value x = leaf(t, t.spec("x", leaf_want()));
        t.run(Fn::backward, {to_arg(total(t, x))});
        t.run(Fn::set_requires_grad, {to_arg(x), to_arg(true)});
        for (double value : t.data(t(Fn::grad, x))) t.near(value, 1, 0, 0);
    });
    laws.add(Fn::zero_grad, "zeroes-in-place", {"G2"}, Needs::values, [](Trial& t) {
        const Value x = leaf(t, t.spec("x", leaf_want()));
        t.run(Fn::backward, {to_arg(total(t, x))});
        const Value grad = t(Fn::grad, x);
        t.run(Fn::zero_grad, {to_arg(x)});
        t.check(has_grad(t, x), "the gradient stays, zeroed");
        for (double value : t.data(grad)) t.near(value, 0, 0, 0);
        t.run(Fn::backward, {to_arg(total(t, x))});
        for (double value : t.data(t(Fn::grad, x))) t.near(value, 1, 0, 0);
    });
    laws.add(Fn::grad, "shares-the-gradients-storage", {"G2", "H7"}, Needs::values, [](Trial& t) {
        const Value x = leaf(t, t.spec("x", leaf_want().nonempty()));
        t.run(Fn::backward, {to_arg(total(t, x))});
        const Value first = t(Fn::grad, x), second = t(Fn::grad, x);
        t.run(Fn::zero_grad, {to_arg(x)});
        for (double value : t.data(first)) t.near(value, 0, 0, 0);
        t.equal(first, second);
    });
    laws.add(Fn::backward, "of-sum-is-ones", {"G4"}, Needs::values, [](Trial& t) {
        const Value x = leaf(t, t.spec("x", leaf_want()));
        t.run(Fn::backward, {to_arg(total(t, x))});
        t.equal(t(Fn::to_float32, t(Fn::grad, x)), t(Fn::ones, t.shape(x)));
    });
    laws.add(Fn::backward, "is-linear", {"G4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", leaf_want());
        const Value x = leaf(t, spec), y = leaf(t, spec);
        const double factor = t.number("factor", -3, 3);
        t.run(Fn::backward, {to_arg(total(t, t(Fn::tanh, x)))});
        t.run(Fn::backward, {to_arg(total(t, t(Fn::mul_scalar, t(Fn::tanh, y), factor)))});
        t.close(t(Fn::grad, y), t(Fn::mul_scalar, t(Fn::grad, x), factor), 1e-6, 1e-6);
    });
    laws.add(Fn::backward, "reaches-both-operands", {"G4"}, Needs::values, [](Trial& t) {
        const TensorSpec a = t.spec("a", leaf_want()), b = t.spec("b", leaf_want().type(a.dtype).of(a.dims));
        const Value x = leaf(t, a), y = leaf(t, b);
        t.run(Fn::backward, {to_arg(total(t, t(Fn::mul, x, y)))});
        t.equal(t(Fn::grad, x), t(Fn::detach, y));
        t.equal(t(Fn::grad, y), t(Fn::detach, x));
    });
    laws.add(Fn::backward, "uses-a-tensor-twice", {"G4"}, Needs::values, [](Trial& t) {
        const Value x = leaf(t, t.spec("x", leaf_want()));
        t.run(Fn::backward, {to_arg(total(t, t(Fn::mul, x, x)))});
        t.equal(t(Fn::grad, x), t(Fn::mul_scalar, t(Fn::detach, x), 2.0));
    });
    laws.add(Fn::backward, "gradient-has-the-leafs-dtype", {"G4"}, Needs::structure, [](Trial& t) {
        const TensorSpec a = t.spec("a", leaf_want()), b = t.spec("b", leaf_want().of(a.dims));
        const Value x = leaf(t, a), y = leaf(t, b);
        t.run(Fn::backward, {to_arg(total(t, t(Fn::add, x, y)))});
        t.check(t.dtype(t(Fn::grad, x)) == a.dtype && t.dtype(t(Fn::grad, y)) == b.dtype, "the leaf's dtype");
        t.same_dims(t.shape(t(Fn::grad, x)), a.dims);
    });
    laws.add(Fn::backward, "over-a-used-mul-is-2", {"G3"}, Needs::values, [](Trial& t) {
        const Value x = leaf(t, t.spec("x", leaf_want()));
        const Value loss = total(t, t(Fn::mul, x, x));
        t.run(Fn::backward, {to_arg(loss)});
        t.fails(2, Fn::backward, {to_arg(loss)});
    });
    laws.add(Fn::backward, "needs-no-live-inputs", {"H1", "G4"}, Needs::values, [](Trial& t) {
        const Value x = leaf(t, t.spec("x", leaf_want()));
        Value loss;
        {
            const Value between = t(Fn::exp, x);
            loss = total(t, between);
        }
        t.run(Fn::backward, {to_arg(loss)});
        t.close(t(Fn::grad, x), t(Fn::exp, t(Fn::detach, x)));
    });
    laws.add(Fn::backward, "where-nothing-requires-is-2", {"E3"}, Needs::structure,
             [](Trial& t) { t.fails(2, Fn::backward, {to_arg(t.tensor("x", leaf_want()))}); });
    laws.add(Fn::backward, "of-other-than-one-element-is-3", {"E3"}, Needs::structure, [](Trial& t) {
        const TensorSpec spec = t.spec("x", leaf_want());
        if (product(spec.dims) != 1) t.fails(3, Fn::backward, {to_arg(leaf(t, spec))});
    });
    laws.add(Fn::to_float32, "passes-the-gradient-on", {"G4"}, Needs::values, [](Trial& t) {
        const Value x = leaf(t, t.spec("x", leaf_want()));
        const Value narrow = t(Fn::to_float32, x), factor = t(Fn::full, t.shape(x), 0.1);
        t.run(Fn::backward, {to_arg(total(t, t(Fn::mul, narrow, factor)))});
        t.equal(t(Fn::to_float32, t(Fn::grad, x)), factor);
    });
    laws.add(Fn::grad, "none-before-backward", {"G2"}, Needs::structure, [](Trial& t) {
        const Value x = leaf(t, t.spec("x", leaf_want()));
        t.check(!has_grad(t, x), "no gradient before backward");
        t.run(Fn::backward, {to_arg(total(t, x))});
        t.check(has_grad(t, x), "a gradient after backward");
    });
    laws.add(Fn::grad, "none-of-a-computed-tensor", {"G2"}, Needs::structure, [](Trial& t) {
        const Value x = leaf(t, t.spec("x", leaf_want())), y = t(Fn::exp, x);
        t.run(Fn::backward, {to_arg(total(t, y))});
        t.check(!has_grad(t, y), "a computed tensor keeps no gradient");
    });
    laws.add(Fn::zero_grad, "without-gradient-is-nothing", {"G2"}, Needs::structure, [](Trial& t) {
        const Value x = leaf(t, t.spec("x", leaf_want()));
        t.run(Fn::zero_grad, {to_arg(x)});
        t.check(!has_grad(t, x), "zero_grad makes no gradient");
    });
    return laws;
}

Laws flag_laws() {
    Laws laws;
    laws.add(Fn::requires_grad, "is-what-was-set", {"H6"}, Needs::structure, [](Trial& t) {
        const Value x = t.tensor("x", leaf_want());
        const bool on = t.flag("on");
        t.run(Fn::set_requires_grad, {to_arg(x), to_arg(on)});
        t.check(requires_grad(t, x) == on, "set is set");
    });
    laws.add(Fn::requires_grad, "spreads-through-calls", {"G4"}, Needs::structure, [](Trial& t) {
        const TensorSpec a = t.spec("a", leaf_want());
        const Value x = leaf(t, a), y = t.tensor("b", Want().of(a.dims));
        t.check(requires_grad(t, t(Fn::add, x, y)) && requires_grad(t, t(Fn::add, y, x)), "one operand suffices");
        t.check(requires_grad(t, t(Fn::clone, x)), "clone stays in the graph");
        t.check(!requires_grad(t, t(Fn::to_int, x)), "int64 requires none");
        t.check(!requires_grad(t, y), "the other operand is as it was");
    });
    laws.add(Fn::set_requires_grad, "true-on-int64-is-4", {"E3"}, Needs::structure, [](Trial& t) {
        const Value x = t.tensor("x", Want().i64());
        t.fails(4, Fn::set_requires_grad, {to_arg(x), to_arg(true)});
        t.run(Fn::set_requires_grad, {to_arg(x), to_arg(false)});
    });
    laws.add(Fn::set_requires_grad, "false-on-computed-is-2", {"E3"}, Needs::structure, [](Trial& t) {
        const Value y = t(Fn::exp, leaf(t, t.spec("x", leaf_want())));
        t.fails(2, Fn::set_requires_grad, {to_arg(y), to_arg(false)});
        t.check(requires_grad(t, y), "a failed call changes nothing");
    });
    laws.add(Fn::detach, "is-cut-from-the-graph", {"G4", "H6"}, Needs::structure, [](Trial& t) {
        const Value x = leaf(t, t.spec("x", leaf_want())), cut = t(Fn::detach, x);
        t.check(!requires_grad(t, cut) && requires_grad(t, x), "detached requires none, its argument still does");
        t.fails(2, Fn::backward, {to_arg(total(t, cut))});
    });
    laws.add(Fn::detach, "flag-is-each-handles-own", {"H6"}, Needs::structure, [](Trial& t) {
        const Value x = t.tensor("x", leaf_want()), cut = t(Fn::detach, x);
        const bool base_first = t.flag("base first");
        t.run(Fn::set_requires_grad, {to_arg(base_first ? x : cut), to_arg(true)});
        t.check(!requires_grad(t, base_first ? cut : x), "the flag shows on no other handle");
    });
    laws.add(Fn::no_grad_begin, "nests", {"G1"}, Needs::structure, [](Trial& t) {
        const Value x = leaf(t, t.spec("x", leaf_want()));
        const int64_t depth = t.integer("depth", 1, 6);
        for (int64_t i = 0; i < depth; i++) t.run(Fn::no_grad_begin, {});
        for (int64_t i = 0; i < depth; i++) {
            const bool recorded = requires_grad(t, t(Fn::neg, x));
            t.backend.no_grad_end();
            t.check(!recorded, "off until as many ends as begins");
        }
        t.check(requires_grad(t, t(Fn::neg, x)), "on again after the last end");
        t.fails(9, Fn::no_grad_end, {});
        t.check(requires_grad(t, t(Fn::neg, x)), "an unbalanced end changes nothing");
    });
    laws.add(Fn::no_grad_begin, "leaves-flags-alone", {"G1"}, Needs::structure, [](Trial& t) {
        const Value x = leaf(t, t.spec("x", leaf_want()));
        const NoGrad off(t);
        t.check(requires_grad(t, x), "a leaf keeps its flag under no_grad");
        const Value y = t(Fn::exp, x);
        t.run(Fn::set_requires_grad, {to_arg(y), to_arg(true)});
        t.check(requires_grad(t, y), "set_requires_grad works under no_grad");
    });
    laws.add(Fn::no_grad_begin, "survives-failing-calls", {"G1", "E2"}, Needs::structure, [](Trial& t) {
        const Value x = leaf(t, t.spec("x", leaf_want()));
        const NoGrad off(t);
        t.fails(1, Fn::exp, {to_arg(INT64_MAX)});
        t.check(!requires_grad(t, t(Fn::exp, x)), "still off");
    });
    return laws;
}

}  // namespace

Cases autograd_cases(const Backend& backend, const SuiteOptions& options) {
    const bool real = backend.available();
    Cases cases;
    for (const Laws& laws : {alias_laws(), gradient_laws(), flag_laws()}) {
        for (const Law& law : laws) {
            const std::string id = "grad/" + name_of(law.function) + "/" + law.name;
            cases.push_back({id, name_of(law.function), law.promises, false,
                             with_values(law.needs == Needs::structure || real,
                                         [=, &backend] { hold(id, backend, options, options.examples, law.body); })});
        }
    }
    return cases;
}

}  // namespace simple::property
