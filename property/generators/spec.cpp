#include "property/generators/spec.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>

namespace simple::property {

uint64_t Dice::next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

int64_t Dice::integer(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(next() % (static_cast<uint64_t>(high - low) + 1));
}

double Dice::unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

double Dice::normal() {
    const double radius = std::sqrt(-2 * std::log(1 - unit()));
    return radius * std::cos(6.283185307179586 * unit());
}

bool TensorSpec::strided() const {
    if (values.size() < 2) return false;
    if (layout == Layout::sliced) return dims.back() > 1 || product(dims) > dims.back();
    if (layout == Layout::reversed)
        return std::count_if(dims.begin(), dims.end(), [](int64_t size) { return size > 1; }) > 1;
    return layout == Layout::transposed && dims.front() > 1 && dims.back() > 1;
}

bool TensorSpec::has_nan() const {
    return std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); });
}

std::ostream& operator<<(std::ostream& out, const TensorSpec& spec) {
    out << (spec.dtype == DType::f32 ? "f32" : spec.dtype == DType::f64 ? "f64" : "i64") << '[';
    for (size_t i = 0; i < spec.dims.size(); i++) out << (i ? "," : "") << spec.dims[i];
    constexpr const char* kNames[] = {"", " offset", " transposed", " reversed", " sliced"};
    out << ']' << kNames[static_cast<int>(spec.layout)] << " {";
    const auto precision = out.precision(spec.dtype == DType::f32 ? 9 : 17);
    for (size_t i = 0; i < spec.values.size(); i++) out << (i ? ", " : "") << spec.values[i];
    out.precision(precision);
    return out << '}';
}

int64_t product(const Dims& dims) {
    int64_t count = 1;
    for (int64_t size : dims) count *= size;
    return count;
}

namespace {

double special(DType dtype, Dice& dice) {
    if (dtype == DType::i64) {
        const double limits[] = {0, 1, -1, 0x1p31, -0x1p31, 0x1p40, -0x1p40};
        return limits[dice.integer(0, 6)];
    }
    const bool wide = dtype == DType::f64;
    using F = std::numeric_limits<float>;
    using D = std::numeric_limits<double>;
    const double limits[] = {std::nan(""),
                             D::infinity(),
                             -D::infinity(),
                             0.0,
                             -0.0,
                             wide ? D::max() : F::max(),
                             wide ? D::lowest() : F::lowest(),
                             wide ? D::min() : F::min(),
                             wide ? D::denorm_min() : F::denorm_min(),
                             1 + (wide ? D::epsilon() : F::epsilon())};
    return dice.chance(0.25) ? limits[0] : limits[dice.integer(0, 9)];
}

double one_value(Values kind, DType dtype, Dice& dice) {
    double value = 0;
    switch (kind) {
        case Values::small: return static_cast<double>(dice.integer(-8, 8));
        case Values::positive: value = 0.25 + 3.75 * dice.unit(); break;
        case Values::unit: value = 0.05 + 0.9 * dice.unit(); break;
        default: value = dice.chance(0.5) ? dice.normal() : 6 * dice.unit() - 3;
    }
    if (dtype == DType::i64) return std::round(value) + (kind == Values::positive && value < 0.5 ? 1 : 0);
    return dtype == DType::f32 ? static_cast<double>(static_cast<float>(value)) : value;
}

std::vector<double> draw_values(Values kind, DType dtype, int64_t count, Dice& dice) {
    std::vector<double> values(static_cast<size_t>(count));
    if (kind == Values::distinct) {
        // A shuffled ladder of steps 0.11 without 0, each rung moved by less than a quarter step.
        for (size_t i = 0; i < values.size(); i++) {
            const double rung = static_cast<double>(i / 2 + 1) * (i % 2 ? -1 : 1);
            values[i] = dtype == DType::i64 ? rung : 0.11 * rung + 0.025 * (dice.unit() - 0.5);
            if (dtype == DType::f32) values[i] = static_cast<double>(static_cast<float>(values[i]));
        }
        for (size_t i = values.size(); i > 1; i--)
            std::swap(values[i - 1], values[static_cast<size_t>(dice.integer(0, static_cast<int64_t>(i) - 1))]);
        return values;
    }
    const bool specials = kind == Values::any && dice.chance(0.5);
    const bool whole = kind == Values::any && !specials && dice.chance(0.3);
    for (double& value : values) {
        if (specials && dice.chance(0.4))
            value = special(dtype, dice);
        else
            value = one_value(whole ? Values::small : kind, dtype, dice);
    }
    return values;
}

Dims draw_dims(const Want& want, Dice& dice) {
    if (want.fixed) return want.dims;
    // 0-d is one of six numbers of dims, and asked for a little more often than that.
    const bool scalar = want.min_ndim == 0 && dice.chance(0.05);
    Dims dims(static_cast<size_t>(scalar ? 0 : dice.integer(want.min_ndim, want.max_ndim)));
    int64_t count = 1;
    for (int64_t& size : dims) {
        size = dice.chance(0.35) ? dice.integer(0, 1) : dice.integer(2, 5);
        size = std::clamp(size, want.min_size, want.max_size);
        if (count * size > want.max_numel) size = want.min_size > 1 ? want.min_size : 1;
        if (size) count *= size;
    }
    constexpr int kHigh = 13;
    if (want.max_ndim == Want::kUsually && want.min_size <= 1 && dice.chance(0.08)) {
        const auto ndim = static_cast<size_t>(dice.integer(dice.chance(0.8) ? kHigh : Want::kUsually, Want::kMost));
        while (dims.size() < ndim) dims.insert(dims.begin() + dice.integer(0, static_cast<int64_t>(dims.size())), 1);
    }
    return dims;
}

bool allows(Values kind, double value) {
    switch (kind) {
        case Values::positive: return value >= 0.25;
        case Values::unit: return value >= 0.05 && value <= 0.95;
        case Values::distinct: return false;
        default: return true;
    }
}

}  // namespace

