// What a trial reads of tensors, and what it claims of them.
#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "property/generators/trial.h"
#include "property/table/tolerance.h"

namespace simple::property {

Dims Trial::shape(const Value& tensor) { return simple::shape(backend, tensor.get()); }

DType Trial::dtype(const Value& tensor) {
    if (!backend.dtype) throw MissingFunction("only control tells a dtype");
    return simple::dtype(backend, tensor.get());
}

std::vector<double> Trial::data(const Value& tensor) { return simple::values(backend, tensor.get()); }

void Trial::check(bool holds, const std::string& claim) {
    if (!holds) throw Broken("not so: " + claim);
}

void Trial::same(int64_t got, int64_t want, const std::string& what) {
    if (got != want) throw Broken(what + ": got " + std::to_string(got) + ", want " + std::to_string(want));
}

void Trial::same_dims(const Dims& got, const Dims& want) {
    if (got != want) throw Broken("shape: got " + text_of(got) + ", want " + text_of(want));
}

void Trial::equal(const Value& got, const Value& want) {
    same_dims(shape(got), shape(want));
    same(static_cast<int64_t>(simple::dtype(backend, got.get())),
         static_cast<int64_t>(simple::dtype(backend, want.get())), "dtype");
    const std::vector<double> a = data(got), b = data(want);
    for (size_t i = 0; i < a.size(); i++) {
        if (is_near(a[i], b[i], {0, 0})) continue;
        std::ostringstream message;
        message.precision(17);
        message << "element " << i << ": got " << a[i] << ", want " << b[i];
        throw Broken(message.str());
    }
}

void Trial::close(const Value& got, const Value& want, double rtol, double atol) {
    same_dims(shape(got), shape(want));
    const DType type = simple::dtype(backend, got.get());
    same(static_cast<int64_t>(type), static_cast<int64_t>(simple::dtype(backend, want.get())), "dtype");
    if (type == DType::f32 || type == DType::other) {
        rtol = std::max(rtol, 2e-5);
        atol = std::max(atol, 1e-5);
    }
    const std::vector<double> a = data(got), b = data(want);
    for (size_t i = 0; i < a.size(); i++) {
        if (is_near(a[i], b[i], {rtol, atol})) continue;
        std::ostringstream message;
        message.precision(17);
        message << "element " << i << ": got " << a[i] << ", want " << b[i] << " within rtol " << rtol << ", atol "
                << atol;
        throw Broken(message.str());
    }
}

void Trial::near(double got, double want, double rtol, double atol) {
    if (is_near(got, want, {rtol, atol})) return;
    std::ostringstream message;
    message.precision(17);
    message << "got " << got << ", want " << want << " within rtol " << rtol << ", atol " << atol;
    throw Broken(message.str());
}

void Trial::all(const Value& tensor, bool (*holds)(double), const char* claim) {
    for (double value : data(tensor)) {
        if (holds(value)) continue;
        std::ostringstream message;
        message.precision(17);
        message << value << " is not " << claim;
        throw Broken(message.str());
    }
}

void Trial::fails(int32_t want, Fn fn, const Args& args) { ends_with(fn, attempt_and_free(fn, args), want); }

void Trial::ends_with(Fn fn, const Outcome& outcome, int32_t want) {
    if (!ended_with(backend, fn, outcome, want)) same(outcome.code, want, std::string(function(fn).symbol) + "'s code");
}

}  // namespace simple::property
