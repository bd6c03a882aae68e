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
        {"property/quiet/*", Of::all, {"form.a line written"}},
        {"property/unchanged/*", Of::all, {"form.a line written"}},
        {"property/unchanged/*", Of::failures, {"form.another code"}},
        {"property/leak/*", Of::all, {"form.16 bytes left"}},
        {"property/threads/*/as-if-alone", Of::all, {"form.wrong on other threads"}},
        {"property/threads/*/grad-mode", Of::all, {"form.no graph"}},
        {"property/fork/*/in-a-child", Of::all, {"form.wrong in a child"}},
        {"property/forged/*", Of::all, {"form.handles without their sign"}},
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

// "drawn/zeros_4d": what makes this form wrong, but for what no double is there for. In all forms of its function at
// once, so that one process asks all their cases.
std::vector<std::string> faults_of_form(const gate::PlannedCase& c) {
    const Function* row = find_function(c.function);
    const size_t name = c.id.find('/') + 1;
    for (const Form& form : forms()) {
        if (!row || form.symbol != std::string(row->symbol) + c.id.substr(name + c.function.size())) continue;
        const bool is_extreme = c.id.rfind("extreme/", 0) == 0, is_double = row->result == Type::f64;
        std::vector<std::string> ids;
        for (const std::string& id : is_extreme ? planted::extreme_form_fault_ids(form.symbol, form.parameters)
                                                : planted::form_fault_ids(form.symbol, form.parameters))
            if (id.rfind(is_double ? "form.another shape" : "form.one bit", 0) != 0)
                ids.push_back(id.substr(0, id.size() - form.symbol.size()) + std::string(row->symbol));
        return ids;
    }
    return {};
}

bool begins_with(const std::string& text, const char* begin) { return text.rfind(begin, 0) == 0; }

// One that fits any function, or any form, where it is to be planted in the case's.
std::string planted_in(const std::string& fault, const gate::PlannedCase& c) {
    const bool fits_any = begins_with(fault, "group.") || begins_with(fault, "trivial.") || begins_with(fault, "form.");
    if (!fits_any || std::count(fault.begin(), fault.end(), '.') == 2) return fault;
    const Function* row = find_function(c.function);
    return fault + '.' + (begins_with(fault, "form.") && row ? std::string(row->symbol) : c.function);
}

}  // namespace

std::vector<std::string> fitting_faults(const gate::PlannedCase& c) {
    if (begins_with(c.id, "drawn/") || begins_with(c.id, "extreme/")) return faults_of_form(c);
    std::vector<std::string> ids;
    for (const Row& row : rows()) {
        if (!glob_matches(row.cases, c.id.c_str()) || (row.of == Of::failures && ends_with(c.id, "/success"))) continue;
        for (const std::string& fault : row.faults) ids.push_back(planted_in(fault, c));
    }
    return ids;
}

std::vector<std::string> faults_of(const gate::PlannedCase& c, bool in_stub) {
    const Function* row = find_function(c.function);
    if (!row) {
        using planted::Trivial;
        std::vector<std::string> ids;
        for (const auto kind :
             {Trivial::zeros, Trivial::nothing, Trivial::other_code, Trivial::answered, Trivial::shorter})
            ids.push_back("trivial." + std::string(planted::to_string(kind)) + ".*");
        return ids;
    }
    if (begins_with(c.id, "forms/") || begins_with(c.id, "dyncall/") || begins_with(c.id, "property/")) {
        std::vector<std::string> ids = planted::form_fault_ids(std::string(row->symbol), 0);
        for (const char* fault : {"form.another result now and then", "form.wrong of one handle twice", "form.no graph",
                                  "form.a graph that is none", "form.a copy"})
            ids.push_back(planted_in(fault, c));
        return ids;
    }
    // What most cases fail on comes first: each that is left runs again. No element is compared with a stub's.
    std::vector<std::string> ids;
    if (begins_with(c.id, "calls/")) ids.push_back("trivial.another code." + c.function);
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
