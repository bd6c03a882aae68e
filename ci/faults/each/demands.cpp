#include "ci/faults/each/demands.h"

#include <algorithm>

#include "ci/faults/form_faults.h"
#include "ci/faults/planted_fault.h"
#include "ci/faults/trivial.h"
#include "reports/glob.h"

namespace simple {
namespace {

enum class Of {
    all,
    failures
};  // those whose id does not end with "/success"

struct Row {
    const char* cases;
    Of of;
    std::vector<std::string> faults;  // of those that fit any function without it, where it is the case's
};

const std::vector<Row>& rows() {
    static const std::vector<Row> all{
        {"quiet/*", Of::all, {"group.a line written", "group.a tensor left"}},
        {"unchanged/*", Of::all, {"group.a line written"}},
        {"unchanged/*", Of::failures, {"trivial.another code", "trivial.a message without the function"}},
        {"leak/*", Of::all, {"group.a tensor left", "group.16 bytes left"}},
        {"leak/*", Of::failures, {"trivial.another code"}},
        {"lifecycle/*/ignores-earlier-failures", Of::all, {"group.wrong after a failure"}},
        {"lifecycle/agrees-with-the-model",
         Of::all,
         {"free.twice", "free.zero_fails", "free.not_released", "free.reuses", "live_tensors.doubled",
          "no_grad_begin.does_not_nest", "no_grad_end.unbalanced", "group.forged handles taken.exp",
          "group.forged handles taken.free"}},
        {"lifecycle/thousands-of-handles", Of::all, {"free.not_released", "group.forged handles taken.numel"}},
        {"threads/*/as-if-alone", Of::all, {"group.wrong on other threads"}},
        {"threads/*/grad-mode", Of::all, {"group.no_grad of all threads"}},
        {"threads/grad-mode-is-each-threads-own", Of::all, {"group.no_grad of all threads.neg"}},
        {"threads/errors-are-each-threads-own", Of::all, {"last_error_code.other_threads"}},
        {"threads/counts-are-exact", Of::all, {"live_tensors.of_one_thread"}},
        {"threads/free-while-used", Of::all, {"group.wrong on other threads.sum_dim"}},
        {"threads/one-of-many-frees", Of::all, {"free.checks_then_acts"}},
        {"threads/each-as-if-alone", Of::all, {"group.wrong on other threads.add"}},
        {"threads/forks-in-between", Of::all, {"group.wrong in a child.add", "group.wrong on other threads.add"}},
        {"fork/*/in-a-child", Of::all, {"group.wrong in a child"}},
        {"fork/set_num_threads/two-in-a-child", Of::all, {"set_num_threads.spoils_child"}},
        {"fork/child-sees-the-parents-tensors",
         Of::all,
         {"group.wrong in a child.numel", "group.wrong in a child.sum", "free.not_released"}},
        {"fork/after-large-work-and-threads", Of::all, {"group.failing in a child.matmul"}},
        {"fork/childs-threads-start-together", Of::all, {"group.failing in a child.max"}},
        {"forged/*", Of::all, {"group.forged handles taken"}},
        {"devices/*/as-on-the-cpu", Of::all, {"group.wrong on devices"}},
        {"devices/eig_all/as-on-the-cpu", Of::all, {"group.left on the CPU"}},
        {"devices/*/mixed", Of::all, {"trivial.another code"}},
        {"calls/live_tensors", Of::all, {"group.a tensor left"}},
        {"calls/backend_name", Of::all, {"group.null given"}},
        {"calls/last_error_message", Of::all, {"group.null given"}},
        {"loader/opened-twice", Of::all, {"trivial.zeros.numel"}},
        {"programs/*", Of::all, {"trivial.zeros.dtype", "live_tensors.doubled", "free.not_released"}},
        {"allowed/singular", Of::all, {"trivial.success.inverse"}},
        {"allowed/not-finite", Of::all, {"trivial.another code.svd"}},
        {"allowed/index-*", Of::all, {"trivial.another code.index_select"}},
        {"allowed/class-*", Of::all, {"trivial.another code.cross_entropy"}},
        {"allowed/probability", Of::all, {"trivial.another code.binary_cross_entropy"}},
        {"allowed/outside-int64", Of::all, {"trivial.success.to_int"}},
        {"allowed/graph-memory", Of::all, {"trivial.no call.backward"}},
        {"allowed/complex-eigenvectors", Of::all, {"trivial.success.backward"}},
        {"allowed/memory", Of::all, {"trivial.success.zeros"}},
        {"graph/values", Of::all, {"trivial.last element.add"}},
        {"graph/gradients", Of::all, {"trivial.a zero gradient.mul"}},
    };
    return all;
}

bool ends_with(const std::string& text, const std::string& end) {
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

struct Form {
    std::string symbol;
    size_t parameters;
};

const std::vector<Form>& forms() {
    static const std::vector<Form> all{
#define RT_DYNCALL(symbol, count) {#symbol, count},
#include "impl/dynload/dyncall.def"
#undef RT_DYNCALL
    };
    return all;
}

// "drawn/zeros_4d": what makes this form wrong, but for what no double is there for.
std::vector<std::string> faults_of_form(const gate::PlannedCase& c) {
    const Function* row = find_function(c.function);
    const std::string suffix = c.id.substr(c.id.find('/') + 1 + c.function.size());
    for (const Form& form : forms()) {
        if (!row || form.symbol != std::string(row->symbol) + suffix) continue;
        std::vector<std::string> ids = planted::form_fault_ids(form.symbol, form.parameters);
        const bool is_double = row->result == Type::f64;
        ids.erase(std::remove_if(ids.begin(), ids.end(),
                                 [&](const std::string& id) {
                                     return id.rfind(is_double ? "form.another shape" : "form.one bit", 0) == 0;
                                 }),
                  ids.end());
        return ids;
    }
    return {};
}

}  // namespace

std::vector<std::string> fitting_faults(const gate::PlannedCase& c) {
    if (c.id.rfind("drawn/", 0) == 0) return faults_of_form(c);
    std::vector<std::string> ids;
    for (const Row& row : rows()) {
        if (!glob_matches(row.cases, c.id.c_str()) || (row.of == Of::failures && ends_with(c.id, "/success"))) continue;
        for (const std::string& fault : row.faults) {
            const bool fits_any = fault.rfind("group.", 0) == 0 || fault.rfind("trivial.", 0) == 0;
            const bool is_whole = !fits_any || std::count(fault.begin(), fault.end(), '.') == 2;
            ids.push_back(is_whole ? fault : fault + '.' + c.function);
        }
    }
    return ids;
}

std::vector<std::string> faults_of(const gate::PlannedCase& c, bool in_stub) {
    const Function* row = find_function(c.function);
    if (!row) return {};
    if (c.id.rfind("forms/", 0) == 0 || c.id.rfind("dyncall/", 0) == 0)
        return planted::form_fault_ids(std::string(row->symbol), 0);
    // What most cases fail on comes first: each that is left runs again. No element is compared with a stub's.
    std::vector<std::string> ids;
    if (c.id.rfind("calls/", 0) == 0) ids.push_back("trivial.another code." + c.function);
    for (const auto kind : planted::all_trivial())
        ids.push_back("trivial." + std::string(planted::to_string(kind)) + "." + c.function);
    for (const PlantedFault& fault : planted_faults()) {
        const bool is_of_results = fault.kind != Kind::leaks && fault.kind != Kind::lifecycle &&
                                   fault.kind != Kind::threads && fault.kind != Kind::signatures &&
                                   fault.kind != Kind::latency;
        if (fault.function == row->id && fault.in_stub == in_stub && is_of_results && !fault.correct && !*fault.library)
            ids.emplace_back(fault.id);
    }
    return ids;
}

}  // namespace simple
