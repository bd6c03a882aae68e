#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>

#include "ci/testkit/draw/calls.h"
#include "impl/abi/temporary_folder.h"

namespace simple {
namespace {

// Arguments fit the row, and references name earlier steps.
void expect_well_formed(const Program& program) {
    for (size_t i = 0; i < program.size(); ++i) {
        const Function& row = function(program[i].fn);
        ASSERT_EQ(program[i].args.size(), row.param_count) << row.name;
        for (size_t k = 0; k < row.param_count; ++k) {
            const Type type = row.params[k].type;
            const bool array = type == Type::i64_array || type == Type::f64_array || type == Type::tensor_array;
            const size_t kind = type == Type::f64 ? 1 : type == Type::boolean ? 2 : array ? 3 : 0;
            EXPECT_EQ(program[i].args[k].index(), kind) << row.name << ", " << row.params[k].name;
        }
        for (const auto& ref : program[i].refs) EXPECT_LT(ref.step, i) << row.name;
    }
}

Program drawn(const std::function<Step(Drawer&)>& draw, Random random) {
    Drawer drawer(random);
    Step last = draw(drawer);
    drawer.program.push_back(std::move(last));
    return std::move(drawer.program);
}

class EveryFunction : public testing::TestWithParam<size_t> {
  protected:
    const Function& row() const { return functions()[GetParam()]; }
};

TEST_P(EveryFunction, DrawsWellFormedCalls) {
    for (uint64_t seed = 0; seed < 10; ++seed) {
        expect_well_formed(drawn([&](Drawer& d) { return draw_valid(row().id, d); }, Random(seed)));
        for (const auto& way : ways_to_fail(row().id)) expect_well_formed(drawn(way.draw, Random(seed)));
    }
}

TEST_P(EveryFunction, FailsInEveryWayOfItsRowAndNoOther) {
    std::set<int> drawn;
    for (const auto& way : ways_to_fail(row().id)) drawn.insert(static_cast<int>(way.code));
    std::set<int> declared(row().codes, row().codes + row().code_count);
    // Device ids are looked at where there are devices (C2).
    if (row().can_fail_with(Code::unsupported)) declared.erase(static_cast<int>(Code::range));
    EXPECT_EQ(drawn, declared) << row().name;
}

TEST_P(EveryFunction, IsSimplestWhenChoicesRunOut) {
    const Program simplest = drawn([&](Drawer& d) { return draw_valid(row().id, d); }, Random(std::vector<uint64_t>{}));
    expect_well_formed(simplest);
    EXPECT_LE(simplest.size(), 7u) << row().name;
}

INSTANTIATE_TEST_SUITE_P(Table, EveryFunction, testing::Range(size_t{0}, kFunctionCount),
                         [](const auto& info) { return std::string(functions()[info.param].name); });

Program chain() {
    Program program;
    program.push_back(step(Fn::eye, {2}));
    program.push_back(step(Fn::neg, {Operand{0, 0, DType::f32, {}}}));
    program.push_back(step(Fn::ones, {Array::ints({2})}));
    program.push_back(step(Fn::exp, {Operand{1, 0, DType::f32, {}}}));
    program.push_back(step(Fn::sum, {Operand{3, 0, DType::f32, {}}}));
    return program;
}

TEST(Program, LosesAStepAndItsUsers) {
    const Program shorter = without(chain(), 1);
    ASSERT_EQ(shorter.size(), 2u);
    EXPECT_EQ(shorter[1].fn, Fn::ones);
}

TEST(Program, ShrinksToWhatStillFails) {
    const Program small = shrunk(chain(), [](const Program& p) { return !p.empty() && p.back().fn == Fn::sum; });
    ASSERT_EQ(small.size(), 2u);
    EXPECT_EQ(small[0].fn, Fn::eye);
    EXPECT_EQ(small[1].refs.front().step, 0u);
}

TEST(Program, TakesOneHandleForTwoArguments) {
    const Operand first{0, 0, DType::f32, {}}, second{1, 0, DType::f32, {}};
    for (uint64_t seed = 0; seed < 8; ++seed) {
        Random random(seed);
        const auto pair = with_one_handle(step(Fn::add, {first, second}), random);
        ASSERT_TRUE(pair);
        EXPECT_EQ(pair->refs[0].step, pair->refs[1].step);
        EXPECT_EQ(pair->refs[0].argument, 0u);
        EXPECT_EQ(pair->refs[1].argument, 1u);
        EXPECT_FALSE(with_one_handle(step(Fn::neg, {first}), random));
    }
}

TEST(Program, PrintsAsCThatCompiles) {
    Program program;
    for (size_t i = 0; i < kFunctionCount; ++i) {
        const Program one = drawn([&](Drawer& d) { return draw_valid(functions()[i].id, d); }, Random(i));
        const size_t base = program.size();
        for (Step step : one) {
            for (auto& ref : step.refs) ref.step += base;
            program.push_back(step);
        }
    }
    const TemporaryFolder folder("printed-program");
    const std::string file = folder.path() / "program.c";
    std::ofstream(file) << to_c_program(program);
    const std::string command =
        "'" SIMPLE_C_COMPILER "' -std=c11 -Wall -Werror -fsyntax-only -I '" SIMPLE_ABI_FOLDER "' '" + file + "'";
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
}

}  // namespace
}  // namespace simple
