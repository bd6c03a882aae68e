#include "ci/faults/form_faults.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

#include "ci/faults/conditions.h"

namespace simple::planted {
namespace {

enum class FormFault {
    other_result,  // the tensor's last element, or the number, is another
    other_shape,   // the tensor has a dim more
    one_bit,       // the lowest of a double's
    other_code,    // what fails ends with another code
    no_sentinel,   // what fails returns a result all the same
    exchanged      // two arguments that are neighbours
};

struct PlantedForm {
    FormFault kind = FormFault::other_result;
    size_t at = 0;       // exchanged: the first of the two
    std::string symbol;  // of the form, or of its core function
};
std::optional<PlantedForm> g_planted;

constexpr std::array<std::pair<FormFault, const char*>, 5> kNames{
    {{FormFault::other_result, "another result"},
     {FormFault::other_shape, "another shape"},
     {FormFault::one_bit, "one bit"},
     {FormFault::other_code, "another code"},
     {FormFault::no_sentinel, "a result beside the code"}}};
const std::string kShapeDim = "rt_torch_torchtensor_shape_dim", kForm = "form.",
                  kExchanged = "arguments exchanged from ";

bool gives_double(const std::string& symbol) {
    for (size_t i = 0; i < kFunctionCount; ++i)
        if (functions()[i].result == Type::f64 && symbol == std::string(functions()[i].symbol) + "_bits") return true;
    return false;
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

int64_t spoiled(int64_t result, bool gives_double, bool gives_tensor) {
    const FormFault kind = g_planted->kind;
    if (inner().last_error_code() != 0) {
        if (kind == FormFault::other_code) leave_code(Code::other);
        if (kind != FormFault::no_sentinel) return result;
        const int32_t code = inner().last_error_code();
        result = gives_tensor ? inner().eye(1) : 1;
        leave_code(static_cast<Code>(code));
        return result;
    }
    if (kind == FormFault::one_bit && gives_double) return result ^ 1;
    if (kind == FormFault::other_result && gives_double) return other_bits(result);
    if (kind == FormFault::other_result && gives_tensor) return then(result, other_last_element);
    if (kind == FormFault::other_result) return result + 1;
    return kind == FormFault::other_shape && gives_tensor ? then(result, with_dim) : result;
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
    g_planted = std::move(form);
    return true;
}

std::vector<std::string> form_fault_ids(const std::string& symbol, size_t parameters) {
    std::vector<std::string> ids;
    for (const auto& [kind, name] : kNames) ids.push_back(kForm + name + '.' + symbol);
    for (size_t i = 0; i + 1 < parameters; ++i) ids.push_back(kForm + kExchanged + std::to_string(i) + '.' + symbol);
    return ids;
}

int64_t call_form(const char* symbol, std::vector<int64_t> arguments, Form right) {
    if (!is_wrong(symbol)) return right(arguments.data());
    const size_t at = g_planted->at;
    if (g_planted->kind == FormFault::exchanged && at + 1 < arguments.size())
        std::swap(arguments[at], arguments[at + 1]);
    const int64_t result = right(arguments.data());
    const bool gives_number = gives_double(symbol);
    return spoiled(result, gives_number, !gives_number && symbol != kShapeDim);
}

}  // namespace simple::planted
