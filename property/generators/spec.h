// Descriptions of tensors to draw: what a property's counterexample shows and what shrinking makes simpler. Plain data;
// nothing here knows a backend.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <vector>

#include "ci/testkit/client.h"

namespace simple::property {

using Dims = std::vector<int64_t>;

// SplitMix64 (Steele, Lea, Flood 2014): one 64-bit seed gives a whole tensor, so that an example costs microseconds.
class Dice {
  public:
    explicit Dice(uint64_t seed) : state_(seed) {}
    uint64_t next();
    int64_t integer(int64_t low, int64_t high);  // both included
    double unit();                               // [0, 1)
    double normal();                             // N(0, 1)
    bool chance(double probability) { return unit() < probability; }

  private:
    uint64_t state_;
};

// How the elements lie in memory. All but contiguous are made from a larger or permuted tensor through views.
enum class Layout {
    contiguous,
    offset,      // begins behind the start of its storage
    transposed,  // first and last dim exchanged
    reversed,    // the last dim first, and so on
    sliced       // every second element of the last dim
};

// What elements are drawn from; each kind shrinks towards 0, 1 and whole numbers that it allows.
enum class Values {
    small,     // whole numbers from -8 to 8: sums and products are exact in every dtype
    modest,    // uniform on [-3, 3] or normal
    positive,  // [0.25, 4]
    unit,      // [0.05, 0.95]
    distinct,  // no two closer than 0.05, none closer to 0 than 0.05: nothing ties and no kink is near
    any        // modest, and NaN, infinities, signed zeros, subnormals and numbers near the limits
};

struct TensorSpec {
    DType dtype = DType::f32;
    Dims dims;
    Layout layout = Layout::contiguous;
    std::vector<double> values;  // row-major; representable in dtype

    bool empty() const { return values.empty(); }
    bool strided() const;  // not row-major contiguous
    bool has_nan() const;
};

std::ostream& operator<<(std::ostream& out, const TensorSpec& spec);

// What a property asks for. The setters chain: Want().floats().ndim(1, 3).filled(Values::small).
struct Want {
    std::vector<DType> dtypes = {DType::f64, DType::f32, DType::i64};
    // Where nothing else is asked for, now and then sizes of 1 are put in between, up to this many dims: libraries
    // beneath a backend have limits of their own. Laws put in dims too, and the contract's limit is 64.
    static constexpr int kUsually = 5, kMost = 60;
    int min_ndim = 0, max_ndim = kUsually;
    int64_t min_size = 0, max_size = 5;
    int64_t max_numel = 96;
    Values values = Values::any;
    bool fixed = false;  // exactly `dims`
    Dims dims;

    Want& type(DType dtype) { return dtypes = {dtype}, *this; }
    Want& floats() { return dtypes = {DType::f64, DType::f32}, *this; }
    Want& f64() { return type(DType::f64); }
    Want& i64() { return type(DType::i64); }
    Want& ndim(int low, int high) { return min_ndim = low, max_ndim = high, *this; }
    Want& sizes(int64_t low, int64_t high) { return min_size = low, max_size = high, *this; }
    Want& nonempty() { return min_size = 1, *this; }
    Want& small_count(int64_t limit) { return max_numel = limit, *this; }
    Want& filled(Values kind) { return values = kind, *this; }
    Want& of(Dims exactly) { return fixed = true, dims = std::move(exactly), *this; }
};

int64_t product(const Dims& dims);
TensorSpec draw(const Want& want, Dice dice);
// Simpler specs that still are what was wanted, simplest first.
std::vector<TensorSpec> simpler(const Want& want, const TensorSpec& spec);

// Dims that broadcast with base: some made 1, leading ones dropped or added.
Dims draw_partner(const Dims& base, Dice dice);
Dims broadcast(const Dims& a, const Dims& b);

}  // namespace simple::property
