// Every function on a CUDA device, and with its tensors on several (C3): the arguments of a recorded case, moved.
// Elsewhere every case is skipped (cuda).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ci/testkit/call.h"
#include "ci/testkit/client.h"
#include "ci/testkit/device.h"
#include "ci/testkit/simulated.h"
#include "golden/suite/arguments.h"
#include "golden/suite/compare.h"
#include "golden/suite/special.h"

namespace simple::golden {
namespace {

constexpr int64_t kMostElements = 4096;

using Files = std::shared_ptr<const GoldenFiles>;

// Where its arguments are is what they are about, or they have no result that is anywhere.
bool is_about_devices(Fn fn) {
    constexpr std::array kFns{Fn::cuda, Fn::cpu, Fn::to_stream, Fn::device, Fn::is_cuda, Fn::free, Fn::backward};
    return std::find(kFns.begin(), kFns.end(), fn) != kFns.end();
}

// Other numbers on another device, or at each call.
bool has_values_of_its_own(Fn fn) {
    constexpr std::array kFns{Fn::dropout, Fn::empty, Fn::svd, Fn::svd_all, Fn::eig, Fn::eig_all};
    return std::find(kFns.begin(), kFns.end(), fn) != kFns.end();
}

size_t tensor_params(const Function& row) {
    return static_cast<size_t>(std::count_if(row.params, row.params + row.param_count, [](const Param& p) {
        return p.type == Type::tensor || p.type == Type::tensor_opt;
    }));
}

bool takes_tensor_list(const Function& row) {
    return std::any_of(row.params, row.params + row.param_count,
                       [](const Param& p) { return p.type == Type::tensor_array; });
}

// The handles among a call's arguments; none for an optional tensor that is not given.
std::vector<int64_t*> handles_in(const Function& row, Args& args) {
    std::vector<int64_t*> handles;
    for (size_t i = 0; i < row.param_count; ++i) {
        const Type type = row.params[i].type;
        if (type == Type::tensor || type == Type::tensor_opt) {
            if (int64_t& handle = std::get<int64_t>(args[i]); handle > 0) handles.push_back(&handle);
        } else if (type == Type::tensor_array) {
            for (SplValue& item : std::get<Array>(args[i]).items) handles.push_back(&item.as_int);
        }
    }
    return handles;
}

size_t given_tensors(const GoldenCase& c) {
    size_t count = 0;
    const Function& row = function(c.fn);
    for (size_t i = 0; i < row.param_count; ++i) {
        const Json& arg = c.args[i];
        const bool list = row.params[i].type == Type::tensor_array && arg.is_array();
        if (list) count += arg.size();
        if (arg.is_object() && arg.contains("dtype")) ++count;
    }
    return count;
}

int64_t elements_given(const Json& json) {
    if (json.is_array()) {
        int64_t sum = 0;
        for (const Json& each : json) sum += elements_given(each);
        return sum;
    }
    if (!json.is_object() || !json.contains("shape")) return 0;
    int64_t count = 1;
    for (const Json& size : json["shape"]) count *= size.get<int64_t>();
    return count == 0 ? kMostElements + 1 : count;
}

// The recorded call that succeeds and is given the most tensors, floating ones with gradients before others.
const GoldenCase* example_of(const GoldenFiles& files, Fn fn) {
    const GoldenCase* best = nullptr;
    const auto rank = [](const GoldenCase& c) { return std::pair(given_tensors(c), !c.gradients.is_null()); };
    for (const GoldenCase& c : files.cases) {
        if (c.fn != fn || c.error || elements_given(c.args) > kMostElements) continue;
        if (!best || rank(c) > rank(*best)) best = &c;
    }
    return best;
}

// The arguments of a call, all on one device; those with gradients are leaves there.
class Placed {
  public:
    Placed(const Backend& b, const GoldenCase& c, int32_t device)
        : b_(b), row_(function(c.fn)), arguments_(build_arguments(b, c)) {
        for (int64_t* handle : handles()) move(*handle, device);
    }
    std::vector<int64_t*> handles() { return handles_in(row_, arguments_.args); }
    const Args& args() const { return arguments_.args; }
    // -1 is the CPU.
    void move(int64_t& handle, int32_t device) {
        const bool graded = b_.requires_grad(handle);
        const Tensor there(b_, device < 0 ? b_.cpu(handle) : b_.cuda(handle, device));
        ASSERT_TRUE(there) << error_message(b_);
        arguments_.held.emplace_back(b_, b_.detach(there.get()));
        handle = arguments_.held.back().get();
        if (graded) b_.set_requires_grad(handle, true);
    }

