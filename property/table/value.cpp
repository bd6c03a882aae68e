// Every function on drawn arguments against a second backend (--second, the reference): codes, shapes, dtypes, flags
// and elements.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <sstream>

#include "property/cases.h"
#include "property/table/drawn_call.h"
#include "property/table/tolerance.h"

namespace simple::property {

namespace {

bool close(double a, double b, Tolerance limit) {
    return a == b || (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= limit.atol + limit.rtol * std::abs(b);
}

// What the contract leaves open: signs of singular vectors, scale of eigenvectors, order of eigenvalues (V6), elements
// of empty, numbers drawn.
bool elements_are_fixed(Fn fn, size_t result) {
    if (is_random(fn) || fn == Fn::svd || fn == Fn::eig_all) return false;
    return fn != Fn::svd_all || result == 1;
}

std::vector<double> ordered(Fn fn, std::vector<double> values) {
    if (fn == Fn::eig) std::sort(values.begin(), values.end());
    return values;
}

void compare(Trial& t, const Backend& second, const DrawnCall& call) {
    Runner a(t.backend), b(second);
    for (const Step& step : call.before) {
        a.run(step);
        b.run(step);
    }
    const Fn fn = call.step.fn;
    const Outcome x = a.run(call.step), y = b.run(call.step);
    const auto claim = [&](bool holds, const std::string& what) {
        if (!holds) throw Broken(what + "\nin the last call of\n" + call.text());
    };
    const auto pair = [](double got, double want) {
        std::ostringstream text;
        text.precision(17);
        text << "got " << got << ", second " << want;
        return text.str();
    };
    claim(ended_with(t.backend, fn, x, y.code), pair(x.code, y.code) + " as code: " + x.message + y.message);
    if (function(fn).result == Type::f64)
        claim(close(x.number, y.number, tolerance(fn, DType::f32)), pair(x.number, y.number));
    const auto& xs = a.handles(a.steps() - 1);
    const auto& ys = b.handles(b.steps() - 1);
    claim(xs.size() == ys.size(), "other numbers of tensors returned");
    for (size_t i = 0; i < xs.size(); i++) {
        claim(shape(t.backend, xs[i]) == shape(second, ys[i]), "shapes differ");
        const DType type = dtype(second, ys[i]);
        claim(!t.backend.has(Fn::dtype) || dtype(t.backend, xs[i]) == type, "dtypes differ");
        claim(t.backend.requires_grad(xs[i]) == second.requires_grad(ys[i]), "requires_grad differs");
        if (!elements_are_fixed(fn, i)) continue;
        const std::vector<double> got = ordered(fn, values(t.backend, xs[i]));
        const std::vector<double> want = ordered(fn, values(second, ys[i]));
        for (size_t k = 0; k < got.size(); k++)
            claim(close(got[k], want[k], tolerance(fn, type)),
                  "result " + std::to_string(i) + ", element " + std::to_string(k) + ": " + pair(got[k], want[k]));
    }
}

bool has_values(Fn fn) {
    const Function& row = function(fn);
    const Type result = row.result;
    if (row.category == "stream" || row.category == "introspection") return false;
    return result == Type::tensor || result == Type::tensor_opt || result == Type::tensor_array || result == Type::f64;
}

}  // namespace

Cases value_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    if (options.second.empty() || !backend.available()) return cases;
    const auto second = std::make_shared<const Backend>(load_backend(options.second));
    for (Fn fn : table_functions()) {
        if (!has_values(fn) || !can_succeed(fn)) continue;
        const std::string name(function(fn).name), id = "value/" + name;
        cases.push_back({id, name, {"V1", "V2", "V4"}, false, [=, &backend] {
                             hold(id, backend, options, options.examples,
                                  [&](Trial& t) { compare(t, *second, draw_success(fn, t.choices("call"))); });
                         }});
    }
    return cases;
}

}  // namespace simple::property
