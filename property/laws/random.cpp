// What is drawn: seeds, tails, neighbours, and probabilities near their ends.
#include <cmath>
#include <iterator>
#include <set>

#include "property/laws/law.h"

namespace simple::property {

namespace {

void seed(Trial& t, int64_t seed) { t.run(Fn::manual_seed, {to_arg(seed)}); }

std::vector<double> drawn_after(Trial& t, int64_t value) {
    seed(t, value);
    return t.data(t(Fn::rand, Dims{16}));
}

// The first is drawn of what a mistaken seed of 0, or of a negative number, would leave as it was.
constexpr int64_t kSeeds[] = {0, 1, 2, 3, -1, -2, INT64_MAX, INT64_MIN};
constexpr int64_t kOthers = 6;  // of these, no generator that takes 32 bits sees two as one

void no_place_is_fixed(Trial& t, Fn fn) {
    const int64_t n = t.integer("n", 1, 40);
    std::vector<std::set<double>> seen(static_cast<size_t>(n));
    for (int i = 0; i < 4; i++) {
        const std::vector<double> row = t.data(t(fn, Dims{n}));
        for (size_t k = 0; k < row.size(); k++) seen[k].insert(row[k]);
    }
    for (size_t k = 0; k < seen.size(); k++)
        t.check(seen[k].size() > 1, "four draws differ in place " + std::to_string(k));
}

}  // namespace

// Shares hold to 6 standard errors: one in 5e8 examples would break by chance.
Laws random_laws() {
    Laws laws;
    laws.add(Fn::manual_seed, "any-seed-repeats", {"V8"}, Needs::values, [](Trial& t) {
        const int64_t value = kSeeds[t.integer("seed", 0, static_cast<int64_t>(std::size(kSeeds)) - 1)];
        const std::vector<double> first = drawn_after(t, value);
        t.check(drawn_after(t, value) == first, "seed " + std::to_string(value) + " repeats");
    });
    laws.add(Fn::manual_seed, "seeds-next-to-each-other-differ", {"V4", "V8"}, Needs::values, [](Trial& t) {
        const int64_t one = t.integer("one", 0, kOthers - 1);
        const int64_t other = (one + t.integer("other", 1, kOthers - 1)) % kOthers;
        t.check(drawn_after(t, kSeeds[one]) != drawn_after(t, kSeeds[other]), "another seed, other numbers");
    });
    laws.add(
        Fn::randn, "has-tails", {"V4"}, Needs::values,
        [](Trial& t) {
            constexpr double kBeyond = 0.012419;  // of a normal distribution beyond 2.5
            constexpr int64_t kCount = 16384;
            seed(t, t.integer("seed", 0, 1 << 30));
            double beyond = 0;
            for (double x : t.data(t(Fn::randn, Dims{kCount}))) beyond += std::abs(x) > 2.5;
            t.near(beyond / kCount, kBeyond, 0, 6 * std::sqrt(kBeyond / kCount));
        },
        10);
    laws.add(Fn::dropout, "neighbours-are-independent", {"V4"}, Needs::values, [](Trial& t) {
        constexpr int64_t kCount = 4096;
        seed(t, t.integer("seed", 0, 1 << 30));
        const std::vector<double> x = t.data(t(Fn::dropout, t(Fn::ones, Dims{kCount}), 0.5, true));
        double alike = 0;
        for (size_t i = 0; i < x.size(); i += 2) alike += (x[i] == 0) == (x[i + 1] == 0);
        t.near(2 * alike / kCount, 0.5, 0, 6 * 0.5 / std::sqrt(kCount / 2));
    });
    laws.add(Fn::dropout, "scales-whatever-p", {"V4"}, Needs::values, [](Trial& t) {
        const double p = t.flag("near 1") ? t.number("high", 0.9, 0.999) : t.number("low", 0.001, 0.1);
        for (double x : t.data(t(Fn::dropout, t(Fn::to_float, t(Fn::ones, Dims{1024})), p, true)))
            t.near(x, x == 0 ? 0 : 1 / (1 - p));
    });
    laws.add(Fn::dropout, "is-row-major", {"H7"}, Needs::structure, [](Trial& t) {
        const Value x = t(Fn::t, t.tensor("x", Want().floats().ndim(2, 2)));
        t(Fn::view, t(Fn::dropout, x, 0.5, true), Dims{t.count(Fn::numel, x)});
    });
    laws.add(Fn::dropout, "p-1-stays-in-the-graph", {"G4"}, Needs::structure, [](Trial& t) {
        const Value x = t(Fn::detach, t.tensor("x", Want().floats().filled(Values::small)));
        t.run(Fn::set_requires_grad, {to_arg(x), to_arg(true)});
        t.check(t.count(Fn::requires_grad, t(Fn::dropout, x, 1.0, true)) != 0, "the result requires grad");
    });
    for (Fn fn : {Fn::rand, Fn::randn})
        laws.add(fn, "no-place-is-fixed", {"V4"}, Needs::values, [=](Trial& t) { no_place_is_fixed(t, fn); });
    return laws;
}

}  // namespace simple::property
