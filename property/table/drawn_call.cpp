#include "property/table/drawn_call.h"

#include <algorithm>
#include <map>

#include "ci/testkit/device.h"
#include "ci/testkit/exact_text.h"

namespace simple::property {

std::string DrawnCall::text() const {
    Program whole = before;
    whole.push_back(step);
    return to_c_program(whole);
}

DrawnCall draw_success(Fn fn, Random random, Reach reach) {
    Drawer drawer(random, reach);
    DrawnCall call;
    call.step = draw_valid(fn, drawer);
    call.before = std::move(drawer.program);
    return call;
}

DrawnCall draw_failure(const Way& way, Random random) {
    Drawer drawer(random, Reach::ranks);
    DrawnCall call;
    call.step = way.draw(drawer);
    call.before = std::move(drawer.program);
    return call;
}

std::vector<Fn> table_functions() {
    std::vector<Fn> fns;
    for (size_t i = 0; i < kFunctionCount; i++) fns.push_back(functions()[i].id);
    return fns;
}

std::vector<Fn> present_functions(const Backend& backend) {
    std::vector<Fn> fns = table_functions();
    fns.erase(std::remove_if(fns.begin(), fns.end(), [&](Fn fn) { return !backend.has(fn); }), fns.end());
    return fns;
}

std::vector<Way> named_ways(Fn fn) {
    std::vector<Way> ways = ways_to_fail(fn);
    // A function may fail in the same way in several arguments: their names must differ to make ids.
    std::map<std::string, int> seen;
    for (Way& way : ways) {
        const int number = ++seen[way.name];
        if (number > 1) way.name += " " + std::to_string(number);
    }
    return ways;
}

std::vector<Way> ways_on(const Backend& backend, Fn fn) {
    std::vector<Way> ways = named_ways(fn);
    if (!backend.available())
        ways.erase(std::remove_if(ways.begin(), ways.end(), [](const Way& way) { return way.by_values; }), ways.end());
    return ways;
}

std::vector<Way> ways_here(const Backend& backend, Fn fn) {
    const bool has_cuda = backend.cuda_available(), on_device = suite_device() >= 0;
    std::vector<Way> ways = ways_on(backend, fn);
    ways.erase(std::remove_if(ways.begin(), ways.end(),
                              [&](const Way& way) {
                                  return (has_cuda && way.code == Code::unsupported) ||
                                         (on_device && way.code == Code::memory);
                              }),
               ways.end());
    return ways;
}

std::string slug(std::string name) {
    std::replace(name.begin(), name.end(), ' ', '-');
    return name;
}

std::string result_text(const Backend& backend, const DrawnCall& call, std::vector<int64_t>* issued,
                        bool after_failure) {
    Runner runner(backend);
    for (const Step& step : call.before) runner.run(step);
    if (after_failure) backend.ndim(-1);
    const Outcome outcome = runner.run(call.step);
    std::string text = "code " + std::to_string(outcome.code);
    if (!outcome.ok()) text += " (" + outcome.message + ")";
    text += ", number ";
    append_exact(text, outcome.number);
    text += ", text " + outcome.text;
    const Type type = function(call.step.fn).result;
    const bool handles = type == Type::tensor || type == Type::tensor_opt || type == Type::tensor_array;
    if (!handles && type != Type::stream) text += ", integer " + std::to_string(outcome.integer);
    for (const SplValue& item : outcome.items)
        if (item.tag == SPL_FLOAT)
            append_exact(text += ' ', item.as_float);
        else if (!handles)
            text += ' ' + std::to_string(item.as_int);
    for (int64_t handle : runner.handles(runner.steps() - 1)) {
        text += " [";
        for (int64_t size : shape(backend, handle)) text += std::to_string(size) + ' ';
        text += ']';
        if (is_random(call.step.fn)) continue;
        for (double value : values(backend, handle)) append_exact(text += ' ', value);
    }
    for (size_t i = 0; issued && i < runner.steps(); i++)
        issued->insert(issued->end(), runner.handles(i).begin(), runner.handles(i).end());
    return text;
}

bool runs_backward(const DrawnCall& call) {
    const auto is_backward = [](const Step& step) { return step.fn == Fn::backward; };
    return is_backward(call.step) || std::any_of(call.before.begin(), call.before.end(), is_backward);
}

bool is_random(Fn fn) { return fn == Fn::randn || fn == Fn::rand || fn == Fn::empty || fn == Fn::dropout; }

}  // namespace simple::property
