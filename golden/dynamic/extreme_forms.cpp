#include "golden/dynamic/extreme_forms.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <sstream>

#include "ci/testkit/draw/calls.h"
#include "golden/dynamic/compared_call.h"

namespace simple::golden {
namespace {

using property::DrawnCall;

double with_bits(uint64_t bits) {
    double number;
    std::memcpy(&number, &bits, sizeof number);
    return number;
}

const std::vector<double>& doubles() {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    static const std::vector<double> all{
        0, -0.0, 1, kInfinity, -kInfinity, with_bits(0x7ff8000000000000), with_bits(0xfff8000000000000),
        // A NaN that is not the sentinel, what is next to 0 or 1, and what no float32 holds.
        with_bits(0x7ff8000000001234), 0x1p-1074, -0x1p-1074, DBL_MIN, 1 + 0x1p-52, 0.1, FLT_MAX, 1e39, -DBL_MAX,
        // Whole numbers that no int32 and no float32 holds.
        0x1p31, -0x1p31 - 1, 0x1.0000000000001p53};
    return all;
}

// In the place of another: none of 2^31 - 1, up to which a convolution pads, nor one whose lower half is that.
std::vector<int64_t> integers(int64_t given) {
    constexpr int64_t kOver = int64_t{1} << 32;
    const int64_t near = std::clamp<int64_t>(given, -64, 64);
    return {0,
            -1,
            1,
            -2,
            2,
            kOver / 2,
            kOver,
            -kOver,
            kOver + near,
            near - kOver,
            kOver << 14,
            (kOver << 14) + near,
            (kOver << 21) + 1,
            INT64_MAX,
            INT64_MIN};
}

struct Changed {
    DrawnCall call;
    std::string what;
};

struct Base {
    DrawnCall call;
    std::vector<Dims> dims;  // of the tensor of each of the call's refs
};

// What allocates memory by a number among its arguments: how many elements, if that can be told.
double elements_made(const Step& step) {
    const auto number = [&](size_t i) { return std::get<double>(step.args[i]); };
    switch (step.fn) {
        case Fn::arange: return std::abs((number(1) - number(0)) / number(2));
        case Fn::linspace: return static_cast<double>(std::get<int64_t>(step.args[2]));
        case Fn::zeros:
        case Fn::ones:
        case Fn::rand:
        case Fn::randn:
        case Fn::empty:
        case Fn::full: {
            double count = 1;
            for (const SplValue& item : std::get<Array>(step.args[0]).items) {
                if (item.as_int <= 0) return 0;
                count *= static_cast<double>(item.as_int);
            }
            return count;
        }
        default: return 0;
    }
}

// Over 2^46 bytes nothing is allocated (E7); below, whether there is so much memory is the machine's matter.
bool is_left_out(const Step& step) {
    const double count = elements_made(step);
    return count > 0x1p17 && count < 0x1p45;
}

std::string text_of_number(double number) {
    std::ostringstream text;
    text << std::hexfloat << number;
    return text.str();
}

// The call with a tensor of these elements for the one that a ref names.
DrawnCall filled(const Base& base, size_t ref, double number) {
    DrawnCall call = base.call;
    const Dims& dims = base.dims[ref];
    const std::vector<double> elements(static_cast<size_t>(count(dims)), number);
    call.before.push_back({Fn::from_data, {Array::floats(elements), Array::ints(dims)}, {}});
    call.step.refs[ref].step = call.before.size() - 1;
    call.step.refs[ref].result = 0;
    return call;
}

class Changes {
  public:
    explicit Changes(const Base& base) : base_(base), row_(function(base.call.step.fn)) {}

    std::vector<Changed> all() && {
        for (size_t i = 0; i < row_.param_count; ++i) {
            const Arg& given = base_.call.step.args[i];
            switch (row_.params[i].type) {
                case Type::i64:
                    for (const int64_t number : integers(std::get<int64_t>(given)))
                        add(i, number, std::to_string(number));
                    break;
                case Type::f64:
                    for (const double number : doubles()) add(i, number, text_of_number(number));
                    break;
                case Type::boolean: add(i, !std::get<bool>(given), "the other"); break;
                case Type::i64_array: change_elements(i, std::get<Array>(given)); break;
                default: break;
            }
        }
        if (row_.result == Type::f64)
            for (size_t k = 0; k < base_.call.step.refs.size(); ++k) fill(k);
        return std::move(changed_);
    }

