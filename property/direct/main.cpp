// direct_suite: every function through the ABI against the LibTorch call that it stands for, made directly in the same
// process on the same input, bit for bit (the design's "Numbers as truth"). Of our own library and of no other: what
// other candidates do beneath is theirs.
#include <algorithm>
#include <cmath>
#include <sstream>

#include "bench/direct/twin.h"
#include "property/table/agreement.h"
#include "property/table/drawn_call.h"
#include "property/table/tolerance.h"

namespace simple::property {

namespace {

constexpr int kDefaultExamples = 100;

// The functions that V9 names.
bool is_lossless(Fn fn) {
    switch (fn) {
        case Fn::sum:
        case Fn::mean:
        case Fn::sum_dim:
        case Fn::mean_dim:
        case Fn::avg_pool2d:
        case Fn::norm:
        case Fn::var:
        case Fn::std:
        case Fn::linspace:
        case Fn::layer_norm:
        case Fn::batch_norm: return true;
        default: return false;
    }
}

// Both sides of a program, step by step.
class Pair {
  public:
    Pair(Trial& t, const DrawnCall& call) : t_(t), call_(call), runner_(t.backend) {}

    void run(const Step& step) {
        // What is drawn, is drawn alike.
        constexpr int64_t kSeed = 20240229;
        t_.backend.manual_seed(kSeed);
        const Outcome outcome = runner_.run(step);
        claim(outcome.ok(), "the ABI's call failed: " + outcome.message);
        t_.backend.manual_seed(kSeed);
        const direct::Result& result = twin_.run(step);
        const Type type = function(step.fn).result;
        if (type == Type::f64)
            same_bits(outcome.number, result.number, computed_dtype(t_.backend, runner_, step), "the number");
        if (type == Type::i64 || type == Type::i32 || type == Type::boolean)
            claim(outcome.integer == result.integer,
                  "got " + std::to_string(outcome.integer) + ", directly " + std::to_string(result.integer));
        if (type == Type::i64_array || type == Type::f64_array) {
            claim(outcome.items.size() == result.items.size(), "other numbers of items");
            for (size_t i = 0; i < result.items.size(); i++) {
                const SplValue& item = outcome.items[i];
                same_bits(item.tag == SPL_FLOAT ? item.as_float : static_cast<double>(item.as_int), result.items[i],
                          DType::f64, "item " + std::to_string(i));
            }
        }
        claim(runner_.handles(runner_.steps() - 1).size() == result.tensors.size(), "other numbers of tensors");
    }

    // All tensors that live: results, and arguments as the call left them.
    void compare() {
        for (size_t step = 0; step < runner_.steps(); step++)
            for (size_t i = 0; i < runner_.handles(step).size(); i++)
                compare(runner_.handles(step)[i], twin_.result(step).tensors[i],
                        "result " + std::to_string(i) + " of call " + std::to_string(step));
    }

    // Backward through the latest result, so that gradients are compared too.
    void differentiate() {
        const size_t last = runner_.steps() - 1;
        if (runner_.handles(last).empty() || !runner_.live(runner_.handles(last)[0])) return;
        if (!t_.backend.requires_grad(runner_.handles(last)[0])) return;
        run({Fn::flatten, {to_arg(0)}, {{0, -1, last, 0}}});
        run({Fn::sum_dim, {to_arg(0), to_arg(0), to_arg(false)}, {{0, -1, last + 1, 0}}});
        run({Fn::backward, {to_arg(0)}, {{0, -1, last + 2, 0}}});
        compare();
    }

  private:
    void claim(bool holds, const std::string& what) const {
        if (!holds) throw Broken(what + "\nin the last call of\n" + call_.text());
    }

