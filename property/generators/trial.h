// One example of a property: what it draws, the calls that it makes and what it finds. Properties are written against
// this header alone; RapidCheck stays in trial.cpp.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "ci/testkit/call.h"
#include "ci/testkit/draw/random.h"
#include "ci/testkit/suite.h"
#include "property/generators/spec.h"

namespace simple::property {

// What a property throws when it does not hold.
struct Broken : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// What a property throws whose call failed that must succeed.
struct Failed : Broken {
    Failed(Fn fn, Outcome outcome);
    Fn fn;
    Outcome outcome;
};

// A handle that copies share and the last copy frees.
class Value {
  public:
    Value() = default;
    Value(const Backend& backend, int64_t handle) : tensor_(std::make_shared<Tensor>(backend, handle)) {}
    int64_t get() const { return tensor_ ? tensor_->get() : 0; }

  private:
    std::shared_ptr<Tensor> tensor_;
};

inline Arg to_arg(int value) { return Arg(std::in_place_type<int64_t>, value); }
inline Arg to_arg(int64_t value) { return Arg(std::in_place_type<int64_t>, value); }
inline Arg to_arg(double value) { return Arg(std::in_place_type<double>, value); }
inline Arg to_arg(bool value) { return Arg(std::in_place_type<bool>, value); }
inline Arg to_arg(const Value& value) { return Arg(std::in_place_type<int64_t>, value.get()); }
inline Arg to_arg(const Dims& dims) { return Arg(Array::ints(dims)); }
inline Arg to_arg(const std::vector<double>& data) { return Arg(Array::floats(data)); }
inline Arg to_arg(const Array& array) { return Arg(array); }
inline Arg to_arg(const Arg& arg) { return arg; }
Arg to_arg(const std::vector<Value>& handles);

class Trial {
  public:
    explicit Trial(const Backend& backend);

    const Backend& backend;
    const bool real;  // elements are computed (not the stub)

    // Draws. Each shows in the counterexample under its name and shrinks; ranges include both ends.
    int64_t integer(const char* name, int64_t low, int64_t high);
    double number(const char* name, double low, double high);
    bool flag(const char* name) { return integer(name, 0, 1) != 0; }
    int64_t dim(const char* name, size_t ndim);  // from both ends; of 0-d -1 or 0
    TensorSpec spec(const char* name, const Want& want);
    Dims partner(const char* name, const Dims& base);  // dims that broadcast with base
    Dims permutation(const char* name, size_t count);
    // Choices for the tester's table (ci/testkit/draw): fewer and smaller ones mean a simpler call.
    // Where `wanted` is given they are drawn anew, some times, until it says so of them.
    Random choices(const char* name, const std::function<bool(Random)>& wanted = nullptr);
    // At least as long as `shortest`, which shrinking goes below.
    std::vector<int64_t> list(const char* name, size_t longest, int64_t low, int64_t high, size_t shortest = 1);

    Value make(const TensorSpec& spec);
    Value tensor(const char* name, const Want& want) { return make(spec(name, want)); }

    // Calls that must succeed: Failed where they do not.
    template <typename... A>
    Value operator()(Fn fn, const A&... args) {
        return tensor_of(fn, {to_arg(args)...});
    }
    Value tensor_of(Fn fn, const Args& args) { return one(run(fn, args)); }
    template <typename... A>
    double value(Fn fn, const A&... args) {
        return run(fn, {to_arg(args)...}).number;
    }
    template <typename... A>
    int64_t count(Fn fn, const A&... args) {
        return run(fn, {to_arg(args)...}).integer;
    }
    template <typename... A>
    std::vector<Value> list(Fn fn, const A&... args) {
        return list_of(fn, {to_arg(args)...});
    }
    std::vector<Value> list_of(Fn fn, const Args& args) { return many(run(fn, args)); }
    Outcome run(Fn fn, const Args& args);
    // A call that may fail; a handle that it returns is freed.
    template <typename... A>
    int32_t code(Fn fn, const A&... args) {
        return attempt(fn, {to_arg(args)...});
    }
    int32_t attempt(Fn fn, const Args& args);
    Outcome attempt_raw(Fn fn, const Args& args);  // the caller frees what it returns

    Dims shape(const Value& tensor);
    DType dtype(const Value& tensor);
    std::vector<double> data(const Value& tensor);

    // Judgements: throw Broken.
    void check(bool holds, const std::string& claim);
    void same(int64_t got, int64_t want, const std::string& what);
    void same_dims(const Dims& got, const Dims& want);
    // Shape, dtype and every element, NaN equal to NaN and 0 to -0. Of the stub shape and dtype.
    void equal(const Value& got, const Value& want);
    // |got - want| <= atol + rtol*|want| elementwise, shapes equal; dtypes too. rtol is for float64 and is raised to
    // 2e-5, atol to 1e-5 where they are float32.
    void close(const Value& got, const Value& want, double rtol = 1e-9, double atol = 1e-9);
    void near(double got, double want, double rtol = 1e-9, double atol = 1e-9);
    void all(const Value& tensor, bool (*holds)(double), const char* claim);
    void fails(int32_t want, Fn fn, const Args& args);
    void ends_with(Fn fn, const Outcome& outcome, int32_t code);

    // What the calls name a tensor that was not made through this object.
    void name(int64_t handle, const std::string& name) { named_[handle] = name; }
    // The calls so far, as C.
    std::string calls() const;

  private:
    Outcome attempt_and_free(Fn fn, const Args& args);
    Value one(const Outcome& outcome);
    std::vector<Value> many(const Outcome& outcome);
    void note(int64_t handle);

    struct Step {
        Fn fn;
        Args args;
        std::vector<int64_t> results;
    };
    std::vector<Step> steps_;
    std::map<int64_t, std::string> named_;
};

// Runs body on `examples` drawn examples, and shrinks and reports (as a GoogleTest failure) the first that breaks. The
// seed is SuiteOptions.seed with the case's id, so no case depends on which others run.
void hold(const std::string& id, const Backend& backend, const SuiteOptions& options, int examples,
          const std::function<void(Trial&)>& body);

uint64_t case_seed(uint64_t seed, const std::string& id);

}  // namespace simple::property