  private:
    void add(size_t argument, Arg value, const std::string& what) {
        DrawnCall call = base_.call;
        call.step.args[argument] = std::move(value);
        add(std::move(call), std::string(row_.params[argument].name) + ": " + what);
    }
    void add(DrawnCall call, const std::string& what) {
        if (!is_left_out(call.step)) changed_.push_back({std::move(call), what});
    }

    void change_elements(size_t argument, const Array& given) {
        for (size_t k = 0; k < given.items.size(); ++k)
            for (const int64_t number : integers(given.items[k].as_int)) {
                Array array = given;
                array.items[k].as_int = number;
                const std::string what = "element " + std::to_string(k) + " is " + std::to_string(number);
                add(argument, array, what);
                // Of no elements, as large as is said.
                array.items[(k + 1) % array.items.size()].as_int = 0;
                if (array.items.size() > 1) add(argument, array, what + " beside a 0");
            }
    }

    // All elements of the tensor are extreme.
    void fill(size_t ref) {
        const Param& param = row_.params[base_.call.step.refs[ref].argument];
        if (param.role != Role::value && param.role != Role::target) return;
        for (const double number : doubles())
            add(filled(base_, ref, number), std::string(param.name) + ": its elements are " + text_of_number(number));
    }

    const Base& base_;
    const Function& row_;
    std::vector<Changed> changed_;
};

// Numbers show in elements.
bool has_elements(const Base& base) {
    const bool makes_none = base.dims.empty() && function(base.call.step.fn).params[0].type == Type::i64_array &&
                            elements_made(base.call.step) == 0;
    return !makes_none &&
           std::all_of(base.dims.begin(), base.dims.end(), [](const Dims& dims) { return count(dims) > 0; });
}

// A valid call that fits the form, if one is drawn.
std::optional<Base> drawn_base(Fn fn, const Form& form, uint64_t seed) {
    constexpr uint64_t kTries = 1000;
    for (uint64_t i = 0; i < kTries; ++i) {
        Random random(seed + i);
        Drawer drawer(random);
        Base base;
        base.call.step = draw_valid(fn, drawer);
        if (fitting_form(base.call.step) != &form) continue;
        for (const Ref& ref : base.call.step.refs) base.dims.push_back(drawer.known(ref).dims);
        base.call.before = std::move(drawer.program);
        if (has_elements(base)) return base;
    }
    return std::nullopt;
}

// Further calls whose numbers are changed: whether 0 was negative shows in -0 alone, and which dims a tensor was to
// have, where it has no elements to be too many or too few.
std::vector<Base> bases(const Base& drawn) {
    std::vector<Base> all{drawn};
    const Step& step = drawn.call.step;
    const Function& row = function(step.fn);
    const bool takes_number = std::any_of(row.params, row.params + row.param_count,
                                          [](const Param& param) { return param.type == Type::f64; });
    if (takes_number && !step.refs.empty()) {
        all.push_back(drawn);
        all.back().call = filled(drawn, 0, -0.0);
    }
    if (step.fn == Fn::reshape || step.fn == Fn::view) {
        all.push_back(drawn);
        Base& none = all.back();
        none.dims.front() = {0};
        none.call = filled(none, 0, 0);
        for (SplValue& item : std::get<Array>(none.call.step.args[1]).items) item.as_int = 0;
    }
    return all;
}

void compare_all(const FormsLibrary& library, Fn fn, const Form& form, uint64_t seed) {
    const std::optional<Base> drawn = drawn_base(fn, form, seed);
    ASSERT_TRUE(drawn) << "no drawn call fits " << form.symbol;
    try {
        for (const Base& base : bases(*drawn))
            for (const Changed& one : Changes(base).all()) compare(library, form, one.call, one.what);
    } catch (const property::Broken& broken) {
        ADD_FAILURE() << broken.what();
    }
}

}  // namespace

std::vector<Case> extreme_form_cases(FormsLibrary& library, const SuiteOptions& options) {
    std::vector<Case> cases;
    for (const Form& form : forms()) {
        const std::optional<Fn> fn = core_of(form);
        if (!fn) continue;
        const std::string name(function(*fn).name);
        const std::string id = "extreme/" + name + form.symbol.substr(function(*fn).symbol.size());
        const uint64_t seed = property::case_seed(options.seed, id);
        cases.push_back({id, name, {"L2", "E2"}, false, [=, &library, &form] {
                             if (!library.skips()) compare_all(library, *fn, form, seed);
                         }});
    }
    return cases;
}

}  // namespace simple::golden
