#include "golden/suite/recorded.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "ci/testkit/device.h"
#include "ci/testkit/message.h"
#include "golden/suite/arguments.h"
#include "golden/suite/compare.h"
#include "golden/suite/elements.h"
#include "golden/suite/gradients.h"
#include "golden/suite/samples.h"

namespace simple::golden {
namespace {

std::string abridged(const Json& json) {
    constexpr size_t kLongest = 300;
    const std::string text = json.dump();
    return text.size() <= kLongest ? text : text.substr(0, kLongest) + "...";
}

class Run {
  public:
    Run(const Backend& backend, const GoldenCase& c, const Tolerances& tolerances)
        : backend_(backend), case_(c), tolerances_(tolerances) {}

    void operator()() {
        const int64_t live_before = live();
        {
            const Arguments arguments = build_arguments(backend_, case_);
            const int64_t live_at_call = live();
            const Outcome outcome = call(backend_, case_.fn, arguments.args);
            if (case_.error)
                check_error(outcome, arguments.args, live_at_call);
            else
                check_result(outcome, arguments);
        }
        // free gives back what it was given; every other case ends as it began.
        EXPECT_EQ(live(), live_before) << "tensors leaked (H3)" << context();
    }

  private:
    int64_t live() const { return backend_.live_tensors ? backend_.live_tensors() : 0; }

    std::string context() const {
        std::string promises;
        for (const auto& promise : case_.promises) promises += " " + promise;
        return "\n  call: " + std::string(function(case_.fn).symbol) + "\n  inputs: " + abridged(case_.args) +
               "\n  promises:" + promises;
    }

    // The whole number at fault, where that is the argument that the message has to name.
    std::optional<int64_t> number_at_fault(const Args& args) const {
        const Function& row = function(case_.fn);
        for (size_t i = 0; i < args.size(); ++i) {
            const auto* number = std::get_if<int64_t>(&args[i]);
            const bool is_whole = row.params[i].type == Type::i64 || row.params[i].type == Type::i32;
            if (number && row.params[i].name == case_.message && is_whole) return *number;
        }
        return std::nullopt;
    }

    void check_error(const Outcome& outcome, const Args& args, int64_t live_at_call) const {
        EXPECT_TRUE(ended_with(backend_, case_.fn, outcome, case_.error))
            << "code " << outcome.code << ", want " << case_.error << ", message: " << outcome.message << context();
        EXPECT_TRUE(is_sentinel(case_.fn, outcome)) << "a failed call did not return its sentinel (E2)" << context();
        EXPECT_EQ(live(), live_at_call) << "a failed call leaked (E2)" << context();
        if (!backend_.last_error_message || outcome.code == 0) return;
        const std::string symbol(function(case_.fn).symbol);
        EXPECT_NE(outcome.message.find(symbol), std::string::npos)
            << "the message does not name the function (E6): " << outcome.message << context();
        const std::string rest = without_symbol(case_.fn, outcome.message);
        EXPECT_TRUE(case_.message.empty() || has_word(rest, case_.message))
            << "the message does not hold \"" << case_.message << "\" (E6): " << outcome.message << context();
        const std::optional<int64_t> number = number_at_fault(args);
        EXPECT_TRUE(!number || has_number(rest, *number))
            << "the message does not hold " << *number << ", the value at fault (E6): " << outcome.message << context();
    }

    void check_result(const Outcome& outcome, const Arguments& arguments) const {
        const Json& expect = case_.expect;
        ASSERT_TRUE(outcome.ok()) << unwanted_end(outcome.code, outcome.message) << context();
        switch (function(case_.fn).result) {
            case Type::nothing: break;
            case Type::f64: check_number(outcome.number); break;
            case Type::text: EXPECT_EQ(outcome.text, expect.get<std::string>()) << context(); break;
            case Type::boolean:
                EXPECT_EQ(outcome.integer != 0, case_.fn == Fn::is_cuda ? suite_device() >= 0 : expect.get<bool>())
                    << context();
                break;
            case Type::i64_array: check_array(outcome, SPL_INT); break;
            case Type::f64_array: check_array(outcome, SPL_FLOAT); break;
            case Type::tensor_array: check_tensors(outcome, arguments); break;
            case Type::tensor:
            case Type::tensor_opt:
                if (!expect.is_object()) {
                    EXPECT_EQ(outcome.integer, expect.get<int64_t>()) << context();
                    break;
                }
                check_tensor(Tensor(backend_, outcome.integer), expect, arguments);
                break;
            default:
                EXPECT_EQ(outcome.integer, case_.fn == Fn::device ? suite_device() : expect.get<int64_t>())
                    << context();
        }
        for (const auto& [position, values] : case_.after)
            check_values(std::get<int64_t>(arguments.args[position]), values, "argument after the call",
                         computed_dtype());
    }

    // The dtype in which the call computed: the highest of its value tensors'. A number from float32 tensors is a
    // float32. Indices, classes and running statistics do not count; a target of the input's shape holds probabilities
    // (V3).
    std::string computed_dtype() const {
        std::string dtype = "i64";
        for (size_t i = 0; i < case_.args.size(); ++i) {
            const Json& arg = case_.args[i];
            if (!arg.is_object() || !arg.contains("dtype")) continue;
            const Role role = function(case_.fn).params[i].role;
            if (role == Role::index || role == Role::running) continue;
            if (role == Role::target && arg.at("shape") != case_.args[0].at("shape")) continue;
            const std::string other = arg["dtype"];
            if (other == "f64" || dtype == "i64") dtype = other;
        }
        return dtype;
    }

