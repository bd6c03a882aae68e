// The stub's elements: none. Everything else about a tensor is the shape rules'.
#pragma once

#include <optional>

#include "impl/ruled/policy.h"
#include "impl/spl/build.h"

namespace simple::ruled {

struct Elements {
    static constexpr bool kAvailable = false;
    static constexpr const char* kVersion = "stub";
    static constexpr const char* kName = "stub";

    struct Turn {};
    struct Storage {};
    struct Step {};
    struct Gradient {};

    static Storage make(Fn, const Meta&, const Parameters&) { return {}; }
    template <typename Numbers>
    static Storage hold(const Meta&, const Numbers&) {
        return {};
    }
    static Step compute(Fn, Inputs, const Parameters&, Results) { return {}; }
    static double number(Fn, Inputs) { return 0; }
    static Step copy(const Tensor&, Tensor&) { return {}; }
    static Step view(const Tensor&, const Tensor&) { return {}; }
    static SplArray* read(const Meta& meta, Storage) {  // placeholders (S3)
        SplArray* array = spl::make_array(meta.numel());
        for (int64_t i = 0; i < array->len; ++i) array->items[i] = spl::float_value(0);
        return array;
    }
    static void seed(int64_t) {}

    static Gradient ones(const Meta&) { return {}; }
    static Gradient sum(const Gradient&, const Gradient&) { return {}; }
    static std::vector<std::optional<Gradient>> undo(const Step&, const std::vector<const Gradient*>&, size_t inputs) {
        return std::vector<std::optional<Gradient>>(inputs, Gradient());
    }
    static void keep(Tensor&, const Gradient&) {}
    static void add(const Tensor&, const Gradient&) {}
    static void clear(const Tensor&) {}
};

}  // namespace simple::ruled
