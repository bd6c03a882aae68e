// Runs every golden case on trivial backends (ci/faults/trivial.h). One that judges a value must fail on one of them;
// one with a number other than 0 on zeros, one with a -0 on +0, one with gradients without a graph and with a gradient
// of 0. One of an error must fail on success, on another code, on a result beside the code, and on a message without
// the function or without what it holds the message to. Those that pass are named. unnoticed.toml says of each why it
// is there; a case that it does not name, and a reason that no case needs, is a fault.
//
// usage: golden_unnoticed BACKEND.so    BACKEND: a correct one, with values
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <map>
#include <set>

#include "ci/faults/planting.h"
#include "ci/faults/trivial.h"
#include "golden/suite/elements.h"
#include "golden/suite/recorded.h"
#include "golden/suite/samples.h"
#include "golden/suite/special.h"
#include "reports/glob.h"

namespace simple::golden {
namespace {

// The backend that the cases call. Counts of live tensors are left out: a trivial backend that keeps a tensor would be
// noticed by them, whatever the case looks at.
Backend g_backend;

std::vector<Case> all_cases() {
    std::vector<Case> cases = recorded_cases(g_backend, SIMPLE_GOLDEN_FOLDER, [](const GoldenCase&) { return true; });
    for (const auto& make : {autograd_cases, creation_cases, random_cases, decomposition_cases, lifecycle_cases}) {
        std::vector<Case> more = make(g_backend);
        std::move(more.begin(), more.end(), std::back_inserter(cases));
    }
    return cases;
}

bool fails(const Case& c) {
    testing::TestPartResultArray found;
    const testing::ScopedFakeTestPartResultReporter reporter(
        testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &found);
    try {
        c.body();
    } catch (const std::exception&) {
        return true;
    }
    for (int i = 0; i < found.size(); ++i)
        if (found.GetTestPartResult(i).failed()) return true;
    return false;
}

bool fails_on(const Case& c, Fn fn, planted::Trivial kind, const Backend& correct) {
    g_backend = correct;
    planted::plant_trivial(g_backend, fn, kind);
    if (fn != Fn::last_error_code)
        g_backend.last_error_code = [] {
            return planted::left_code() >= 0 ? planted::left_code() : inner().last_error_code();
        };
    planted::leave_nothing();
    const bool failed = fails(c);
    planted::leave_nothing();
    do inner().no_grad_end();  // what the case could not end
    while (inner().last_error_code() == 0);
    inner().clear_error();
    return failed;
}

bool any_element(const Json& json, bool (*holds)(double)) {
    if (json.is_object() && is_sampled(json))
        return std::any_of(json["samples"].begin(), json["samples"].end(),
                           [&](const Json& x) { return holds(to_double(x)); });
    if (json.is_object() && has_elements(json) && json.at("dtype") != "i64") {
        for (const double x : doubles(json))
            if (holds(x)) return true;
        return false;
    }
    if (json.is_object() && json.contains("f64")) return holds(to_double(json["f64"]));
    if (!json.is_array()) return false;
    for (const Json& one : json)
        if (any_element(one, holds)) return true;
    return false;
}

bool is_empty(const Json& expect) {
    if (expect.is_array()) return std::all_of(expect.begin(), expect.end(), is_empty);
    if (!expect.is_object() || !expect.contains("shape")) return false;
    const Json& dims = expect["shape"];
    return std::find(dims.begin(), dims.end(), 0) != dims.end();
}

// The trivial backends that a recorded case must fail on, each: what it holds to judge.
std::vector<planted::Trivial> due(const GoldenCase& c) {
    using planted::Trivial;
    if (c.error) {
        std::vector<Trivial> kinds{Trivial::answered, Trivial::other_code, Trivial::anonymous};
        if (!c.message.empty()) kinds.push_back(Trivial::mute);
        const Type result = function(c.fn).result;
        if (result != Type::nothing && result != Type::stream) kinds.push_back(Trivial::no_sentinel);
        return kinds;
    }
    std::vector<Trivial> kinds;
    if (any_element(c.expect, [](double x) { return x == 0 && std::signbit(x); }))
        kinds.push_back(Trivial::positive_zero);
    if (any_element(c.expect, [](double x) { return x != 0; })) kinds.push_back(Trivial::zeros);
    if (!c.gradients.is_null()) {
        bool any = false;
        for (const auto& [position, gradient] : c.gradients.at("of").items())
            any = any || any_element(gradient, [](double x) { return x != 0; });
        if (any) kinds.push_back(Trivial::zero_gradient);
        kinds.push_back(Trivial::no_graph);
    }
    return kinds;
}

// The kinds that the case should fail on and passes.
std::string passed_on(const Case& c, const std::vector<planted::Trivial>& kinds, const Backend& correct) {
    const Function* row = find_function(c.function);
    std::string text;
    if (!row) return text;
    for (const planted::Trivial kind : kinds)
        if (!fails_on(c, row->id, kind, correct)) text += (text.empty() ? "" : ", ") + std::string(to_string(kind));
    if (!text.empty()) return text;
    for (const planted::Trivial kind : planted::all_trivial())
        if (fails_on(c, row->id, kind, correct)) return "";
    return "every one";
}

struct Reason {
    std::string pattern, on, why;  // on: the backends that it explains, "" for any
    bool empty_results = false;    // it holds of cases whose results have no element
    bool used = false;
};

std::vector<Reason> read_reasons() {
    std::vector<Reason> reasons;
    const toml::table table = toml::parse_file(std::string(SIMPLE_GOLDEN_FOLDER) + "/unnoticed/unnoticed.toml");
    if (const toml::array* rows = table["unnoticed"].as_array())
        for (const toml::node& row : *rows)
            for (const toml::node& pattern : *(*row.as_table())["cases"].as_array())
                reasons.push_back({*pattern.value<std::string>(), (*row.as_table())["on"].value_or(std::string()),
                                   *(*row.as_table())["why"].value<std::string>(),
                                   (*row.as_table())["empty_results"].value_or(false)});
    return reasons;
}

int check(const std::string& library) {
    inner() = load_backend(library);
    Backend correct = inner();
    correct.live_tensors = nullptr;
    g_backend = correct;
    std::vector<Reason> reasons = read_reasons();
    int faults = 0, unnoticed = 0, count = 0;
    std::map<std::string, std::vector<planted::Trivial>> must;
    std::set<std::string> with_elements;
    for (const GoldenCase& c : read_golden(SIMPLE_GOLDEN_FOLDER).cases) {
        must[c.id] = due(c);
        if (!is_empty(c.expect)) with_elements.insert(c.id);
    }
    for (const Case& c : all_cases()) {
        ++count;
        g_backend = correct;
        if (fails(c)) {
            std::printf("UNSOUND    %s fails on the correct backend\n", c.id.c_str());
            ++faults;
            continue;
        }
        const std::string passed = passed_on(c, must[c.id], correct);
        if (passed.empty()) continue;
        ++unnoticed;
        bool explained = false;
        for (Reason& reason : reasons)
            if (glob_matches(reason.pattern.c_str(), c.id.c_str()) && (reason.on.empty() || reason.on == passed) &&
                !(reason.empty_results && with_elements.count(c.id) > 0)) {
                reason.used = explained = true;
                std::printf("unnoticed  %s: %s\n", c.id.c_str(), reason.why.c_str());
                break;
            }
        if (explained) continue;
        std::printf("UNNOTICED  %s passes on %s, and unnoticed.toml gives no reason\n", c.id.c_str(), passed.c_str());
        ++faults;
    }
    for (const Reason& reason : reasons)
        if (!reason.used) {
            std::printf("UNNEEDED   unnoticed.toml explains %s, which is no unnoticed case\n", reason.pattern.c_str());
            ++faults;
        }
    std::printf("%d cases, %d unnoticed, %d faults\n", count, unnoticed, faults);
    return faults || count == 0 ? 1 : 0;
}

}  // namespace
}  // namespace simple::golden

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    if (argc != 2) {
        std::fprintf(stderr, "usage: golden_unnoticed BACKEND.so\n");
        return 64;
    }
    return simple::golden::check(argv[1]);
}
