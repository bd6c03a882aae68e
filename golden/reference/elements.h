// The reference's elements: double precision, or exact int64, on shared storages that views read by their strides. One
// call runs at a time; the reference is for reading, not speed.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "golden/reference/values.h"
#include "impl/abi/spl_value.h"
#include "impl/ruled/policy.h"

namespace simple::ruled {

struct Elements {
    static constexpr bool kAvailable = true;
    static constexpr const char* kVersion = "reference+cpu";
    static constexpr const char* kName = "reference";

    using Values = reference::Values;
    class Turn {
      public:
        Turn() : lock_(one_call) {}

      private:
        static std::mutex one_call;
        std::lock_guard<std::mutex> lock_;
    };
    // Without elements until it is first read or written: tensors of a gigabyte are made to be refused.
    using Storage = std::shared_ptr<Values>;
    using Gradient = Values;
    using Step = std::function<std::vector<std::optional<Values>>(const std::vector<const Values*>& of_results)>;

    static Storage make(Fn fn, const Meta& meta, const Parameters& parameters);
    static Storage hold(const Meta& meta, std::vector<double> reals);
    static Storage hold(const Meta& meta, std::vector<int64_t> wholes);
    static Step compute(Fn fn, Inputs inputs, const Parameters& parameters, Results results);
    static double number(Fn fn, Inputs inputs);
    static Step copy(const Tensor& x, Tensor& result);
    static Step view(const Tensor& x, const Tensor& result);
    static SplArray* read(const Meta& meta, const Storage& storage);
    static void seed(int64_t number);

    static Gradient ones(const Meta& meta);
    static Gradient sum(const Gradient& a, const Gradient& b);
    static std::vector<std::optional<Gradient>> undo(const Step& step, const std::vector<const Gradient*>& of_results,
                                                     size_t /*inputs*/) {
        return step(of_results);
    }
    static void keep(Tensor& grad, const Gradient& gradient);
    static void add(const Tensor& grad, const Gradient& gradient);
    static void clear(const Tensor& grad);
};

}  // namespace simple::ruled