    void check_number(double got) const {
        const std::string dtype = computed_dtype();
        const double expected = to_double(case_.expect.is_object() ? case_.expect.at("f64") : case_.expect);
        expect_near("result", {got}, {expected}, tolerances_.of(case_, dtype), dtype == "f32", context());
    }

    void check_array(const Outcome& outcome, uint32_t tag) const {
        ASSERT_FALSE(outcome.null) << "a NULL array from a call that succeeded (T1)" << context();
        EXPECT_GE(outcome.capacity, 1) << "hosts cannot grow an array without capacity (T1)" << context();
        ASSERT_EQ(outcome.items.size(), case_.expect.size()) << context();
        for (size_t i = 0; i < outcome.items.size(); ++i) {
            ASSERT_EQ(outcome.items[i].tag, tag) << "element " << i << " has a wrong tag (T1)" << context();
            if (tag == SPL_INT) {
                EXPECT_EQ(outcome.items[i].as_int, case_.expect[i].get<int64_t>()) << "at " << i << context();
                continue;
            }
            const Json& element = case_.expect[i];
            const double expected = to_double(element.is_object() ? element.at("f64") : element);
            expect_near("element " + std::to_string(i), {outcome.items[i].as_float}, {expected},
                        tolerances_.of(case_, "f64"), false, context());
        }
    }

    void check_tensors(const Outcome& outcome, const Arguments& arguments) const {
        ASSERT_FALSE(outcome.null) << "a NULL array from a call that succeeded (T1)" << context();
        EXPECT_GE(outcome.capacity, 1) << "hosts cannot grow an array without capacity (T1)" << context();
        std::vector<Tensor> results;
        for (const auto& item : outcome.items) {
            EXPECT_EQ(item.tag, static_cast<uint32_t>(SPL_INT)) << "a handle is tagged INT (T1)" << context();
            results.emplace_back(backend_, item.as_int);
        }
        ASSERT_EQ(results.size(), case_.expect.size()) << context();
        for (size_t i = 0; i < results.size(); ++i)
            check_values(results[i].get(), case_.expect[i], ("result " + std::to_string(i)).c_str());
        if (case_.gradients.is_null()) return;
        std::vector<int64_t> handles;
        for (const Tensor& result : results) handles.push_back(result.get());
        check_gradients(backend_, case_, arguments.args, handles, tolerances_, context());
    }

    void check_tensor(const Tensor& tensor, const Json& expected, const Arguments& arguments) const {
        check_values(tensor.get(), expected, "result");
        if (!case_.gradients.is_null())
            check_gradients(backend_, case_, arguments.args, {tensor.get()}, tolerances_, context());
    }

    // computed: the dtype that limits the precision, where it is not the tensor's own (V1's running statistics).
    void check_values(int64_t handle, const Json& expected, const char* what, const std::string& computed = "") const {
        ASSERT_GT(handle, 0) << what << " is no handle" << context();
        const std::string name = expected.at("dtype");
        if (backend_.dtype) {
            EXPECT_EQ(dtype(backend_, handle), dtype_of(name)) << "dtype of the " << what << context();
        }
        ASSERT_EQ(shape(backend_, handle), expected.at("shape").get<std::vector<int64_t>>())
            << "shape of the " << what << context();
        if (is_sampled(expected)) {
            const std::string wrong =
                misfit(values(backend_, handle), expected, tolerances_.of(case_, name), name == "f32");
            EXPECT_EQ(wrong, "") << what << context();
            return;
        }
        if (!has_elements(expected)) return;
        if (name == "i64") {
            EXPECT_EQ(int_values(backend_, handle), integers(expected)) << what << context();
            return;
        }
        Tolerance limit = tolerances_.of(case_, computed == "f32" ? computed : name);
        if (!backend_.to_data) limit.signed_zero = false;  // read through sums, which lose the sign
        expect_near(what, values(backend_, handle), doubles(expected), limit, name == "f32", context());
    }

    const Backend& backend_;
    const GoldenCase& case_;
    const Tolerances& tolerances_;
};

// What C2 promises, and code 8, are of machines without CUDA; special_cuda.cpp has C3.
bool is_about_no_cuda(const GoldenCase& recorded) {
    return recorded.error == static_cast<int>(Code::unsupported) ||
           std::find(recorded.promises.begin(), recorded.promises.end(), "C2") != recorded.promises.end();
}

}  // namespace

std::vector<Case> recorded_cases(const Backend& backend, const std::shared_ptr<const GoldenFiles>& files,
                                 const std::function<bool(const GoldenCase&)>& keep) {
    std::vector<Case> cases;
    for (const GoldenCase& recorded : files->cases) {
        if (!keep(recorded)) continue;
        Case c;
        c.id = recorded.id;
        c.function = std::string(function(recorded.fn).name);
        c.promises = recorded.promises;
        c.quick = recorded.quick;
        c.body = [&backend, &recorded, files] {
            if (is_about_no_cuda(recorded) && backend.cuda_available()) return skip("no-cuda");
            Run(backend, recorded, files->tolerances)();
        };
        cases.push_back(std::move(c));
    }
    return cases;
}

std::vector<Case> recorded_cases(const Backend& backend, const std::string& folder,
                                 const std::function<bool(const GoldenCase&)>& keep) {
    return recorded_cases(backend, std::make_shared<const GoldenFiles>(read_golden(folder)), keep);
}

}  // namespace simple::golden
