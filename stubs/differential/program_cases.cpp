#include <gtest/gtest.h>

#include <cstdio>
#include <map>

#include "ci/testkit/draw/calls.h"
#include "stubs/differential/cases.h"
#include "stubs/differential/lock_step.h"

namespace simple {
namespace {

constexpr int kCases = 30;
constexpr int kProgramsEach = 100;
constexpr int64_t kMostCalls = 60;
constexpr int kMostPrograms = 2;  // failing programs explained in one case
constexpr size_t kPoolSize = 12;  // live tensors that later calls choose from
constexpr int64_t kMostElements = 2000;

const std::vector<Way>& cached_ways(Fn fn) {
    static std::map<Fn, std::vector<Way>> cache;
    const auto found = cache.find(fn);
    return found != cache.end() ? found->second : cache.emplace(fn, ways_to_fail(fn)).first->second;
}

// Functions that steer the state of a program come up more often than their share of the table.
Fn draw_function(Random& random) {
    if (random.chance(15)) {
        return random.pick<Fn>({Fn::free, Fn::free, Fn::no_grad_begin, Fn::no_grad_end, Fn::backward,
                                Fn::set_requires_grad, Fn::detach, Fn::transpose, Fn::slice, Fn::grad});
    }
    return functions()[random.between(0, static_cast<int64_t>(kFunctionCount) - 1)].id;
}

Step draw_call(Drawer& drawer) {
    Random& random = drawer.random;
    const Fn fn = draw_function(random);
    const auto& ways = cached_ways(fn);
    if (!ways.empty() && random.chance(10)) {
        const Way& way = ways[static_cast<size_t>(random.between(0, static_cast<int64_t>(ways.size()) - 1))];
        // Reserving gigabytes is left to the cases of single functions.
        if (way.code != Code::memory) {
            auto pool = std::move(drawer.pool);
            drawer.pool.clear();
            Step step = way.draw(drawer);
            drawer.pool = std::move(pool);
            return step;
        }
    }
    return draw_valid(fn, drawer);
}

// Draws and runs one program at once, so that each call can choose from what the calls before it returned.
ProgramResult draw_and_run(const Backend& real, const Backend& stub, Random& random, Program& program) {
    LockStep both(real, stub);
    Drawer drawer(random, Reach::ranks);
    const auto length = static_cast<size_t>(random.between(1, kMostCalls));
    ProgramResult result;
    while (drawer.program.size() < length) {
        Step step = draw_call(drawer);
        drawer.program.push_back(std::move(step));
        while (both.steps() < drawer.program.size()) {
            const size_t at = both.steps();
            const Step& next = drawer.program[at];
            const Compared compared = both.run(next);
            result = {compared.difference, at, compared.code, compared.allowed};
            if (!compared.difference.empty() || compared.allowed) {
                program = std::move(drawer.program);
                return result;
            }
            const auto& handles = both.real().handles(at);
            for (size_t i = 0; i < handles.size(); ++i) {
                Operand operand{at, static_cast<int>(i), dtype(real, handles[i]), shape(real, handles[i])};
                if (count(operand.dims) > kMostElements) continue;
                drawer.pool.push_back(operand);
                if (drawer.pool.size() > kPoolSize) drawer.pool.erase(drawer.pool.begin());
            }
        }
    }
    program = std::move(drawer.program);
    return result;
}

void run_programs(const Backend& real, const Backend& stub, uint64_t seed, int programs) {
    int reported = 0;
    size_t calls = 0, ended_early = 0;
    for (int i = 0; i < programs && reported < kMostPrograms; ++i) {
        Random random(seed * 1000003 + static_cast<uint64_t>(i));
        Program program;
        const ProgramResult result = draw_and_run(real, stub, random, program);
        calls += program.size();
        ended_early += result.allowed != nullptr;
        if (result.difference.empty()) continue;
        ++reported;
        ADD_FAILURE() << "program " << i << ", " << explain(real, stub, program, result);
    }
    testing::Test::RecordProperty("programs", programs);
    testing::Test::RecordProperty("calls", std::to_string(calls));
    testing::Test::RecordProperty("ended at an allowed difference", std::to_string(ended_early));
}

}  // namespace

std::vector<Case> program_cases(const Backend& real, const Backend& stub, const SuiteOptions& options) {
    std::vector<Case> cases;
    const int programs = options.examples > 0 ? options.examples : kProgramsEach;
    for (int i = 0; i < kCases; ++i) {
        char id[24];
        std::snprintf(id, sizeof id, "programs/%02d", i);
        const uint64_t seed = options.seed * kCases + static_cast<uint64_t>(i);
        cases.push_back(
            {id, "", {"S2", "H1", "H2", "H3", "H6", "H7", "G1", "G2", "V1", "V2"}, i < 2, [&, seed, programs] {
                 run_programs(real, stub, seed, programs);
             }});
    }
    return cases;
}

}  // namespace simple
