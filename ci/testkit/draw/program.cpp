#include "ci/testkit/draw/program.h"

#include <algorithm>
#include <optional>

namespace simple {
namespace {

bool returns_tensor(Fn fn) {
    const Type result = function(fn).result;
    return result == Type::tensor || result == Type::tensor_opt;
}

// The step numbers after some were dropped: kept[i] is the new number of step i.
Program renumbered(const Program& program, const std::vector<bool>& keep) {
    std::vector<size_t> number(program.size());
    Program result;
    for (size_t i = 0; i < program.size(); ++i) {
        number[i] = result.size();
        if (!keep[i]) continue;
        result.push_back(program[i]);
        for (auto& ref : result.back().refs) ref.step = number[ref.step];
    }
    return result;
}

// The program in which users of a step use the step's first tensor argument, and the step is gone.
std::optional<Program> bypassed(const Program& program, size_t step) {
    if (!returns_tensor(program[step].fn)) return std::nullopt;
    const auto& refs = program[step].refs;
    if (refs.empty()) return std::nullopt;
    auto direct = std::find_if(refs.begin(), refs.end(), [](const Ref& ref) { return ref.element < 0; });
    if (direct == refs.end()) direct = refs.begin();  // of a list, its first
    Program changed = program;
    for (auto& user : changed) {
        for (auto& ref : user.refs) {
            if (ref.step == step) ref.result = direct->result, ref.step = direct->step;
        }
    }
    std::vector<bool> keep(program.size(), true);
    keep[step] = false;
    return renumbered(changed, keep);
}

// A tensor of many elements is made by slices and views of copies of few (Drawer::repeated): the same with sizes up to
// `most`, for which few will do.
std::optional<Program> with_few_elements(const Program& program, size_t view, int64_t most) {
    if (program[view].fn != Fn::view || program[view].refs.size() != 1) return std::nullopt;
    const size_t slice = program[view].refs[0].step;
    if (program[slice].fn != Fn::slice) return std::nullopt;
    Program changed = program;
    int64_t elements = 1;
    bool smaller = false;
    for (auto& item : std::get<Array>(changed[view].args[1]).items) {
        smaller = smaller || item.as_int > most;
        item.as_int = std::min(item.as_int, most);
        elements *= item.as_int;
    }
    if (!smaller) return std::nullopt;
    changed[slice].args[3] = elements;  // the slice's end
    return changed;
}

std::string variable(size_t step) { return "t" + std::to_string(step); }

std::string use(const Program& program, const Ref& ref) {
    const std::string name = variable(ref.step);
    if (function(program[ref.step].fn).result != Type::tensor_array) return name;
    return "AT(" + name + ", " + std::to_string(ref.result) + ")";
}

// Names for those arguments of a step that are handles of earlier steps.
std::vector<std::string> names(const Program& program, const Step& step) {
    std::vector<std::string> result(step.args.size());
    for (const auto& ref : step.refs) {
        if (ref.element < 0) result[ref.argument] = use(program, ref);
    }
    for (size_t argument = 0; argument < step.args.size(); ++argument) {
        const auto* array = std::get_if<Array>(&step.args[argument]);
        const bool lists_handles = std::any_of(step.refs.begin(), step.refs.end(), [&](const Ref& ref) {
            return ref.argument == argument && ref.element >= 0;
        });
        if (!array || array->null || !lists_handles) continue;
        std::vector<std::string> elements;
        for (const auto& item : array->items) {
            elements.push_back(item.tag == SPL_INT ? "INT(" + std::to_string(item.as_int) + ")"
                                                   : "TAGGED(" + std::to_string(item.tag) + ")");
        }
        for (const auto& ref : step.refs) {
            auto& element = elements[static_cast<size_t>(ref.element)];
            if (ref.argument == argument && element[0] == 'I') element = "INT(" + use(program, ref) + ")";
        }
        const int64_t len = array->len == Array::kItemCount ? static_cast<int64_t>(array->items.size()) : array->len;
        std::string text = "ARRAY(" + std::to_string(len);
        for (const auto& element : elements) text += ", " + element;
        result[argument] = text + ")";
    }
    return result;
}

const char* const kShow = R"(#define AT(array, i) ((array) && (i) < (array)->len ? (array)->items[i].as_int : 0)
#define NUMBER(value) ((value).tag == SPL_FLOAT ? (value).as_float : (double)(value).as_int)
static void show(const char* name, int64_t t) {
    printf("%s: code %d", name, rt_torch_last_error_code());
    if (t > 0) {
        SplArray* dims = rt_torch_torchtensor_shape(t);
        printf(", shape [");
        for (int64_t i = 0; dims && i < dims->len; ++i) printf("%s%lld", i ? ", " : "", (long long)dims->items[i].as_int);
        printf("], dtype %d, requires_grad %d, grad %d", rt_torch_torchtensor_dtype(t),
               rt_torch_autograd_requires_grad(t), rt_torch_autograd_grad(t) > 0);
    }
    printf(", live %lld\n", (long long)rt_torch_live_tensors());
}
)";

}  // namespace

