#include "bench/direct/row.h"

#include <ATen/Context.h>

#include <map>
#include <memory>
#include <utility>

namespace simple::bench {
namespace {

// Nulls of the two kinds that there are: a call through LibTorch's dispatcher, and one that is next to nothing.
PlannedRow null_row(Fn fn) {
    const std::string name = "null/" + std::string(function(fn).name);
    return {name, true, [=]() -> std::optional<Row> {
                const TimedCall call = *timed_call(fn, Size::smallest);
                return Row{name,
                           fn,
                           "smallest",
                           call.operands,
                           1,
                           true,
                           [call](const Backend&) { return direct_side(call); },
                           [call] { return direct_side(call); }};
            }};
}

PlannedRow success_row(Fn fn, Size size, bool control, int threads = 1) {
    std::string name = std::string(function(fn).name) + "/" + name_of(size);
    if (threads > 1) name += "/" + std::to_string(threads) + "-threads";
    return {name, false, [=]() -> std::optional<Row> {
                std::optional<TimedCall> made = timed_call(fn, size, control);
                if (!made) return std::nullopt;
                // Its arrays are long at a large size: both sides' operands are made of the same.
                const auto call = std::make_shared<const TimedCall>(*std::move(made));
                return Row{name,
                           fn,
                           name_of(size),
                           call->operands,
                           threads,
                           false,
                           [call](const Backend& backend) { return abi_side(backend, *call); },
                           [call] { return direct_side(*call); }};
            }};
}

PlannedRow failing_row() {
    return {"add/error", false, []() -> std::optional<Row> {
                const TimedCall call = *failing_call(Fn::add);
                return Row{"add/error",
                           call.fn,
                           "error",
                           call.operands,
                           1,
                           false,
                           [call](const Backend& backend) { return abi_side(backend, call, true); },
                           direct_throw};
            }};
}

}  // namespace

std::vector<PlannedRow> planned_rows(bool control) {
    std::vector<PlannedRow> rows{null_row(Fn::add), null_row(Fn::ndim)};
    for (const Size size : {Size::smallest, Size::realistic, Size::large})
        for (size_t i = 0; i < kFunctionCount; ++i) rows.push_back(success_row(functions()[i].id, size, control));
    rows.push_back(failing_row());
    rows.push_back(success_row(Fn::add, Size::smallest, control, 2));
    return rows;
}

Limit limit_of(const std::string& row) {
    // What the layer does beyond LibTorch's call; measured on the processor on which it costs most, and a tenth of the
    // direct call more.
    static constexpr const char* kDims = "dims are read from tagged values and judged";
    static constexpr const char* kRule =
        "the shape rule judges the call first: some LibTorch takes what the contract refuses";
    static constexpr const char* kValues =
        "the shape rule, and each class looked at: some LibTorch reads beyond its rows";
    static constexpr const char* kData = "an element is 16 bytes with a tag that is judged; LibTorch's side copies 8";
    static constexpr const char* kList = "a list of handles is read, and the shape rule judged for all of them";
    static const std::map<std::string, Limit> looser{
        {"zeros/smallest", {1.25, kDims}},
        {"ones/smallest", {1.15, kDims}},
        {"randn/smallest", {1.15, kDims}},
        {"rand/smallest", {1.15, kDims}},
        {"full/smallest", {1.15, kDims}},
        {"empty/smallest", {1.25, kDims}},
        {"empty/realistic", {1.25, kDims}},
        {"linspace/smallest", {1.20, "the rule, and bounds that come out exactly (V9)"}},
        {"leaky_relu/smallest", {1.20, kRule}},
        {"gelu/smallest", {1.15, "looks for elements at which oneDNN's gelu overflows"}},
        {"gelu/realistic", {1.40, "looks for elements at which oneDNN's gelu overflows"}},
        {"index_select/smallest", {1.20, kRule}},
        {"gather/smallest", {1.25, kRule}},
        {"cat/smallest", {1.40, kList}},
        {"stack/smallest", {1.40, kList}},
        {"cat/realistic", {1.20, kList}},
        {"stack/realistic", {1.20, kList}},
        {"conv2d/smallest", {1.20, kRule}},
        {"max_pool2d/smallest", {1.30, kRule}},
        {"avg_pool2d/smallest", {1.35, kRule}},
        {"layer_norm/smallest", {1.30, "the shape rule, and means and deviations judged (V9)"}},
        {"linear/smallest", {1.15, kRule}},
        {"embedding/smallest", {1.20, kRule}},
        {"cross_entropy/smallest", {1.20, kValues}},
        {"cross_entropy_tensor/smallest", {1.25, kValues}},
        {"nll_loss/smallest", {1.30, kValues}},
        {"nll_loss_tensor/smallest", {1.35, kValues}},
        {"nll_loss/realistic", {1.35, kValues}},
        {"nll_loss_tensor/realistic", {1.40, kValues}},
        {"from_data/smallest", {1.30, kData}},
        {"from_i64_data/smallest", {1.30, kData}},
        {"from_data/realistic", {3.0, kData}},
        {"from_i64_data/realistic", {3.0, kData}},
        {"to_data/realistic", {2.0, "makes an element of 16 bytes where LibTorch's side copies 8"}},
        {"set_num_threads/smallest",
         {2.0, "starts all threads at once, and asks for their stacks' room; the other side starts one after another"}},
        {"add/smallest/2-threads", {1.15, "handles are looked up with locked instructions"}},
    };
    // MKL's own takes a fraction of the processor's instruction, and misses the last bit of some.
    if (row == "sqrt/realistic" && at::hasMKL()) return {2.0, "the nearest number, by the processor's own instruction"};
    const auto found = looser.find(row);
    return found == looser.end() ? Limit{1.10, ""} : found->second;
}

}  // namespace simple::bench
