#include <gtest/gtest.h>

#include <future>
#include <map>
#include <string>

#include "ci/testkit/device.h"
#include "ci/testkit/draw/calls.h"
#include "stubs/differential/cases.h"
#include "stubs/differential/lock_step.h"

namespace simple {
namespace {

constexpr int kSuccesses = 300;   // calls that succeed, a function
constexpr int kFailures = 30;     // calls that fail, each way
constexpr int kMostReported = 4;  // differences explained in one case
// One of so many successful calls comes right after another function's failure, after a failure of its own, is made on
// a thread of its own, or is made again with one handle for two arguments.
constexpr int kAfterFailure = 4, kAfterOwnFailure = 10, kOnOwnThread = 10, kOfOneHandle = 3;

class FunctionCase {
  public:
    FunctionCase(const Backend& real, const Backend& stub, Fn fn, uint64_t seed)
        : real_(real), stub_(stub), fn_(fn), seed_(seed) {}

    void run() {
        if (!real_.has(fn_) || !stub_.has(fn_)) return skip("symbol");
        if (real_.cuda_available() && function(fn_).can_fail_with(Code::unsupported)) return skip("no-cuda");
        const std::vector<Way> ways = ways_to_fail(fn_);
        if (can_succeed(fn_)) draw_successes(ways);
        std::map<Code, int> covered;
        for (const auto& way : ways) {
            // The large tensors of these are only reserved on the CPU; a move to a device would touch all of their
            // memory.
            const bool reserved = suite_device() >= 0 && std::string(way.name) == "over 2^46 bytes";
            for (int i = reserved ? kFailures : 0; i < kFailures && reported_ < kMostReported; ++i)
                if (!agree(way.name, way.code, drawn(way.draw))) break;
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
    void draw_successes(const std::vector<Way>& ways) {
        std::vector<const Way*> failures;  // of both backends, and cheap
        for (const Way& way : ways)
            if (!way.by_values && way.code != Code::memory) failures.push_back(&way);
        for (int i = 0; i < kSuccesses && reported_ < kMostReported; ++i) {
            const bool fails_first = i % kAfterOwnFailure == 3 && !failures.empty();
            const Program program = drawn([&](Drawer& d) {
                if (fails_first)
                    d.append(failures[static_cast<size_t>(i / kAfterOwnFailure) % failures.size()]->draw(d));
                return draw_valid(fn_, d);
            });
            const Before before = i % kAfterFailure == 1 ? Before::failure : Before::success;
            const auto judged = [&] { return agree("valid", Code::ok, program, before); };
            if (!(i % kOnOwnThread == 7 ? std::async(std::launch::async, judged).get() : judged())) return;
            if (i % kOfOneHandle == 0 && !agree_on_one_handle(program, i)) return;
        }
    }

    Program drawn(const std::function<Step(Drawer&)>& call) {
        Random random(seed_ + (static_cast<uint64_t>(fn_) << 40) + (static_cast<uint64_t>(drawn_++) << 8));
        Drawer drawer(random, Reach::sizes);
        Step last = call(drawer);
        Program program = std::move(drawer.program);
        program.push_back(std::move(last));
        return program;
    }

    // Whether both backends agree and end with this code; else it is reported.
    bool agree(const std::string& name, Code code, const Program& program, Before before = Before::success) {
        const ProgramResult result = run_program(real_, stub_, program, before);
        if (!result.difference.empty()) {
            ++reported_;
            ADD_FAILURE() << name << ": " << explain(real_, stub_, program, result, before);
            return false;
        }
        if (result.code == static_cast<int32_t>(code) && result.at + 1 == program.size()) {
            ++drawn_with_[code];
            return true;
        }
        ++reported_;
        ADD_FAILURE() << name << ": code " << result.code << " where the contract gives " << static_cast<int32_t>(code)
                      << "\n"
                      << to_c_program(program);
        return false;
    }

    // The last call with one handle for two of its arguments: it may fail, on both alike.
    bool agree_on_one_handle(Program program, int number) {
        Random random(static_cast<uint64_t>(number));
        const std::optional<Step> last = with_one_handle(program.back(), random);
        if (!last) return true;
        program.back() = *last;
        const ProgramResult result = run_program(real_, stub_, program);
        if (result.difference.empty()) return true;
        ++reported_;
        ADD_FAILURE() << "one handle twice: " << explain(real_, stub_, program, result);
        return false;
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
