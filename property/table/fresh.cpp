// Results that share no storage with an argument are row-major contiguous and keep their elements when the arguments
// are overwritten (H7). What may share is told in property/laws/storage.cpp.
#include <algorithm>
#include <cmath>

#include "property/cases.h"
#include "property/table/drawn_call.h"

namespace simple::property {

namespace {

bool may_share(Fn fn) {
    static const Fn kSharing[] = {Fn::view,       Fn::transpose,  Fn::t,      Fn::permute, Fn::squeeze, Fn::squeeze_dim,
                                  Fn::unsqueeze,  Fn::slice,      Fn::chunk,  Fn::detach,  Fn::grad,    Fn::reshape,
                                  Fn::flatten,    Fn::contiguous, Fn::cpu,    Fn::cuda,    Fn::to_int,  Fn::to_float,
                                  Fn::to_float32, Fn::to_stream,  Fn::dropout};
    return std::find(std::begin(kSharing), std::end(kSharing), fn) != std::end(kSharing);
}

bool gives_tensors(Fn fn) {
    const Type result = function(fn).result;
    return result == Type::tensor || result == Type::tensor_array;
}

constexpr double kOverwritten = 77;

// Fills a floating contiguous tensor through the one in-place write of the ABI, batch_norm's running mean: with
// momentum 1 it becomes the batch's mean. Other tensors are left alone: false.
bool overwrite(const Backend& backend, int64_t handle) {
    const int64_t n = backend.numel(handle);
    if (n < 1 || dtype(backend, handle) == DType::i64 || backend.requires_grad(handle)) return false;
    const Tensor flat(backend, call(backend, Fn::view, {handle, Array::ints({n})}).integer);
    if (!flat) return false;
    // Of a batch that varies as widely: where the variance is small beside the mean, a library may have to look twice.
    std::vector<double> around(static_cast<size_t>(2 * n), 2 * kOverwritten);
    std::fill_n(around.begin(), n, 0);
    const Tensor batch = make(backend, DType::f32, around, {2, n});
    const Tensor variance = make(backend, DType::f32, std::vector<double>(static_cast<size_t>(n), 1), {n});
    const Tensor unused(backend, backend.batch_norm(batch.get(), flat.get(), variance.get(), 0, 0, true, 1, 1e-5));
    return static_cast<bool>(unused);
}

// The call with its matrices, and what has more dims, column by column in memory: a loop that takes its result's
// strides from an argument gives another than row-major.
DrawnCall turned(const Backend& backend, DrawnCall call) {
    Runner runner(backend);
    for (const Step& step : call.before) runner.run(step);
    for (Ref& ref : call.step.refs) {
        const Role role = function(call.step.fn).params[ref.argument].role;
        if (role != Role::value && role != Role::index) continue;
        if (backend.ndim(runner.handles(ref.step).at(static_cast<size_t>(ref.result))) < 2) continue;
        for (Fn fn : {Fn::transpose, Fn::contiguous, Fn::transpose}) {
            Args args{int64_t{0}};
            if (fn == Fn::transpose) args.insert(args.end(), {int64_t{-2}, int64_t{-1}});
            call.before.push_back({fn, std::move(args), {{0, -1, ref.step, ref.result}}});
            ref.step = call.before.size() - 1;
            ref.result = 0;
        }
    }
    return call;
}

void is_its_own(Trial& t, const DrawnCall& drawn) {
    const Backend& backend = t.backend;
    Runner runner(backend);
    for (const Step& step : drawn.before) runner.run(step);
    runner.run(drawn.step);
    const auto claim = [&](bool holds, const std::string& what) {
        if (!holds) throw Broken(what + "\nin the last call of\n" + drawn.text());
    };
    const std::vector<int64_t> results = runner.handles(runner.steps() - 1);
    std::vector<std::vector<double>> before;
    for (int64_t result : results) {
        const Tensor flat(backend, call(backend, Fn::view, {result, Array::ints({backend.numel(result)})}).integer);
        claim(static_cast<bool>(flat), "a result that is not row-major contiguous (H7)");
        before.push_back(t.real ? values(backend, result) : std::vector<double>());
    }
    if (!t.real) return;
    for (size_t i = 0; i + 1 < runner.steps(); i++)
        for (int64_t handle : runner.handles(i))
            if (runner.live(handle)) overwrite(backend, handle);
    for (size_t i = 0; i < results.size(); i++) {
        const std::vector<double> after = values(backend, results[i]);
        for (size_t k = 0; k < after.size(); k++)
            claim(after[k] == before[i][k] || (after[k] != after[k] && before[i][k] != before[i][k]),
                  "a result that changes with an argument: it shares its storage (H7)");
    }
    // What contiguous gives of a row-major tensor is that tensor. The write keeps what is not finite: it adds to 0
    // times the element.
    for (size_t i = 0; i < results.size(); i++) {
        const Tensor contiguous(backend, backend.contiguous(results[i]));
        if (!overwrite(backend, contiguous.get())) continue;
        const std::vector<double> after = values(backend, results[i]);
        for (size_t k = 0; k < after.size(); k++)
            claim(after[k] == kOverwritten || !std::isfinite(static_cast<float>(before[i][k])),
                  "a result of which contiguous makes a copy: it is not row-major contiguous (H7)");
    }
}

}  // namespace

Cases fresh_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    for (Fn fn : table_functions()) {
        if (!can_succeed(fn) || !gives_tensors(fn) || may_share(fn)) continue;
        const std::string name(function(fn).name), id = "fresh/" + name;
        const int examples = 2 * options.examples;  // few give a result of which two sizes are over 1
        cases.push_back({id, name, {"H7"}, false, [=, &backend] {
                             hold(id, backend, options, examples, [&](Trial& t) {
                                 const DrawnCall call = draw_success(fn, t.choices("call"));
                                 is_its_own(t, t.integer("turned", 0, 3) > 0 ? turned(backend, call) : call);
                             });
                         }});
    }
    return cases;
}

}  // namespace simple::property
