// Elements that nobody has, but whose reads are counted: shows what a backend asks of a policy, and when.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>

#include "impl/ruled/policy.h"
#include "impl/spl/build.h"

namespace simple::ruled {

struct Elements {
    static constexpr bool kAvailable = true;
    static constexpr const char* kVersion = "0";
    static constexpr const char* kName = "counted";

    struct Turn {};
    using Storage = std::shared_ptr<int>;  // how often it was read
    using Step = Fn;
    using Gradient = int;  // how many steps it came through

    static inline bool failing = false;          // computing ends in a Fault
    static inline std::vector<Fn> undone;        // steps, as backward meets them
    static inline std::vector<int> kept, added;  // gradients that leaves took

    static Storage make(Fn, const Meta&, const Parameters&) { return std::make_shared<int>(0); }
    template <typename Numbers>
    static Storage hold(const Meta&, const Numbers&) {
        return std::make_shared<int>(0);
    }
    static Step compute(Fn fn, Inputs inputs, const Parameters&, Results results);
    static double number(Fn, Inputs inputs);
    static Step copy(const Tensor& x, Tensor& result);
    static Step view(const Tensor&, const Tensor&) { return Fn::view; }
    static SplArray* read(const Meta& meta, const Storage& storage) {
        ++*storage;
        SplArray* array = spl::make_array(meta.numel());
        for (int64_t i = 0; i < array->len; ++i) array->items[i] = spl::float_value(1);
        return array;
    }
    static void seed(int64_t) {}

    static Gradient ones(const Meta&) { return 0; }
    static Gradient sum(Gradient a, Gradient b) { return std::max(a, b); }
    static std::vector<std::optional<Gradient>> undo(Step step, const std::vector<const Gradient*>& of_results,
                                                     size_t inputs) {
        undone.push_back(step);
        Gradient latest = 0;
        for (const Gradient* gradient : of_results) latest = std::max(latest, gradient ? *gradient : 0);
        return std::vector<std::optional<Gradient>>(inputs, latest + 1);
    }
    static void keep(Tensor&, Gradient gradient) { kept.push_back(gradient); }
    static void add(const Tensor&, Gradient gradient) { added.push_back(gradient); }
    static void clear(const Tensor&) { kept.clear(); }
};

}  // namespace simple::ruled
