#include "ci/faults/conditions.h"

#include <algorithm>
#include <cmath>

namespace simple::planted {
namespace {

bool is_contiguous(int64_t x) {
    const int64_t view = inner().view(x, Ints({inner().numel(x)}));
    if (view > 0) inner().free(view);
    inner().clear_error();
    return view > 0;
}

bool is_int64(int64_t x) { return inner().dtype(x) == 3; }

}  // namespace

bool has_tail(const Met& met) {
    const int64_t n = inner().numel(met.result);
    return n > 8 && n % 8 != 0;
}

bool of_strided(const Met& met) { return is_tensor(met.first) && !is_contiguous(met.first); }
bool of_int64(const Met& met) { return is_int64(met.first); }
bool of_twice(const Met& met) { return met.first > 0 && met.first == met.second; }
bool after_code(const Met& met) { return met.before != 0; }
bool beside(const Met& met) { return met.other_thread; }

bool has_open_elements(Fn fn) { return fn == Fn::rand || fn == Fn::randn || fn == Fn::empty || fn == Fn::dropout; }

int64_t last_element_off(int64_t x) {
    const int64_t n = inner().numel(x);
    return raised_where(x, [=](int64_t i) { return i == n - 1; });
}

int64_t other_last_element(int64_t x) {
    constexpr double kFewest = 1e6;  // float32 tells its neighbours apart
    std::vector<double> numbers = numbers_of(x);
    if (numbers.empty() || std::fabs(numbers.back()) < kFewest) return last_element_off(x);
    numbers.back() = 1;
    return tensor_of(numbers, x);
}

double other_number(double x) {
    constexpr double kMost = 1e30;  // a thousandth more is a number of float32 as well
    return std::fabs(x) < kMost ? x + std::max(1.0, std::fabs(x) / 1000) : 1;
}

int64_t last_row_off(int64_t x) {
    const std::vector<int64_t> dims = dims_of(x);
    if (dims.size() < 2) return aliased(x);
    const int64_t n = inner().numel(x);
    return raised_where(x, [=](int64_t i) { return i >= n - n / dims[0]; });
}

int64_t last_column_off(int64_t x) {
    const std::vector<int64_t> dims = dims_of(x);
    if (dims.size() < 2) return aliased(x);
    return raised_where(x, [=](int64_t i) { return i % dims.back() == dims.back() - 1; });
}

int64_t without_negative_zero(int64_t x) { return is_int64(x) ? aliased(x) : inner().add_scalar(x, 0); }

int64_t through_float64(int64_t x) {
    return is_int64(x) ? then(inner().to_float(x), [](int64_t y) { return inner().to_int(y); }) : aliased(x);
}

int64_t through_float32(int64_t x) {
    return is_int64(x) ? then(inner().to_float32(x), [](int64_t y) { return inner().to_int(y); }) : aliased(x);
}

int64_t widened(int64_t x) { return inner().to_float(x); }
int64_t narrowed(int64_t x) { return inner().to_float32(x); }
int64_t with_dim(int64_t x) { return inner().unsqueeze(x, 0); }
int64_t flat(int64_t x) { return inner().flatten(x); }

int64_t doubled_row(int64_t x) {
    if (inner().ndim(x) == 0) return with_dim(x);
    SplValue items[2];
    for (SplValue& item : items) {
        item.tag = SPL_INT;
        item.as_int = x;
    }
    const SplArray pair{items, 2, 2};
    return inner().cat(&pair, 0);
}

int64_t flagged(int64_t x) {
    const int64_t cut = inner().detach(x);
    if (cut > 0 && !is_int64(cut)) inner().set_requires_grad(cut, true);
    return cut;
}

int64_t in_storage_order(int64_t x) {
    if (!is_tensor(x) || inner().ndim(x) != 2 || is_contiguous(x)) return x;
    const std::vector<int64_t> dims = dims_of(x);
    const int64_t turned = inner().t(x);
    const int64_t read = is_contiguous(turned) ? inner().reshape(turned, Ints(dims)) : x;
    inner().free(turned);
    return read;
}

}  // namespace simple::planted