  private:
    const Backend& b_;
    const Function& row_;
    Arguments arguments_;
};

std::vector<Tensor> tensors_of(const Backend& b, const Function& row, const Outcome& outcome) {
    std::vector<Tensor> tensors;
    if (row.result == Type::tensor || row.result == Type::tensor_opt) tensors.emplace_back(b, outcome.integer);
    if (row.result == Type::tensor_array)
        for (const SplValue& item : outcome.items) tensors.emplace_back(b, item.as_int);
    return tensors;
}

// In what another device's kernels may differ; int64 is exact.
Tolerance across_devices(DType dtype) {
    Tolerance limit;
    if (dtype == DType::i64) return limit;
    limit.ulp = -1, limit.rtol = limit.atol = dtype == DType::f64 ? 1e-9 : 5e-5;
    return limit;
}

void expect_same(const std::vector<double>& got, const std::vector<double>& want, DType dtype) {
    expect_near("on the device", got, want, across_devices(dtype), false, "");
}

void expect_gradients_there(const Backend& b, Placed& placed, const Tensor& result, int32_t device) {
    if (!b.requires_grad(result.get())) return;
    const Tensor flat(b, b.flatten(result.get())), sum(b, b.sum_dim(flat.get(), 0, true));
    b.backward(sum.get());
    const int32_t code = error_code(b);
    ASSERT_TRUE(code == 0) << "backward: " << unwanted_end(code, error_message(b));
    for (const int64_t* handle : placed.handles()) {
        const Tensor grad(b, b.grad(*handle));
        if (!grad) continue;
        EXPECT_EQ(b.device(grad.get()), device) << "a gradient is not where its tensor is";
        for (const double value : values(b, grad.get())) EXPECT_FALSE(std::isnan(value)) << "in a gradient";
    }
}

// On each device in turn, so that none is taken for another.
void check_results_stay(const Backend& b, const GoldenCase& c) {
    const Function& row = function(c.fn);
    Placed here(b, c, -1);
    const Outcome expected = call(b, c.fn, here.args());
    ASSERT_TRUE(expected.ok()) << unwanted_end(expected.code, expected.message);
    const std::vector<Tensor> wanted = tensors_of(b, row, expected);
    for (const int32_t device : {0, 1, 0}) {
        if (device >= device_count(b)) continue;
        Placed placed(b, c, device);
        const Outcome outcome = call(b, c.fn, placed.args());
        ASSERT_TRUE(outcome.ok()) << unwanted_end(outcome.code, outcome.message);
        const std::vector<Tensor> got = tensors_of(b, row, outcome);
        ASSERT_EQ(got.size(), wanted.size());
        for (size_t i = 0; i < got.size(); ++i) {
            if (!got[i]) continue;
            EXPECT_EQ(b.device(got[i].get()), device) << "a result is not where its arguments are";
            if (has_values_of_its_own(c.fn)) continue;
            expect_same(values(b, got[i].get()), values(b, wanted[i].get()), dtype(b, wanted[i].get()));
        }
        if (row.result == Type::f64)
            expect_same({outcome.number}, {expected.number}, dtype(b, *here.handles().front()));
        if (row.result == Type::boolean || row.result == Type::i64) {
            EXPECT_EQ(outcome.integer, expected.integer);
        }
        for (const int64_t* handle : placed.handles()) EXPECT_EQ(b.device(*handle), device) << "an argument was moved";
        if (got.size() == 1 && got[0]) expect_gradients_there(b, placed, got[0], device);
    }
}

// Each tensor but the first on another device than the first.
void check_mixed_is_refused(const Backend& b, const GoldenCase& c) {
    const int32_t other_devices[] = {-1, 1};
    for (const int32_t other : other_devices) {
        if (other >= device_count(b)) continue;
        Placed counted(b, c, 0);
        const size_t count = counted.handles().size();
        ASSERT_GE(count, 2u) << "no recorded case gives two tensors";
        for (size_t i = 1; i < count; ++i) {
            Placed placed(b, c, 0);
            placed.move(*placed.handles()[i], other);
            const Outcome outcome = call(b, c.fn, placed.args());
            const std::vector<Tensor> results = tensors_of(b, function(c.fn), outcome);
            EXPECT_TRUE(ended_with(b, c.fn, outcome, 2))
                << "tensor " << i << " on device " << other << ", the others on 0: code " << outcome.code
                << ", want 2, message: " << outcome.message;
            EXPECT_TRUE(is_sentinel(c.fn, outcome)) << "a failed call did not return its sentinel (E2)";
        }
    }
}

// Those of its tensors that a call that fails leaves as they were, as the host sees them.
std::vector<std::vector<double>> contents(const Backend& b, Placed& placed) {
    std::vector<std::vector<double>> all;
    for (const int64_t* handle : placed.handles()) all.push_back(values(b, *handle));
    return all;
}

// Either it needs no memory, or it says that there is none.
void check_no_memory(const Backend& b, const GoldenCase& c) {
    if (!NoDeviceMemory::is_possible()) return skip("simulated-memory");
    Placed placed(b, c, 0);
    const auto before = contents(b, placed);
    const int64_t live = b.live_tensors ? b.live_tensors() : 0;
    Outcome outcome;
    {
        const NoDeviceMemory none;
        outcome = call(b, c.fn, placed.args());
    }
    {
        const std::vector<Tensor> results = tensors_of(b, function(c.fn), outcome);
        if (outcome.code == 0) return;
        EXPECT_TRUE(ended_with(b, c.fn, outcome, 7)) << "code " << outcome.code << ", want 7: " << outcome.message;
        EXPECT_TRUE(is_sentinel(c.fn, outcome)) << "a failed call did not return its sentinel (E2)";
    }
    EXPECT_EQ(b.live_tensors ? b.live_tensors() : 0, live) << "a failed call left a tensor";
    EXPECT_EQ(contents(b, placed), before) << "a failed call changed a tensor";
    const Outcome again = call(b, c.fn, placed.args());
    EXPECT_TRUE(again.ok()) << "with memory again: " << unwanted_end(again.code, again.message);
    (void)tensors_of(b, function(c.fn), again);
}

}  // namespace

std::vector<Case> device_cases(const Backend& b, const Files& files) {
    std::vector<Case> cases;
    const auto add = [&](const Function& row, const char* what, std::vector<std::string> promises,
                         void (*check)(const Backend&, const GoldenCase&)) {
        const std::string name(row.name);
        const auto body = [&b, &row, files, check] {
            const GoldenCase* example = example_of(*files, row.id);
            ASSERT_TRUE(example) << "no recorded case of " << row.name << " succeeds";
            check(b, *example);
        };
        cases.push_back({name + "/" + what, name, std::move(promises), false, body, "cuda"});
    };
    for (size_t i = 0; i < kFunctionCount; ++i) {
        const Function& row = functions()[i];
        if (is_about_devices(row.id) || (tensor_params(row) == 0 && !takes_tensor_list(row))) continue;
        add(row, "stays-on-its-device", {"C3"}, check_results_stay);
        if (tensor_params(row) > 1 || takes_tensor_list(row))
            add(row, "mixed-devices", {"C3", "E3"}, check_mixed_is_refused);
        add(row, "no-device-memory", {"E2", "E3", "E4"}, check_no_memory);
    }
    return cases;
}

}  // namespace simple::golden
