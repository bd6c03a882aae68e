// That drawings meet what libraries beneath a backend have limits at: more than 12 dims, those also not contiguous, and
// sizes above 4,096, in every argument where the contract allows them. Where it does is asked of the shape rules, by
// calling the stub with drawn arguments that are changed to that.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

#include "ci/testkit/draw/calls.h"

namespace simple {
namespace {

constexpr uint64_t kTrials = 4000;  // drawings in which each is met
constexpr size_t kManyDims = 13;
constexpr int64_t kLarge = 4097;

enum class Met {
    many_dims,
    many_dims_strided,
    large
};
using Meetings = std::set<std::pair<size_t, Met>>;  // of the argument

const Backend& stub() {
    static const Backend backend = load_backend(STUB_LIBRARY);
    return backend;
}

bool is_contiguous(int64_t handle) {
    const Outcome flat = call(stub(), Fn::view, {handle, Array::ints({-1})});
    if (flat.integer > 0) stub().free(flat.integer);
    return flat.ok();
}

bool has_large(const Dims& dims) {
    return std::any_of(dims.begin(), dims.end(), [](int64_t size) { return size >= kLarge; });
}

// What one drawing meets.
void meet(Fn fn, uint64_t seed, Meetings& met) {
    Random random(seed);
    Drawer drawer(random, Reach::sizes);
    const Step last = draw_valid(fn, drawer);
    Runner runner(stub());
    for (const Ref& ref : last.refs) {
        const Dims& dims = drawer.known(ref).dims;
        if (has_large(dims)) met.emplace(ref.argument, Met::large);
        if (dims.size() < kManyDims) continue;
        met.emplace(ref.argument, Met::many_dims);
        while (runner.steps() < drawer.program.size()) runner.run(drawer.program[runner.steps()]);
        if (!is_contiguous(runner.handles(ref.step)[static_cast<size_t>(ref.result)]))
            met.emplace(ref.argument, Met::many_dims_strided);
    }
}

// A float32 tensor in the place of one that a call refers to.
void replace(Drawer& drawer, Step& last, size_t ref, const Dims& dims, bool strided) {
    Dims base = dims;
    if (strided) std::reverse(base.begin(), base.end());
    Operand made = drawer.append(step(Fn::zeros, {Array::ints(base)}), DType::f32, base);
    if (strided) {
        Dims order(dims.size());
        std::iota(order.rbegin(), order.rend(), 0);
        made = drawer.append(step(Fn::permute, {made, Array::ints(order)}), DType::f32, dims);
    }
    last.refs[ref].step = made.step;
    last.refs[ref].result = made.result;
}

bool succeeds(const Drawer& drawer, const Step& last) {
    Runner runner(stub());
    for (const Step& each : drawer.program) runner.run(each);
    return runner.run(last).ok();
}

// The drawn call with its argument changed to what is to be met: whether it succeeds in some way of the change.
bool succeeds_changed(Fn fn, uint64_t seed, size_t argument, Met kind) {
    Random random(seed);
    Drawer drawn(random);
    const Step last = draw_valid(fn, drawn);
    const auto of_argument = [&](const Ref& ref) { return ref.argument == argument; };
    const auto found = std::find_if(last.refs.begin(), last.refs.end(), of_argument);
    if (found == last.refs.end()) return false;
    const auto at = static_cast<size_t>(found - last.refs.begin());
    const Dims dims = drawn.known(*found).dims;
    const auto succeeds_with = [&](const std::function<Dims(const Dims&)>& change, bool all) {
        Drawer drawer = drawn;
        Step changed = last;
        for (size_t i = 0; i < last.refs.size(); ++i)
            if (i == at || all)
                replace(drawer, changed, i, change(drawn.known(last.refs[i]).dims), kind == Met::many_dims_strided);
        return succeeds(drawer, changed);
    };
    if (kind == Met::large) {
        for (const int64_t size : dims)
            for (const bool all : {false, true}) {
                const auto enlarge = [&](Dims each) {
                    std::replace(each.begin(), each.end(), size, kLarge);
                    return each;
                };
                // Two such sizes would be a tensor that nothing is to be drawn for.
                if (std::count(dims.begin(), dims.end(), size) == 1 && succeeds_with(enlarge, all)) return true;
            }
        return false;
    }
    const auto wide = [](int64_t size) { return size > 1; };
    if (kind == Met::many_dims_strided && std::count_if(dims.begin(), dims.end(), wide) < 2) return false;
    for (size_t place = 0; place <= dims.size(); ++place)
        for (const bool all : {false, true}) {
            const auto stretch = [&](Dims each) {
                const auto from = static_cast<std::ptrdiff_t>(std::min(place, each.size()));
                if (each.size() < kManyDims) each.insert(each.begin() + from, kManyDims - each.size(), 1);
                return each;
            };
            if (succeeds_with(stretch, all)) return true;
        }
    return false;
}

bool is_allowed(Fn fn, size_t argument, Met kind) {
    constexpr uint64_t kDrawings = 60;
    for (uint64_t seed = 0; seed < kDrawings; ++seed)
        if (succeeds_changed(fn, seed, argument, kind)) return true;
    return false;
}

class EveryFunction : public testing::TestWithParam<size_t> {};

TEST_P(EveryFunction, IsDrawnWithWhatLibrariesBeneathHaveLimitsAt) {
    const Function& row = functions()[GetParam()];
    if (!can_succeed(row.id)) GTEST_SKIP() << "the stub lacks: cuda, without which it has no success (contract C4)";
    std::vector<std::pair<size_t, Met>> wanted;
    for (size_t i = 0; i < row.param_count; ++i) {
        const Type type = row.params[i].type;
        if (type != Type::tensor && type != Type::tensor_opt && type != Type::tensor_array) continue;
        for (const Met kind : {Met::many_dims, Met::many_dims_strided, Met::large}) wanted.emplace_back(i, kind);
    }
    Meetings met;
    for (uint64_t seed = 0; seed < kTrials && met.size() < wanted.size(); ++seed) meet(row.id, seed, met);
    const char* const kNames[] = {"13 dims or more", "13 dims or more, not contiguous", "a size of 4,097 or more"};
    for (const auto& [argument, kind] : wanted)
        EXPECT_TRUE(met.count({argument, kind}) || !is_allowed(row.id, argument, kind))
            << row.name << ": in " << kTrials << " drawings " << row.params[argument].name << " never has "
            << kNames[static_cast<int>(kind)] << ", which the contract allows";
}

INSTANTIATE_TEST_SUITE_P(Reach, EveryFunction, testing::Range(size_t{0}, kFunctionCount),
                         [](const auto& info) { return std::string(functions()[info.param].name); });

}  // namespace
}  // namespace simple