TensorSpec draw(const Want& want, Dice dice) {
    TensorSpec spec;
    spec.dtype = want.dtypes[static_cast<size_t>(dice.integer(0, static_cast<int64_t>(want.dtypes.size()) - 1))];
    spec.dims = draw_dims(want, dice);
    // Strided four times in five: empty, 0-d and narrow tensors, which cannot be, leave a fourth of all.
    const double layout = dice.unit();
    if (!spec.dims.empty() && layout >= 0.1)
        spec.layout = layout < 0.2   ? Layout::offset
                      : layout < 0.6 ? (spec.dims.size() > Want::kUsually ? Layout::reversed : Layout::transposed)
                                     : Layout::sliced;
    spec.values = draw_values(want.values, spec.dtype, product(spec.dims), dice);
    return spec;
}

std::vector<TensorSpec> simpler(const Want& want, const TensorSpec& spec) {
    std::vector<TensorSpec> candidates;
    const auto with = [&](auto change) {
        TensorSpec next = spec;
        change(next);
        candidates.push_back(std::move(next));
    };
    const auto resized = [&](Dims dims) {
        with([&](TensorSpec& next) {
            next.dims = std::move(dims);
            next.values.resize(static_cast<size_t>(product(next.dims)));
            if (next.dims.empty()) next.layout = Layout::contiguous;
        });
    };
    if (!want.fixed) {
        for (size_t i = 0; i < spec.dims.size(); i++) {
            if (static_cast<int>(spec.dims.size()) > want.min_ndim && spec.dims[i] >= 1) {
                Dims fewer = spec.dims;
                fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
                resized(fewer);
            }
            if (spec.dims[i] > std::max<int64_t>(want.min_size, 1)) {
                Dims less = spec.dims;
                less[i] = std::max<int64_t>(want.min_size, 1);
                resized(less);
                less[i] = spec.dims[i] - 1;
                resized(less);
            }
        }
    }
    if (spec.layout != Layout::contiguous) with([](TensorSpec& next) { next.layout = Layout::contiguous; });
    if (spec.dtype != want.dtypes.front() && spec.dtype == DType::f32)
        with([&](TensorSpec& next) { next.dtype = want.dtypes.front(); });
    for (double target : {0.0, 1.0}) {
        if (!allows(want.values, target)) continue;
        for (size_t i = 0; i < spec.values.size() && i < 24; i++) {
            const double value = spec.values[i];
            if (value != 0 && value != target) with([&](TensorSpec& next) { next.values[i] = target; });
        }
    }
    return candidates;
}

Dims draw_partner(const Dims& base, Dice dice) {
    Dims dims = base;
    int more = 4;  // sizes that grow: of 60 each may double what both are together
    for (int64_t& size : dims) {
        if (dice.chance(0.25))
            size = 1;
        else if (size == 1 && more > 0 && dice.chance(0.5))
            size = dice.integer(2, 3), more--;
    }
    if (dice.chance(0.4)) dims.erase(dims.begin(), dims.begin() + dice.integer(0, static_cast<int64_t>(dims.size())));
    if (dims.size() == base.size() && dims.size() < Want::kMost && dice.chance(0.15)) dims.insert(dims.begin(), 2);
    return dims;
}

Dims broadcast(const Dims& a, const Dims& b) {
    Dims dims(std::max(a.size(), b.size()));
    for (size_t i = 0; i < dims.size(); i++) {
        const int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1;
        const int64_t y = i < b.size() ? b[b.size() - 1 - i] : 1;
        dims[dims.size() - 1 - i] = x == 1 ? y : x;
    }
    return dims;
}

}  // namespace simple::property
