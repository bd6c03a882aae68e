// What shows once a process, through one function, or for handles that almost are live ones.
#include <cstdio>

#include "ci/faults/planting.h"

namespace simple {

using namespace planted;

namespace {

// A line on the first call of F in the process, successful or not.
template <auto F>
void print_once() {
    static std::atomic<bool> said{false};
    if (!said.exchange(true)) std::puts("using 2 threads");
}
template <auto F>
void prints_once(Backend& to) {
    before<F, print_once<F>>(to);
}

// A line when F first ends with code C.
template <auto F, int32_t C>
void warn_once() {
    static std::atomic<bool> said{false};
    if (!said.exchange(true)) std::fputs("Warning: this will not be shown again\n", stderr);
}
template <auto F, int32_t C>
void prints_once_on(Backend& to) {
    on_code<F, C, warn_once<F, C>>(to);
}

// F looks at the grad mode of whichever thread changed it last.
std::atomic<int>& no_grad_depth() {
    static std::atomic<int> depth{0};
    return depth;
}
int64_t unless_anyone_is_off(int64_t x) { return no_grad_depth() > 0 ? detached(x) : aliased(x); }
template <auto F>
void grad_mode_of_all(Backend& to) {
    to.no_grad_begin = [] {
        inner().no_grad_begin();
        ++no_grad_depth();
    };
    to.no_grad_end = [] {
        inner().no_grad_end();
        if (inner().last_error_code() == 0) --no_grad_depth();
    };
    after<F, unless_anyone_is_off>(to);
}

// F does not look at some bits of its argument P, a handle.
template <auto F, size_t P, uint64_t Bits, typename R, typename... A>
void plant_blind(Backend& to, R (*Backend::*)(A...)) {
    to.*F = [](A... a) -> R {
        auto arguments = std::make_tuple(a...);
        auto& handle = std::get<P>(arguments);
        const auto seen = static_cast<int64_t>(static_cast<uint64_t>(handle) & ~Bits);
        if (seen != handle && is_tensor(seen)) handle = seen;
        return std::apply(inner().*F, arguments);
    };
}
template <auto F, size_t P, uint64_t Bits>
void blind(Backend& to) {
    plant_blind<F, P, Bits>(to, F);
}

constexpr uint64_t kTop = uint64_t{1} << 63;

}  // namespace

const std::vector<PlantedFault>& hidden_faults() {
    static const std::vector<PlantedFault> faults{
        {"relu.prints_once", Fn::relu, "relu prints a line on its first call in the process", Kind::errors, "T3",
         "property", prints_once<&Backend::relu>},
        {"eye.prints_once", Fn::eye, "eye prints a line on its first call in the process", Kind::errors, "T3",
         "property", prints_once<&Backend::eye>},
        {"available.prints_once", Fn::available, "available prints a line on its first call in the process",
         Kind::errors, "T3", "property", prints_once<&Backend::available>},
        {"to_data.prints_once", Fn::to_data, "to_data prints a line on its first call in the process", Kind::errors,
         "T3", "property", prints_once<&Backend::to_data>},
        {"inverse.prints_once_on_6", Fn::inverse, "inverse prints a warning when it first ends with code 6",
         Kind::errors, "T3", "property", prints_once_on<&Backend::inverse, 6>},
        {"cat.prints_once_on_2", Fn::cat, "cat prints a warning when it first ends with code 2", Kind::errors, "T3",
         "property", prints_once_on<&Backend::cat, 2>},
        {"mul.grad_mode_of_all", Fn::mul, "no_grad of any thread shows in mul", Kind::threads, "G1", "property",
         grad_mode_of_all<&Backend::mul>},
        {"linear.grad_mode_of_all", Fn::linear, "no_grad of any thread shows in linear", Kind::threads, "G1",
         "property", grad_mode_of_all<&Backend::linear>},
        {"unsqueeze.grad_mode_of_all", Fn::unsqueeze, "no_grad of any thread shows in unsqueeze", Kind::threads, "G1",
         "property", grad_mode_of_all<&Backend::unsqueeze>},
        {"cross_entropy_tensor.grad_mode_of_all", Fn::cross_entropy_tensor,
         "no_grad of any thread shows in cross_entropy_tensor", Kind::threads, "G1", "property",
         grad_mode_of_all<&Backend::cross_entropy_tensor>},
        {"softmax.top_bit", Fn::softmax, "softmax takes a live handle with its top bit set for that handle",
         Kind::lifecycle, "H2", "property", blind<&Backend::softmax, 0, kTop>},
        {"sub.other_top_bit", Fn::sub, "sub takes a live handle with its top bit set for that handle as the other",
         Kind::lifecycle, "H2", "property", blind<&Backend::sub, 1, kTop>},
        {"free.top_bit", Fn::free, "free takes a live handle with its top bit set for that handle", Kind::lifecycle,
         "H2", "property", blind<&Backend::free, 0, kTop>},
        {"batch_norm.bias_bit_61", Fn::batch_norm, "batch_norm does not look at bit 61 of its bias's handle",
         Kind::lifecycle, "H2", "property", blind<&Backend::batch_norm, 4, uint64_t{1} << 61>},
        {"gather.index_bit_62", Fn::gather, "gather does not look at bit 62 of its index's handle", Kind::lifecycle,
         "H2", "property", blind<&Backend::gather, 2, uint64_t{1} << 62>},
        {"numel.upper_half", Fn::numel, "numel looks at the lower 48 bits of its handle", Kind::lifecycle, "H2",
         "property", blind<&Backend::numel, 0, 0xffff000000000000>},
    };
    return faults;
}

}  // namespace simple
