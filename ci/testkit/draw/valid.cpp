// How to draw arguments that a function takes.
#include "ci/testkit/draw/valid.h"

#include <algorithm>
#include <cmath>

namespace simple {
namespace {

constexpr double kInfinity = HUGE_VAL;

// Dims that broadcast against dims: some sizes 1, some leading dims absent.
Dims partner(Random& random, Dims dims) {
    for (auto& size : dims) {
        if (random.chance(25)) size = 1;
    }
    const int64_t dropped = random.chance(30) ? random.between(0, static_cast<int64_t>(dims.size())) : 0;
    dims.erase(dims.begin(), dims.begin() + dropped);
    return dims;
}

Step elementwise_pair(Fn fn, Drawer& d, const std::vector<DType>& dtypes) {
    const Operand x = d.any(dtypes);
    if (!d.pool.empty() && d.random.chance(60)) return step(fn, {x, d.any(dtypes)});
    const Operand y = d.tensor(partner(d.random, x.dims), d.dtype(dtypes));
    return d.random.chance(50) ? step(fn, {x, y}) : step(fn, {y, x});
}

Step matmul(Drawer& d) {
    if (!d.pool.empty() && d.random.chance(50)) return step(Fn::matmul, {d.any(d.all(), 1), d.any(d.all(), 1)});
    const int64_t n = d.random.between(1, 4), k = d.size(0, 4), m = d.random.between(1, 4);
    Dims left{n, k}, right{k, m};
    switch (d.random.between(0, 4)) {
        case 0: break;
        case 1: left = {k}; break;
        case 2: right = {k}; break;
        case 3: left = right = {k}; break;
        default: {
            const Dims batch = d.stretched(d.dims(1, 2), kMostDims - 2);
            const Dims other = partner(d.random, batch);
            if (count(batch) > kFewElements) left = right = {1, 1};
            left.insert(left.begin(), batch.begin(), batch.end());
            right.insert(right.begin(), other.begin(), other.end());
        }
    }
    const Operand x = d.factor(left, d.dtype(d.all()), k);
    return step(Fn::matmul, {x, d.factor(right, d.dtype(d.all()), k)});
}

// A square matrix or batch that is safely regular: small elements and a large diagonal.
Operand regular(Drawer& d, bool batches) {
    int64_t n = d.random.between(1, 4);
    Dims batch;
    if (batches && d.random.chance(30)) {
        constexpr int64_t kMostMatrices = 4097;  // LAPACK takes one after the other
        batch = {std::min(d.size(1, 2), kMostMatrices)};
        if (batch[0] > kFewElements) n = 1;
    }
    if (batches) batch = d.stretched(batch, kMostDims - 2);
    TensorSpec spec;
    spec.dtype = d.dtype(d.floating());
    spec.base = batch;
    spec.base.insert(spec.base.end(), {n, n});
    for (int64_t i = 0; i < std::min(count(spec.base), kFewElements); ++i) {
        const bool diagonal = i % (n * n) / n == i % n;
        spec.values.push_back(diagonal ? 8 + d.random.real(0, 1) : d.random.real(-1, 1));
    }
    if (d.random.chance(30)) spec.layout.push_back({Fn::transpose, {int64_t(batch.size()), int64_t(batch.size()) + 1}});
    spec.requires_grad = spec.dtype != DType::i64 && d.random.chance(20);
    return d.make(spec);
}

Operand nonempty(Drawer& d, const std::vector<DType>& dtypes, int64_t lowest_ndim = 0) {
    Dims dims = d.dims(lowest_ndim);
    for (auto& size : dims) size = size == 0 ? 2 : size;
    return d.tensor(dims, d.dtype(dtypes));
}

// New dims for the same elements: a size split off, sizes of 1 put in, neighbours merged, maybe one -1.
Dims regrouped(Random& random, Dims dims) {
    const int64_t total = count(dims);
    if (random.chance(20)) return {total == 0 ? 0 : -1};
    if (dims.size() >= 2 && random.chance(50)) {
        const auto at = static_cast<size_t>(random.between(0, static_cast<int64_t>(dims.size()) - 2));
        dims[at] *= dims[at + 1];
        dims.erase(dims.begin() + static_cast<int64_t>(at) + 1);
    }
    if (random.chance(40) && static_cast<int64_t>(dims.size()) < kMostDims)
        dims.insert(dims.begin() + random.between(0, static_cast<int64_t>(dims.size())), 1);
    if (!dims.empty() && total > 0 && random.chance(30)) {
        dims[static_cast<size_t>(random.between(0, static_cast<int64_t>(dims.size()) - 1))] = -1;
    }
    return dims;
}

Step reshape(Fn fn, Drawer& d) {
    // Its own dims are a view of a tensor with any strides.
    if (fn == Fn::view && d.pool.empty() && d.reach != Reach::usual && d.random.chance(20)) {
        const Operand any = d.any(d.all());
        return step(fn, {any, d.ints(any.dims)});
    }
    const Operand x = fn == Fn::view && d.pool.empty() ? [&] {
        d.layouts = false;
        const Operand made = d.any(d.all());
        d.layouts = true;
        return made;
    }() : d.any(d.all());
    return step(fn, {x, d.ints(regrouped(d.random, x.dims))});
}

Step permute(Drawer& d) {
    const Operand x = d.any(d.all());
    const auto n = static_cast<int64_t>(x.dims.size());
    Dims order;
    for (int64_t i = 0; i < n; ++i) order.push_back(i);
    for (int64_t i = n - 1; i > 0; --i) std::swap(order[size_t(i)], order[size_t(d.random.between(0, i))]);
    for (auto& dim : order) dim -= d.random.chance(30) ? n : 0;
    return step(Fn::permute, {x, d.ints(order)});
}

int64_t bound(Random& random) {
    return random.chance(10) ? random.pick<int64_t>({INT64_MIN, INT64_MAX}) : random.between(-6, 6);
}

size_t from_front(int64_t dim, size_t ndim) { return static_cast<size_t>(dim < 0 ? dim + int64_t(ndim) : dim); }

Step index_select(Drawer& d) {
    const Operand x = d.any(d.all());
    const int64_t dim = d.dim(x.dims.size());
    const int64_t size = x.dims.empty() ? 1 : x.dims[from_front(dim, x.dims.size())];
    const int64_t picked = x.dims.empty()                 ? 1
                           : size == 0                    ? 0
                           : count(x.dims) > kFewElements ? d.random.between(0, 2)
                                                          : d.size(0, 5);
    const bool scalar = picked == 1 && d.random.chance(50);
    return step(Fn::index_select, {x, dim, d.indices(scalar ? Dims{} : Dims{picked}, size)});
}

Step gather(Drawer& d) {
    const Operand x = d.any(d.all(), 1);
    const int64_t dim = d.dim(x.dims.size());
    const size_t along = from_front(dim, x.dims.size());
    Dims dims = x.dims;
    for (size_t i = 0; i < dims.size(); ++i)
        dims[i] = i == along                        ? d.random.between(0, 5)
                  : dims[i] == 1 && dims.size() > 4 ? 1
                                                    : d.random.between(0, dims[i]);
    if (x.dims[along] == 0) dims[along] = 0;
    return step(Fn::gather, {x, dim, d.indices(dims, x.dims[along])});
}

Step join(Fn fn, Drawer& d) {
    const Operand first = d.any(d.all(), fn == Fn::cat ? 1 : 0, fn == Fn::cat ? kMostDims : kMostDims - 1);
    const size_t n = first.dims.size();
    const int64_t dim = fn == Fn::cat ? d.dim(n) : d.random.between(-int64_t(n) - 1, int64_t(n));
    std::vector<Operand> list{first};
    for (int64_t more = d.random.between(0, count(first.dims) > kFewElements ? 1 : 3); more > 0; --more) {
        Dims dims = first.dims;
        if (fn == Fn::cat) dims[from_front(dim, n)] = d.random.between(0, 3);
        list.push_back(d.random.chance(20) ? first : d.tensor(dims, d.dtype(d.all())));
    }
    return step(fn, {list, dim});
}

// The sum of the squares of a new leaf.
Operand sum_of_squares(Drawer& d, Operand& leaf) {
    d.layouts = false;
    TensorSpec spec;
    spec.dtype = d.dtype(d.floating());
    spec.base = d.dims(0, 2);
    for (int64_t i = 0; i < count(spec.base); ++i) spec.values.push_back(d.random.real(-2, 2));
    spec.requires_grad = spec.dtype != DType::i64;
    leaf = d.make(spec);
    d.layouts = true;
    const Operand square = d.append(step(Fn::mul, {leaf, leaf}), spec.dtype, leaf.dims);
    const Operand flat = d.append(step(Fn::flatten, {square}), spec.dtype, {count(spec.base)});
    return d.append(step(Fn::sum_dim, {flat, 0, d.random.chance(50)}), spec.dtype, {});
}

Step backward(Drawer& d) {
    if (!d.pool.empty() && d.random.chance(40)) return step(Fn::backward, {d.any(d.floating())});
    Operand leaf;
    return step(Fn::backward, {sum_of_squares(d, leaf)});
}

// Of a tensor that has a gradient, or of any.
Step of_gradient(Fn fn, Drawer& d) {
    if (!d.pool.empty() || !d.random.chance(50)) return step(fn, {d.any(d.all())});
    Operand leaf;
    d.append(step(Fn::backward, {sum_of_squares(d, leaf)}));
    return step(fn, {leaf});
}

Step slice(Drawer& d) {
    const Operand x = d.any(d.all(), 1);
    const int64_t stride = d.random.chance(10) ? INT64_MAX : d.pace(1, 3);
    return step(Fn::slice, {x, d.dim(x.dims.size()), bound(d.random), bound(d.random), stride});
}

Step arange(Drawer& d) {
    const double start = d.random.real(-5, 5), step_size = d.random.real(0.1, 2);
    const auto many = static_cast<double>(d.large_or_0());
    const double length = d.random.chance(10) ? 0 : many > 0 ? many * step_size : d.random.real(0, 10);
    const bool down = d.random.chance(30);
    return step(Fn::arange, {start, down ? start - length : start + length, down ? -step_size : step_size});
}

}  // namespace

Step draw_valid(Fn fn, Drawer& d) {
    Random& r = d.random;
    switch (fn) {
        case Fn::zeros:
        case Fn::ones:
        case Fn::randn:
        case Fn::rand:
        case Fn::empty: return step(fn, {d.ints(d.dims())});
        case Fn::full:
            return step(fn, {d.ints(d.dims()), r.pick<double>({0, 1.5, -3, 3e38, kInfinity, -kInfinity, NAN})});
        case Fn::from_data:
        case Fn::from_i64_data: {
            const Dims dims = d.dims();
            Random digits(count(dims) > kFewElements ? r.next() : 0);
            Random& source = count(dims) > kFewElements ? digits : r;
            Dims values;
            for (int64_t i = 0; i < count(dims); ++i) values.push_back(source.between(-9, 9));
            return step(fn, {d.ints(values), d.ints(dims)});
        }
        case Fn::arange: return arange(d);
        case Fn::linspace: return step(fn, {r.real(-5, 5), r.real(-5, 5), d.size(0, 8)});
        case Fn::eye: return step(fn, {r.between(0, 5)});
        case Fn::add:
        case Fn::sub:
        case Fn::mul:
        case Fn::div: return elementwise_pair(fn, d, d.all());
        case Fn::mse_loss:
        case Fn::mse_loss_tensor: return elementwise_pair(fn, d, d.floating());
        case Fn::pow:
        case Fn::add_scalar:
        case Fn::mul_scalar: return step(fn, {d.any(d.all()), r.pick<double>({2, 0, 0.5, -1, 1e300, kInfinity, NAN})});
        case Fn::leaky_relu:
            return step(fn, {d.any(d.floating()), r.pick<double>({0.01, 0, -1, 3e38, kInfinity, NAN})});
        case Fn::gelu:
        case Fn::norm:
        case Fn::mean:
        case Fn::std:
        case Fn::var: return step(fn, {d.any(d.floating())});
        case Fn::softmax:
        case Fn::log_softmax: {
            const Operand x = d.any(d.floating());
            return step(fn, {x, d.dim(x.dims.size())});
        }
        case Fn::matmul: return matmul(d);
        case Fn::dot: {
            const int64_t size = d.size(0, 5);
            const Operand x = d.factor({size}, d.dtype(d.all()), size);
            return step(fn, {x, d.factor({size}, d.dtype(d.all()), size)});
        }
        case Fn::transpose: {
            const Operand x = d.any(d.all());
            return step(fn, {x, d.dim(x.dims.size()), d.dim(x.dims.size())});
        }
        case Fn::t: return step(fn, {d.any(d.all(), 0, 2)});
        case Fn::det: return step(fn, {regular(d, false)});
        case Fn::inverse:
        case Fn::eig:
        case Fn::eig_all: return step(fn, {regular(d, true)});
        case Fn::svd:
        case Fn::svd_all: {
            // Batches of many matrices grow slow.
            const Dims dims = d.stretched(d.dims(2, 3));
            return step(fn, {d.tensor(dims, d.dtype(d.floating()))});
        }
        case Fn::sum_dim: {
            const Operand x = d.any(d.all());
            return step(fn, {x, d.dim(x.dims.size()), r.chance(50)});
        }
        case Fn::mean_dim: {
            const Operand x = d.any(d.floating());
            return step(fn, {x, d.dim(x.dims.size()), r.chance(50)});
        }
        case Fn::max_dim:
        case Fn::min_dim:
        case Fn::argmax:
        case Fn::argmin: {
            const Operand x = d.pool.empty() ? nonempty(d, d.all()) : d.any(d.all());
            return step(fn, {x, d.dim(x.dims.size()), r.chance(50)});
        }
        case Fn::max:
        case Fn::min: return step(fn, {d.pool.empty() ? nonempty(d, d.all()) : d.any(d.all())});
        case Fn::reshape:
        case Fn::view: return reshape(fn, d);
        case Fn::permute: return permute(d);
        case Fn::squeeze_dim: {
            const Operand x = d.any(d.all());
            return step(fn, {x, d.dim(x.dims.size())});
        }
        case Fn::unsqueeze: {
            const Operand x = d.any(d.all(), 0, kMostDims - 1);
            const auto n = static_cast<int64_t>(x.dims.size());
            return step(fn, {x, r.between(-n - 1, n)});
        }
        case Fn::slice: return slice(d);
        case Fn::index_select: return index_select(d);
        case Fn::gather: return gather(d);
        case Fn::cat:
        case Fn::stack: return join(fn, d);
        case Fn::chunk: {
            const Operand x = d.any(d.all(), 1);
            return step(fn, {x, r.between(1, 6), d.dim(x.dims.size())});
        }
        case Fn::set_requires_grad: {
            // A view of a leaf is computed, and may not be made to require none.
            const bool views = d.reach != Reach::usual && !d.only && r.chance(30);
            d.layouts = views;
            const Operand x = d.any(d.floating());
            d.layouts = true;
            return step(fn, {x, views || d.only || r.chance(70)});
        }
        case Fn::backward: return backward(d);
        case Fn::grad:
        case Fn::zero_grad: return of_gradient(fn, d);
        case Fn::free: return r.chance(5) ? step(fn, {0}) : step(fn, {d.any(d.all())});
        case Fn::no_grad_end:
            if (d.pool.empty()) d.append(step(Fn::no_grad_begin, {}));
            return step(fn, {});
        case Fn::cuda: return step(fn, {d.any(d.all()), r.between(0, 3)});
        case Fn::to_stream: return step(fn, {d.any(d.all()), r.between(0, 3), 0});
        case Fn::cuda_memory_allocated:
        case Fn::cuda_max_memory_allocated:
        case Fn::stream_create: return step(fn, {r.between(-1, 3)});
        case Fn::stream_sync:
        case Fn::stream_query:
        case Fn::stream_free: return step(fn, {0});
        case Fn::manual_seed: return step(fn, {r.between(INT32_MIN, INT32_MAX)});
        case Fn::set_num_threads: return step(fn, {1});
        default: break;
    }
    const Function& row = function(fn);
    if (row.category == "nn" || row.category == "loss" || row.category == "training") return draw_valid_nn(fn, d);
    // What is left takes nothing, or one tensor of any dtype.
    return row.param_count == 0 ? step(fn, {}) : step(fn, {d.any(d.all())});
}

}  // namespace simple
