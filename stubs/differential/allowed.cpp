#include "stubs/differential/allowed.h"

#include <algorithm>

namespace simple {
namespace {

bool always(const CallPair&) { return true; }
bool by_index(const CallPair& calls) { return calls.dims_in_range; }
bool by_graph(const CallPair& calls) { return calls.both_require_grad; }

}  // namespace

const std::vector<AllowedDifference>& allowed_differences() {
    static const std::vector<AllowedDifference> table{
        {"singular", {Fn::inverse}, Code::numerical, "whether a matrix is singular lies in its elements", always},
        {"not-finite",
         {Fn::svd, Fn::svd_all, Fn::eig, Fn::eig_all},
         Code::numerical,
         "whether a matrix is finite, or a decomposition converges, lies in its elements",
         always},
        {"index-range",
         {Fn::index_select, Fn::gather, Fn::embedding},
         Code::range,
         "whether an index is in range lies in its value",
         by_index},
        {"index-whole",
         {Fn::index_select, Fn::gather, Fn::embedding},
         Code::argument,
         "whether an index is a whole number lies in its value",
         by_index},
        {"class-range",
         {Fn::cross_entropy, Fn::cross_entropy_tensor, Fn::nll_loss, Fn::nll_loss_tensor},
         Code::range,
         "whether a class exists lies in the target's value",
         always},
        {"class-whole",
         {Fn::cross_entropy, Fn::cross_entropy_tensor, Fn::nll_loss, Fn::nll_loss_tensor},
         Code::argument,
         "whether a class is a whole number lies in the target's value",
         always},
        {"probability",
         {Fn::binary_cross_entropy, Fn::binary_cross_entropy_tensor},
         Code::argument,
         "whether input and target lie within [0, 1] lies in their elements",
         always},
        {"outside-int64",
         {Fn::to_int},
         Code::argument,
         "whether int64 holds an element, once it is cut off, lies in its value",
         always},
        {"graph-memory",
         {Fn::backward},
         Code::argument,
         "whether what a graph saved is still there depends on what LibTorch saved (G3)",
         by_graph},
        {"complex-eigenvectors",
         {Fn::backward},
         Code::numerical,
         "whether eigenvectors are complex lies in the matrix (G4)",
         by_graph},
        {"memory", {}, Code::memory, "a stub allocates no elements, so the machine's memory does not limit it", always},
    };
    return table;
}

const AllowedDifference* allowed(const CallPair& calls) {
    if (calls.stub.code != 0) return nullptr;
    for (const auto& entry : allowed_differences()) {
        const auto& functions = entry.functions;
        const bool covers =
            functions.empty() || std::find(functions.begin(), functions.end(), calls.step.fn) != functions.end();
        if (covers && calls.real.code == static_cast<int32_t>(entry.code) && entry.applies(calls)) return &entry;
    }
    return nullptr;
}

bool names_itself(Fn fn) {
    return fn == Fn::available || fn == Fn::version || fn == Fn::backend_name || fn == Fn::last_error_message;
}

}  // namespace simple