    // Where V9 has the library compute again what an intermediate lost, it is nearer the truth than the plain call:
    // there near is enough. Nothing is near an infinity but itself: no drawn call overflows on the way. Of a NaN the
    // sign and the payload are nobody's promise.
    void same_bits(double got, double want, DType dtype, const std::string& what) const {
        const bool one_sign = std::signbit(got) == std::signbit(want);
        if ((got == want && one_sign) || (std::isnan(got) && std::isnan(want))) return;
        const Fn fn = call_.step.fn;
        if (is_lossless(fn) && is_near(got, want, tolerance(fn, dtype))) return;
        std::ostringstream text;
        text << std::hexfloat << what << ": got " << got << ", directly " << want;
        claim(false, text.str());
    }

    void compare(int64_t handle, const at::Tensor& want, const std::string& what) const {
        if (!runner_.live(handle)) return;
        const std::vector<int64_t> dims = shape(t_.backend, handle);
        claim(at::IntArrayRef(dims) == want.sizes(), what + ": other shapes");
        const DType type = dtype(t_.backend, handle);
        claim(type == (want.scalar_type() == at::kFloat    ? DType::f32
                       : want.scalar_type() == at::kDouble ? DType::f64
                                                           : DType::i64),
              what + ": other dtypes");
        claim(t_.backend.requires_grad(handle) == want.requires_grad(), what + ": other requires_grad");
        elements(handle, want, what);
        const Value grad(t_.backend, t_.backend.grad(handle));
        const bool has_grad = want.is_leaf() && want.grad().defined();
        claim((grad.get() != 0) == has_grad, what + ": a gradient on one side only");
        if (has_grad) elements(grad.get(), want.grad(), what + ", gradient");
    }

    void elements(int64_t handle, const at::Tensor& want, const std::string& what) const {
        const std::vector<double> got = values(t_.backend, handle);
        const at::Tensor wide = want.detach().to(at::kDouble).contiguous();
        const auto* data = static_cast<const double*>(wide.data_ptr());
        const DType type = computed_dtype_of(handle);
        for (size_t i = 0; i < got.size(); i++)
            same_bits(got[i], data[i], type, what + ", element " + std::to_string(i));
    }

    // The dtype in which its elements were computed: a running statistic is computed in the result's, whatever its own.
    DType computed_dtype_of(int64_t handle) const {
        const size_t step = call_.before.size();
        if (call_.step.fn != Fn::batch_norm || step >= runner_.steps() || runner_.handles(step).empty())
            return dtype(t_.backend, handle);
        return dtype(t_.backend, runner_.handles(step)[0]);
    }

    Trial& t_;
    const DrawnCall& call_;
    Runner runner_;
    direct::Twin twin_;
};

void agrees(Trial& t, const DrawnCall& call) {
    Pair pair(t, call);
    for (const Step& step : call.before) pair.run(step);
    pair.run(call.step);
    pair.compare();
    if (call.step.fn != Fn::eig_all) pair.differentiate();  // complex eigenvectors have no gradient (G4)
}

std::vector<Case> direct_cases(const Backend& backend, const SuiteOptions& options) {
    const Outcome name = call(backend, Fn::backend_name, {});
    if (name.text != "libtorch")
        throw std::runtime_error("the direct suite is for the project's LibTorch backend only");
    backend.set_num_threads(1);
    std::vector<Case> cases;
    for (Fn fn : table_functions()) {
        if (!direct::without_twin(fn).empty()) continue;
        // MKL's root is not always the nearest number, and the library's is: the golden cases hold it to that.
        if (fn == Fn::sqrt && at::hasMKL()) continue;
        const std::string name(function(fn).name), id = "direct/" + name;
        const int examples = options.examples > 0 ? options.examples : kDefaultExamples;
        cases.push_back({id, name, {"V4"}, false, [=, &backend] {
                             hold(id, backend, options, examples,
                                  [&](Trial& t) { agrees(t, draw_success(fn, t.choices("call"), Reach::usual)); });
                         }});
    }
    return cases;
}

}  // namespace

}  // namespace simple::property

int main(int argc, char** argv) { return simple::suite_main("direct", argc, argv, simple::property::direct_cases); }
