// What creation functions, and whatever takes dims, can get wrong.
#include <cmath>

#include "ci/testkit/draw/invalid.h"

namespace simple {

void add_dims_ways(Fn fn, size_t at, std::vector<Way>& ways) {
    const bool wildcard = fn == Fn::reshape || fn == Fn::view;  // where -1 has a meaning
    add_way(ways, "dims negative", Code::argument, [=](Drawer& d) {
        const int64_t bad = d.random.pick<int64_t>({wildcard ? -2 : -1, -7, INT64_MIN});
        return with(draw_valid(fn, d), at, d.ints({1, bad}));
    });
    add_way(ways, "dims more than 64", Code::argument,
            [=](Drawer& d) { return with(draw_valid(fn, d), at, d.ints(Dims(65, 1))); });
    add_way(ways, "dims overflow", Code::argument, [=](Drawer& d) {
        const Dims bad = d.random.pick<Dims>({{INT64_MAX}, {int64_t{1} << 40, int64_t{1} << 40}, {0, INT64_MAX}});
        return with(draw_valid(fn, d), at, Array::ints(bad));
    });
    if (function(fn).can_fail_with(Code::memory)) {
        add_way(ways, "over 2^46 bytes", Code::memory, [=](Drawer& d) {
            const Dims bad = d.random.pick<Dims>({{(int64_t{1} << 44) + 1}, {int64_t{1} << 30, int64_t{1} << 20}});
            return with(draw_valid(fn, d), at, Array::ints(bad));
        });
    }
}

void add_creation_ways(Fn fn, std::vector<Way>& ways) {
    switch (fn) {
        case Fn::full:
            add_way(ways, "value beyond float32", Code::argument, [=](Drawer& d) {
                return with(draw_valid(fn, d), 1, d.random.pick<double>({1e39, -1e300}));
            });
            add_dims_ways(fn, 0, ways);
            break;
        case Fn::zeros:
        case Fn::ones:
        case Fn::randn:
        case Fn::rand:
        case Fn::empty: add_dims_ways(fn, 0, ways); break;
        case Fn::from_data:
        case Fn::from_i64_data:
            add_way(ways, "count does not match", Code::argument, [=](Drawer& d) {
                const int64_t size = d.random.between(1, 5);
                const Dims values(static_cast<size_t>(size), 1);
                return step(fn, {Array::ints(values), Array::ints({size + d.random.pick<int64_t>({-1, 1})})});
            });
            add_dims_ways(fn, 1, ways);
            break;
        case Fn::arange:
            add_way(ways, "step zero", Code::argument, [=](Drawer& d) { return with(draw_valid(fn, d), 2, 0.0); });
            add_way(ways, "step away from end", Code::argument, [=](Drawer& d) {
                const double span = d.random.real(1, 3);
                return d.random.chance(50) ? step(fn, {0.0, span, -0.5}) : step(fn, {span, 0.0, 0.5});
            });
            add_way(ways, "not finite", Code::argument, [=](Drawer& d) {
                const auto at = static_cast<size_t>(d.random.between(0, 1));
                return with(draw_valid(fn, d), at, d.random.pick<double>({NAN, HUGE_VAL, -HUGE_VAL}));
            });
            add_way(ways, "over 2^46 bytes", Code::memory, [=](Drawer&) { return step(fn, {0.0, 1e14, 1.0}); });
            break;
        case Fn::linspace:
            add_way(ways, "steps negative", Code::argument, [=](Drawer& d) {
                return with(draw_valid(fn, d), 2, d.random.pick<int64_t>({-1, INT64_MIN}));
            });
            add_way(ways, "bound beyond float32", Code::argument, [=](Drawer& d) {
                const auto at = static_cast<size_t>(d.random.between(0, 1));
                return with(draw_valid(fn, d), at, d.random.pick<double>({1e39, -1e300}));
            });
            add_way(ways, "over 2^46 bytes", Code::memory,
                    [=](Drawer& d) { return with(draw_valid(fn, d), 2, (int64_t{1} << 44) + 1); });
            break;
        case Fn::eye:
            add_way(ways, "n negative", Code::argument, [=](Drawer& d) {
                return step(fn, {d.random.pick<int64_t>({-1, INT64_MIN})});
            });
            add_way(ways, "over 2^46 bytes", Code::memory, [=](Drawer&) { return step(fn, {(int64_t{1} << 22) + 1}); });
            break;
        default: break;
    }
}

}  // namespace simple
