#include "golden/dynamic/compared_call.h"

#include <cstring>
#include <sstream>

namespace simple::golden {
namespace {

uint64_t bits_of(double number) {
    uint64_t bits;
    std::memcpy(&bits, &number, sizeof bits);
    return bits;
}

// A tensor that is there after the call.
struct Left {
    std::string name;
    Dims dims;
    DType dtype = DType::other;
    bool requires_grad = false;
    std::vector<double> elements;  // none where they are open

    bool operator==(const Left& other) const {
        return name == other.name && dims == other.dims && dtype == other.dtype &&
               requires_grad == other.requires_grad && elements.size() == other.elements.size() &&
               (elements.empty() ||
                std::memcmp(elements.data(), other.elements.data(), elements.size() * sizeof(double)) == 0);
    }
    std::string text() const {
        std::ostringstream text;
        text << std::hexfloat << "\n  " << name << ": " << text_of(dims) << ", dtype " << static_cast<int>(dtype)
             << (requires_grad ? ", requires grad" : "");
        for (double element : elements) {
            text << ' ' << element;
            if (element != element) text << std::hex << " (" << bits_of(element) << ")" << std::dec;
        }
        return text.str();
    }
};

void add_tensors(std::vector<Left>& all, const Backend& backend, const Runner& runner, const char* name,
                 bool with_elements) {
    for (size_t i = 0; i < runner.steps(); ++i)
        for (int64_t handle : runner.handles(i))
            if (runner.live(handle))
                all.push_back({name + std::to_string(i), shape(backend, handle), dtype(backend, handle),
                               backend.requires_grad(handle),
                               with_elements ? values(backend, handle) : std::vector<double>()});
}

// How a call ended, its results and its arguments, which it may have changed.
struct Ran {
    // The call on `last`, what comes before it on the core functions.
    Ran(const Backend& core, const Backend& last, const property::DrawnCall& drawn) : before(core), call(last) {
        for (const Step& step : drawn.before) before.run(step);
        if (core.manual_seed) core.manual_seed(20);
        const Fn fn = drawn.step.fn;
        const Args arguments = before.arguments(drawn.step);
        core.ndim(-1);  // which code was left before must not matter (E5)
        outcome = call.run({fn, arguments, {}});
        const bool is_open = fn == Fn::empty || (!core.manual_seed && property::is_random(fn));
        add_tensors(left, core, before, "t", true);
        add_tensors(left, core, call, "result ", !is_open);
    }

    bool operator==(const Ran& other) const {
        return outcome.code == other.outcome.code && left == other.left &&
               bits_of(outcome.number) == bits_of(other.outcome.number);
    }
    std::string text(Fn fn) const {
        std::ostringstream text;
        text << std::hexfloat << "code " << outcome.code;
        if (function(fn).result == Type::f64)
            text << ", " << outcome.number << std::hex << " (" << bits_of(outcome.number) << ")";
        std::string all = text.str();
        for (const Left& one : left) all += one.text();
        return all;
    }

    Runner before, call;
    Outcome outcome;
    std::vector<Left> left;
};

constexpr uint64_t kFailedBits = 0x7ff8000000000000;

}  // namespace

const Form* fitting_form(const Step& step) {
    const Function& row = function(step.fn);
    std::vector<size_t> lengths;
    for (size_t i = 0; i < row.param_count; ++i) {
        if (row.params[i].type != Type::i64_array && row.params[i].type != Type::tensor_array) continue;
        const auto& array = std::get<Array>(step.args[i]);
        if (array.null || array.null_items || array.len != Array::kItemCount) return nullptr;
        for (const SplValue& item : array.items)
            if (item.tag != SPL_INT) return nullptr;
        lengths.push_back(array.items.size());
    }
    return form_of(step.fn, lengths);
}

void compare(const FormsLibrary& library, const Form& form, const property::DrawnCall& call,
             const std::string& description) {
    const Fn fn = call.step.fn;
    Ran wanted(library.core, library.core, call);
    // The core function's own NaN may have any bits.
    if (!wanted.outcome.ok() && function(fn).result == Type::f64)
        std::memcpy(&wanted.outcome.number, &kFailedBits, sizeof kFailedBits);
    const int64_t before = calls_through_forms(fn);
    const Ran got(library.core, library.backend(), call);
    const auto fail = [&](const std::string& what) {
        throw property::Broken(form.symbol + ": " + what + (description.empty() ? "" : "\nArguments: " + description) +
                               "\nThe core function's call, last of\n" + call.text());
    };
    if (calls_through_forms(fn) != before + 1) fail("the call did not go through the form");
    if (!(got == wanted)) fail("the form left\n" + got.text(fn) + "\nthe core function\n" + wanted.text(fn));
}

}  // namespace simple::golden
