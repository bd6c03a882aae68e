// Ways to a second handle on the elements of a matrix, whatever its size and strides.
#pragma once

#include <initializer_list>
#include <vector>

#include "property/laws/law.h"

namespace simple::property {

struct SecondHandle {
    Fn fn;
    Value (*make)(Trial& t, const Value& x);
};

// With others, which ask more of the matrix.
inline std::vector<SecondHandle> second_handles(std::initializer_list<SecondHandle> others) {
    std::vector<SecondHandle> all{
        {Fn::transpose, [](Trial& t, const Value& x) { return t(Fn::transpose, x, 0, 1); }},
        {Fn::t, [](Trial& t, const Value& x) { return t(Fn::t, x); }},
        {Fn::permute,
         [](Trial& t, const Value& x) {
             return t(Fn::permute, x, Dims{1, 0});
         }},
        {Fn::squeeze, [](Trial& t, const Value& x) { return t(Fn::squeeze, x); }},
        {Fn::squeeze_dim, [](Trial& t, const Value& x) { return t(Fn::squeeze_dim, x, 0); }},
        {Fn::unsqueeze, [](Trial& t, const Value& x) { return t(Fn::unsqueeze, x, 0); }},
        {Fn::cpu, [](Trial& t, const Value& x) { return t(Fn::cpu, x); }},
        {Fn::dropout, [](Trial& t, const Value& x) { return t(Fn::dropout, x, 0.5, false); }},
    };
    all.insert(all.end(), others.begin(), others.end());
    return all;
}

}  // namespace simple::property
