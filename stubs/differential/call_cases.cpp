#include <gtest/gtest.h>

#include <map>

#include "ci/testkit/draw/calls.h"
#include "stubs/differential/cases.h"
#include "stubs/differential/lock_step.h"

namespace simple {
namespace {

constexpr int kSuccesses = 300;   // calls that succeed, a function
constexpr int kFailures = 30;     // calls that fail, each way
constexpr int kMostReported = 4;  // differences explained in one case

class FunctionCase {
  public:
    FunctionCase(const Backend& real, const Backend& stub, Fn fn, uint64_t seed)
        : real_(real), stub_(stub), fn_(fn), seed_(seed) {}

    void run() {
        if (!real_.has(fn_) || !stub_.has(fn_)) return skip("symbol");
        if (real_.cuda_available() && function(fn_).can_fail_with(Code::unsupported)) return skip("no-cuda");
        if (can_succeed(fn_)) draw("valid", Code::ok, kSuccesses, [this](Drawer& d) { return draw_valid(fn_, d); });
        std::map<Code, int> covered;
        for (const auto& way : ways_to_fail(fn_)) {
            draw(way.name, way.code, kFailures, way.draw);
            ++covered[way.code];
        }
        const Function& row = function(fn_);
        for (size_t i = 0; i < row.code_count; ++i) {
            const auto code = static_cast<Code>(row.codes[i]);
            // Device ids are looked at where there are devices (C2).
            if (code == Code::range && row.can_fail_with(Code::unsupported)) continue;
            EXPECT_TRUE(covered.count(code)) << "no call that ends with code " << row.codes[i] << " is drawn";
        }
        for (const auto& [code, count] : drawn_with_)
            testing::Test::RecordProperty("code_" + std::to_string(static_cast<int32_t>(code)), count);
    }

  private:
    // Draws calls until wanted of them ended with code on the first backend.
    void draw(const std::string& name, Code code, int wanted, const std::function<Step(Drawer&)>& call) {
        int counted = 0;
        for (int i = 0; i < wanted && reported_ < kMostReported; ++i) {
            Random random(seed_ + (static_cast<uint64_t>(fn_) << 40) + (static_cast<uint64_t>(drawn_++) << 8));
            Drawer drawer(random);
            Step last = call(drawer);
            Program program = std::move(drawer.program);
            program.push_back(std::move(last));
            const ProgramResult result = run_program(real_, stub_, program);
            if (!result.difference.empty()) {
                ++reported_;
                ADD_FAILURE() << name << ": " << explain(real_, stub_, program, result);
                return;
            }
            if (result.code != static_cast<int32_t>(code) || result.at + 1 != program.size()) {
                ++reported_;
                ADD_FAILURE() << name << ": code " << result.code << " where the contract gives "
                              << static_cast<int32_t>(code) << "\n"
                              << to_c_program(program);
                return;
            }
            ++counted;
        }
        drawn_with_[code] += counted;
        EXPECT_GE(counted, wanted) << "too few calls: " << name;
    }

    const Backend& real_;
    const Backend& stub_;
    Fn fn_;
    uint64_t seed_;
    uint64_t drawn_ = 0;
    int reported_ = 0;
    std::map<Code, int> drawn_with_;  // calls, by the code that both backends ended with
};

}  // namespace

std::vector<Case> call_cases(const Backend& real, const Backend& stub, const SuiteOptions& options) {
    std::vector<Case> cases;
    for (size_t i = 0; i < kFunctionCount; ++i) {
        const Function& row = functions()[i];
        const std::string name(row.name);
        const bool quick = row.category == "arithmetic" || row.category == "creation";
        cases.push_back({"calls/" + name, name, {"S1", "S2", "S3", "C4", "E2", "E4"}, quick, [&, i] {
                             FunctionCase(real, stub, functions()[i].id, options.seed).run();
                         }});
    }
    return cases;
}

}  // namespace simple
