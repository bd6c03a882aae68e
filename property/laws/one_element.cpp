// Long vectors of zeros with one other element: a reduction that leaves it out shows that, wherever its loop is cut
// into parts and whatever its tolerance.
#include <cmath>

#include "property/laws/law.h"

namespace simple::property {
namespace {

struct Lone {
    Value vector;
    int64_t size, place;
    double element;
};

Lone lone(Trial& t) {
    // Some parts of those that a thread is given (32,768 elements), and a rest.
    const int64_t size = t.integer("size", 30000, 150000);
    const int64_t where = t.integer("first, last or within", 0, 2);
    const int64_t place = where == 0 ? 0 : where == 1 ? size - 1 : t.integer("place", 0, size - 1);
    const auto element = static_cast<double>(t.integer("element", 1, 100));
    const std::vector<Value> pieces{t(Fn::zeros, Dims{place}), t(Fn::full, Dims{1}, element),
                                    t(Fn::zeros, Dims{size - 1 - place})};
    return {t(Fn::cat, pieces, 0), size, place, element};
}

void sees(Laws& laws, Fn fn, std::function<void(Trial&, const Lone&)> body) {
    // A tenth of the examples: a vector is as dear as a thousand small ones.
    laws.add(
        fn, "sees-one-of-many", {"V4"}, Needs::values, [body = std::move(body)](Trial& t) { body(t, lone(t)); }, 10);
}

// A reduction of all elements to a number.
void number(Laws& laws, Fn fn, double (*expected)(const Lone&)) {
    sees(laws, fn, [=](Trial& t, const Lone& x) { t.near(t.value(fn, x.vector), expected(x), 1e-5, 0); });
}

// Along the one dim.
void along(Laws& laws, Fn fn, double (*expected)(const Lone&)) {
    sees(laws, fn,
         [=](Trial& t, const Lone& x) { t.near(t.data(t(fn, x.vector, 0, false)).at(0), expected(x), 1e-5, 0); });
}

}  // namespace

Laws one_element_laws() {
    const auto element = [](const Lone& x) { return x.element; };
    const auto share = [](const Lone& x) { return x.element / static_cast<double>(x.size); };
    // The deviations' squares are e^2 - e^2/n together.
    const auto spread = [](const Lone& x) { return x.element * x.element / static_cast<double>(x.size); };
    Laws laws;
    number(laws, Fn::sum, element);
    number(laws, Fn::mean, share);
    number(laws, Fn::max, element);
    number(laws, Fn::norm, element);
    number(laws, Fn::var, spread);
    number(laws, Fn::std, [](const Lone& x) { return x.element / std::sqrt(static_cast<double>(x.size)); });
    along(laws, Fn::sum_dim, element);
    along(laws, Fn::mean_dim, share);
    along(laws, Fn::max_dim, element);
    along(laws, Fn::argmax, [](const Lone& x) { return static_cast<double>(x.place); });
    sees(laws, Fn::min, [](Trial& t, const Lone& x) { t.near(t.value(Fn::min, t(Fn::neg, x.vector)), -x.element); });
    for (const Fn fn : {Fn::min_dim, Fn::argmin})
        sees(laws, fn, [=](Trial& t, const Lone& x) {
            const double want = fn == Fn::argmin ? static_cast<double>(x.place) : -x.element;
            t.near(t.data(t(fn, t(Fn::neg, x.vector), 0, false)).at(0), want);
        });
    return laws;
}

}  // namespace simple::property
