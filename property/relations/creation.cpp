// Relations of what makes tensors from dims and data.
#include <cmath>

#include "property/relations/expressions.h"

namespace simple::property {

namespace {

Expression filled_with(double value) {
    return [=](Trial& t, const Arguments& a) -> Result { return t(Fn::full, a[0], value); };
}

Result zeros_of(Trial& t, const Arguments& a) { return t(Fn::zeros, a[0]); }

bool holds_a_fraction(const Arguments& a) {
    for (const SplValue& item : a.array(0).items)
        if (item.tag == SPL_FLOAT && !(std::floor(item.as_float) == item.as_float && std::abs(item.as_float) < 0x1p63))
            return true;
    return false;
}

Result whole_through_doubles(Trial& t, const Arguments& a) {
    for (const SplValue& item : a.array(0).items)
        if (item.tag == SPL_INT && (item.as_int > int64_t{1} << 53 || item.as_int < -(int64_t{1} << 53)))
            throw Unrelated("a number that no double holds");
    return t(Fn::to_int, t(Fn::from_data, a[0], a[1]));
}

}  // namespace

Relations creation_relations() {
    return {
        {Fn::zeros, "is-full-of-0", {Fn::full}, Agreement::exact, filled_with(0)},
        {Fn::ones, "is-full-of-1", {Fn::full}, Agreement::exact, filled_with(1)},
        {Fn::empty, "is-shaped-as-zeros", {Fn::zeros}, Agreement::shapes, zeros_of},
        {Fn::rand, "is-shaped-as-zeros", {Fn::zeros}, Agreement::shapes, zeros_of},
        {Fn::randn, "is-shaped-as-zeros", {Fn::zeros}, Agreement::shapes, zeros_of},
        {Fn::from_i64_data,
         "is-to-int-of-from-data",
         {Fn::from_data, Fn::to_int},
         Agreement::exact,
         whole_through_doubles,
         {{"from_data takes numbers that are not whole", holds_a_fraction, Code::argument}}},
    };
}

}  // namespace simple::property
