#include "ci/faults/form_faults.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>

#include "ci/faults/conditions.h"

namespace simple::planted {
namespace {

enum class FormFault {
    other_result,       // the tensor's last element, or the number, is another
    now_and_then,       // each second time the result is another
    other_shape,        // the tensor has a dim more
    one_bit,            // the lowest of a double's
    other_code,         // what fails ends with another code
    no_sentinel,        // what fails returns a result all the same
    exchanged,          // two arguments that are neighbours
    cut,                // integers, but for handles, arrive with 32 bits
    finite,             // of doubles what is not finite is 0
    unsigned_handles,   // handles without their sign
    leaves_bytes,       // each call 16
    prints,             // each call a line
    off_on_threads,     // wrong on all threads but the first
    off_in_child,       // wrong in a child of fork
    off_after_failure,  // wrong after a call that failed
    off_of_one,         // wrong of one handle for two arguments
    no_graph,           // the tensor is cut from the graph
    detached,           // the same, and says it requires grad
    copied              // the tensor shares no storage with an argument
};

struct PlantedForm {
    FormFault kind = FormFault::other_result;
    size_t at = 0;       // exchanged: the first of the two
    std::string symbol;  // of the form, or of its core function
    pid_t first_process = 0;
    std::thread::id first_thread;
};
std::optional<PlantedForm> g_planted;
std::atomic<int> g_calls{0};

constexpr std::array<std::pair<FormFault, const char*>, 18> kNames{
    {{FormFault::other_result, "another result"},
     {FormFault::other_shape, "another shape"},
     {FormFault::one_bit, "one bit"},
     {FormFault::other_code, "another code"},
     {FormFault::no_sentinel, "a result beside the code"},
     {FormFault::cut, "integers cut to 32 bits"},
     {FormFault::finite, "0 for what is not finite"},
     {FormFault::unsigned_handles, "handles without their sign"},
     {FormFault::leaves_bytes, "16 bytes left"},
     {FormFault::prints, "a line written"},
     {FormFault::off_on_threads, "wrong on other threads"},
     {FormFault::off_in_child, "wrong in a child"},
     {FormFault::off_after_failure, "wrong after a failure"},
     {FormFault::off_of_one, "wrong of one handle twice"},
     {FormFault::now_and_then, "another result now and then"},
     {FormFault::no_graph, "no graph"},
     {FormFault::detached, "a graph that is none"},
     {FormFault::copied, "a copy"}}};
constexpr size_t kOfAnyCase = 5;  // the first of them may be met by any call
const std::string kShapeDim = "rt_torch_torchtensor_shape_dim", kForm = "form.",
                  kExchanged = "arguments exchanged from ";

// The function whose symbol the form's begins with; shape for shape_dim.
const Function& core_of(const std::string& symbol) {
    const Function* found = &function(Fn::shape);
    for (size_t i = 0; i < kFunctionCount && symbol != kShapeDim; ++i) {
        const Function& row = functions()[i];
        const bool longer = found->id == Fn::shape || row.symbol.size() > found->symbol.size();
        if (longer && symbol.rfind(std::string(row.symbol) + "_", 0) == 0) found = &row;
    }
    return *found;
}

bool gives_double(const std::string& symbol) { return core_of(symbol).result == Type::f64; }

// What each argument of the form is: the elements of an array are tensors or i64, each array having as many.
std::vector<Type> types_of(const std::string& symbol, size_t arguments) {
    const Function& row = core_of(symbol);
    const auto is_array = [](const Param& param) {
        return param.type == Type::i64_array || param.type == Type::tensor_array;
    };
    const auto arrays = static_cast<size_t>(std::count_if(row.params, row.params + row.param_count, is_array));
    std::vector<Type> types;
    for (size_t i = 0; i < row.param_count; ++i) {
        const Type type = row.params[i].type;
        if (!is_array(row.params[i]))
            types.push_back(type == Type::tensor_opt ? Type::tensor : type);
        else
            types.insert(types.end(), (arguments - (row.param_count - arrays)) / arrays,
                         type == Type::tensor_array ? Type::tensor : Type::i64);
    }
    types.resize(arguments, Type::i64);  // of shape_dim
    return types;
}

bool is_wrong(const std::string& symbol) {
    return g_planted && (symbol == g_planted->symbol || symbol.rfind(g_planted->symbol + "_", 0) == 0);
}

int64_t other_bits(int64_t bits) {
    double number;
    std::memcpy(&number, &bits, sizeof number);
    number = other_number(number);
    std::memcpy(&bits, &number, sizeof bits);
    return bits;
}

double number_of(int64_t bits) {
    double number;
    std::memcpy(&number, &bits, sizeof number);
    return number;
}

// How the arguments arrive.
std::vector<int64_t> received(const std::string& symbol, std::vector<int64_t> arguments) {
    const FormFault kind = g_planted->kind;
    const size_t at = g_planted->at;
    if (kind == FormFault::exchanged && at + 1 < arguments.size()) std::swap(arguments[at], arguments[at + 1]);
    if (kind != FormFault::cut && kind != FormFault::finite && kind != FormFault::unsigned_handles) return arguments;
    const std::vector<Type> types = types_of(symbol, arguments.size());
    for (size_t i = 0; i < arguments.size(); ++i) {
        if (kind == FormFault::cut && types[i] == Type::i64) arguments[i] = static_cast<int32_t>(arguments[i]);
        if (kind == FormFault::finite && types[i] == Type::f64 && !std::isfinite(number_of(arguments[i])))
            arguments[i] = 0;
        if (kind == FormFault::unsigned_handles && types[i] == Type::tensor) arguments[i] &= INT64_MAX;
    }
    return arguments;
}

bool has_one_twice(const std::string& symbol, const std::vector<int64_t>& arguments) {
    const std::vector<Type> types = types_of(symbol, arguments.size());
    for (size_t i = 0; i < arguments.size(); ++i)
        for (size_t k = 0; k < i; ++k)
            if (types[i] == Type::tensor && types[k] == Type::tensor && arguments[i] == arguments[k] &&
                is_tensor(arguments[i]))
                return true;
    return false;
}

// Whether this call is to give another result. To be asked before it is made.
bool gives_other(const std::string& symbol, const std::vector<int64_t>& arguments) {
    switch (g_planted->kind) {
        case FormFault::other_result: return true;
        case FormFault::now_and_then: return g_calls++ % 2 != 0;
        case FormFault::off_on_threads: return std::this_thread::get_id() != g_planted->first_thread;
        case FormFault::off_in_child: return getpid() != g_planted->first_process;
        case FormFault::off_after_failure: return inner().last_error_code() != 0;
        case FormFault::off_of_one: return has_one_twice(symbol, arguments);
        default: return false;
    }
}

// Where no other element would show, it fails.
int64_t other_tensor(Fn fn, int64_t x) {
    const bool always = g_planted->kind == FormFault::other_result;
    if (always || (!has_open_elements(fn) && inner().numel(x) > 0)) return then(x, other_last_element);
    inner().free(x);
    leave_code(Code::other);
    return 0;
}

int64_t without_graph(int64_t x) {
    if (!inner().requires_grad(x)) return aliased(x);
    return then(inner().detach(x), flagged);
}

int64_t spoiled(const std::string& symbol, int64_t result, bool off) {
    const FormFault kind = g_planted->kind;
    const Function& row = core_of(symbol);
    const bool gives_number = gives_double(symbol), gives_tensor = row.result == Type::tensor;
    if (inner().last_error_code() != 0) {
        if (kind == FormFault::other_code) leave_code(Code::other);
        if (kind != FormFault::no_sentinel) return result;
        const int32_t code = inner().last_error_code();
        result = gives_tensor ? inner().eye(1) : 1;
        leave_code(static_cast<Code>(code));
        return result;
    }
    if (off) return gives_number ? other_bits(result) : gives_tensor ? other_tensor(row.id, result) : result + 1;
    if (kind == FormFault::one_bit && gives_number) return result ^ 1;
    if (kind == FormFault::finite && gives_number && !std::isfinite(number_of(result))) return 0;
    if (kind == FormFault::cut && !gives_number && !gives_tensor) return static_cast<int32_t>(result);
    if (!gives_tensor) return result;
    if (kind == FormFault::other_shape) return then(result, with_dim);
    if (kind == FormFault::no_graph) return then(result, detached);
    if (kind == FormFault::detached) return then(result, without_graph);
    return kind == FormFault::copied ? then(result, copied) : result;
}

}  // namespace

bool plant_form_fault(const std::string& id) {
    if (id.rfind(kForm, 0) != 0) return false;
    const size_t dot = id.find('.', kForm.size());
    if (dot == std::string::npos) return false;
    const std::string kind = id.substr(kForm.size(), dot - kForm.size());
    PlantedForm form;
    form.symbol = id.substr(dot + 1);
    if (kind.rfind(kExchanged, 0) == 0) {
        form.kind = FormFault::exchanged;
        form.at = std::stoul(kind.substr(kExchanged.size()));
    } else {
        const auto found =
            std::find_if(kNames.begin(), kNames.end(), [&](const auto& one) { return kind == one.second; });
        if (found == kNames.end()) return false;
        form.kind = found->first;
    }
    form.first_process = getpid();
    form.first_thread = std::this_thread::get_id();
    g_planted = std::move(form);
    return true;
}

std::vector<std::string> form_fault_ids(const std::string& symbol, size_t parameters) {
    std::vector<std::string> ids;
    for (size_t i = 0; i < kOfAnyCase; ++i) ids.push_back(kForm + kNames[i].second + '.' + symbol);
    for (size_t i = 0; i + 1 < parameters; ++i) ids.push_back(kForm + kExchanged + std::to_string(i) + '.' + symbol);
    return ids;
}

std::vector<std::string> extreme_form_fault_ids(const std::string& symbol, size_t parameters) {
    const std::vector<Type> types = types_of(symbol, parameters);
    const auto takes = [&](Type type) { return std::count(types.begin(), types.end(), type) > 0; };
    std::vector<std::string> ids{kForm + "wrong after a failure." + symbol};
    if (takes(Type::i64)) ids.push_back(kForm + "integers cut to 32 bits." + symbol);
    if (takes(Type::f64) || gives_double(symbol)) ids.push_back(kForm + "0 for what is not finite." + symbol);
    return ids;
}

int64_t call_form(const char* symbol, std::vector<int64_t> arguments, Form right) {
    if (!is_wrong(symbol)) return right(arguments.data());
    if (g_planted->kind == FormFault::leaves_bytes) leak_bytes<16>();
    if (g_planted->kind == FormFault::prints) std::fputs("one line\n", stderr);
    const bool off = gives_other(symbol, arguments);
    arguments = received(symbol, std::move(arguments));
    return spoiled(symbol, right(arguments.data()), off);
}

}  // namespace simple::planted
