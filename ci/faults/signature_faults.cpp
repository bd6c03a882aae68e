// Functions compiled with another signature than the table's: callers and callee disagree about registers.
#include "ci/faults/planting.h"

namespace simple {

using namespace planted;

namespace {

// A function as what the table takes it for.
template <typename Declared, typename Actual>
Declared* misread(Actual* function) {
    return reinterpret_cast<Declared*>(reinterpret_cast<void*>(function));
}

}  // namespace

const std::vector<PlantedFault>& signature_faults() {
    static const std::vector<PlantedFault> faults{
        {"sum.returns_float", Fn::sum, "sum returns a float", Kind::signatures, "V4", "golden",
         [](Backend& to) {
             to.sum = misread<double(int64_t)>(+[](int64_t x) { return static_cast<float>(inner().sum(x)); });
         }},
        {"std.returns_float", Fn::std, "std returns a float", Kind::signatures, "V4", "golden",
         [](Backend& to) {
             to.std = misread<double(int64_t)>(+[](int64_t x) { return static_cast<float>(inner().std(x)); });
         }},
        {"numel.returns_unsigned", Fn::numel, "numel returns 32 bits without a sign", Kind::signatures, "E2", "golden",
         [](Backend& to) {
             to.numel = [](int64_t x) { return static_cast<int64_t>(static_cast<uint32_t>(inner().numel(x))); };
         }},
        {"pow.takes_float", Fn::pow, "pow takes its exponent as a float", Kind::signatures, "V4", "golden",
         [](Backend& to) {
             to.pow = misread<int64_t(int64_t, double)>(
                 +[](int64_t x, float exponent) { return inner().pow(x, static_cast<double>(exponent)); });
         }},
        {"full.takes_integer", Fn::full, "full takes its value as an integer", Kind::signatures, "V4", "golden",
         [](Backend& to) {
             to.full = misread<int64_t(const SplArray*, double)>(
                 +[](const SplArray* dims, int64_t value) { return inner().full(dims, static_cast<double>(value)); });
         }},
        {"eye.takes_32_bits", Fn::eye, "eye takes its size as 32 bits", Kind::signatures, "E7", "golden",
         [](Backend& to) { to.eye = misread<int64_t(int64_t)>(+[](int32_t n) { return inner().eye(n); }); }},
        {"slice.takes_32_bits", Fn::slice, "slice takes its end as 32 bits", Kind::signatures, "V5", "golden",
         [](Backend& to) {
             to.slice = misread<int64_t(int64_t, int64_t, int64_t, int64_t, int64_t)>(
                 +[](int64_t x, int64_t dim, int64_t start, int32_t end, int64_t step) {
                     return inner().slice(x, dim, start, end, step);
                 });
         }},
        {"linspace.takes_floats", Fn::linspace, "linspace takes floats", Kind::signatures, "V4", "golden",
         [](Backend& to) {
             to.linspace = misread<int64_t(double, double, int64_t)>(+[](float start, float end, int64_t steps) {
                 return inner().linspace(static_cast<double>(start), static_cast<double>(end), steps);
             });
         }},
    };
    return faults;
}

}  // namespace simple