Args Runner::arguments(const Step& step) const {
    Args args = step.args;
    for (const auto& ref : step.refs) {
        const auto& available = handles_[ref.step];
        const auto result = static_cast<size_t>(ref.result);
        const int64_t handle = result < available.size() ? available[result] : 0;
        if (ref.element < 0) {
            args[ref.argument] = handle;
        } else {
            auto& item = std::get<Array>(args[ref.argument]).items[static_cast<size_t>(ref.element)];
            if (item.tag == SPL_INT) item.as_int = handle;
        }
    }
    return args;
}

Outcome Runner::run(const Step& step) {
    const Args args = arguments(step);
    const Outcome outcome = call(backend_, step.fn, args);
    std::vector<int64_t> handles;
    if (returns_tensor(step.fn) && outcome.integer > 0) handles.push_back(outcome.integer);
    if (function(step.fn).result == Type::tensor_array) {
        for (const auto& item : outcome.items) handles.push_back(item.as_int);
    }
    handles_.push_back(std::move(handles));
    if (step.fn == Fn::free && outcome.ok()) freed_.push_back(std::get<int64_t>(args[0]));
    if (step.fn == Fn::no_grad_begin) ++no_grad_depth_;
    if (step.fn == Fn::no_grad_end && no_grad_depth_ > 0) --no_grad_depth_;
    return outcome;
}

bool Runner::live(int64_t handle) const { return std::find(freed_.begin(), freed_.end(), handle) == freed_.end(); }

void Runner::free_all() {
    for (const auto& handles : handles_) {
        for (const int64_t handle : handles) {
            if (live(handle)) backend_.free(handle);
        }
    }
    handles_.clear();
    freed_.clear();
    for (; no_grad_depth_ > 0; --no_grad_depth_) backend_.no_grad_end();
}

std::optional<Step> with_one_handle(Step step, Random& random) {
    const auto count = static_cast<int64_t>(step.refs.size());
    if (count < 2) return std::nullopt;
    const int64_t kept = random.between(0, count - 1);
    const int64_t replaced = (kept + random.between(1, count - 1)) % count;
    Ref& ref = step.refs[static_cast<size_t>(replaced)];
    const Ref& source = step.refs[static_cast<size_t>(kept)];
    ref.step = source.step;
    ref.result = source.result;
    return step;
}

Program without(const Program& program, size_t step) {
    std::vector<bool> keep(program.size(), true);
    keep[step] = false;
    for (size_t i = step + 1; i < program.size(); ++i) {
        for (const auto& ref : program[i].refs) {
            if (!keep[ref.step]) keep[i] = false;
        }
    }
    return renumbered(program, keep);
}

Program shrunk(Program program, const std::function<bool(const Program&)>& fails) {
    for (bool smaller = true; smaller;) {
        smaller = false;
        for (size_t i = program.size(); i-- > 0;) {
            if (i >= program.size()) continue;
            Program candidate = without(program, i);
            if (fails(candidate)) {
                program = std::move(candidate);
                smaller = true;
            } else if (const auto shortcut = bypassed(program, i); shortcut && fails(*shortcut)) {
                program = *shortcut;
                smaller = true;
            } else {
                for (const int64_t most : {3, 8}) {
                    const auto few = with_few_elements(program, i, most);
                    if (!few || !fails(*few)) continue;
                    program = *few;
                    smaller = true;
                    break;
                }
            }
        }
    }
    return program;
}

std::string to_c_program(const Program& program) {
    std::string text = c_prelude() + kShow + "int main(void) {\n";
    for (size_t i = 0; i < program.size(); ++i) {
        const Step& step = program[i];
        const std::string name = variable(i);
        std::string line = to_c(step.fn, step.args, names(program, step));
        std::string shown = "0", elements;
        switch (function(step.fn).result) {
            case Type::nothing: break;
            case Type::tensor:
            case Type::tensor_opt:
            case Type::stream:
                line = "int64_t " + name + " = " + line;
                shown = name;
                break;
            case Type::i64_array:
            case Type::f64_array:
            case Type::tensor_array:
                line = "SplArray* " + name + " = " + line;
                if (function(step.fn).result == Type::tensor_array)
                    shown = "AT(" + name + ", 0)";
                else
                    elements = "    for (int64_t i = 0; " + name + " && i < " + name +
                               "->len; ++i) printf(\"%.17g \", NUMBER(" + name + "->items[i]));\n";
                break;
            case Type::f64: line = "printf(\"%.17g \", " + line + ")"; break;
            case Type::text: line = "printf(\"%s \", " + line + ")"; break;
            case Type::i64: line = "printf(\"%lld \", (long long)" + line + ")"; break;
            case Type::i32:
            case Type::boolean: line = "printf(\"%d \", " + line + ")"; break;
            default: line = "(void)" + line;
        }
        text += "    " + line + ";\n" + elements + "    show(\"" + name + " = " + std::string(function(step.fn).name) +
                "\", " + shown + ");\n";
    }
    return text + "}\n";
}

}  // namespace simple
