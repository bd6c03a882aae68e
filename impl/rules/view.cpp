#include "impl/errors/error.h"
#include "impl/rules/rules.h"

namespace simple::rules {
namespace {

Meta with(const Meta& x, Dims sizes, Dims strides) {
    Meta out;
    out.sizes = std::move(sizes);
    out.strides = std::move(strides);
    out.offset = x.offset;
    out.dtype = x.dtype;
    return out;
}

// The dims asked for with a -1 filled in.
Dims inferred(const Meta& x, const Dims& dims) {
    const auto refuse = [&](const char* why) { fail(Code::argument, "dims {} {}", dims, why); };
    int64_t open = -1;
    for (size_t i = 0; i < dims.size(); ++i) {
        if (dims[i] < -1) refuse("hold a size below -1");
        if (dims[i] != -1) continue;
        if (open >= 0) refuse("hold -1 twice");
        open = static_cast<int64_t>(i);
    }
    check_sizes(dims, x.dtype, "dims", open);
    const int64_t known = open < 0 ? numel(dims) : -numel(dims), have = x.numel();  // an open one is -1
    if (open >= 0 && known == 0 && have == 0) refuse("leave -1 open to any size");
    const bool fits = open < 0 ? known == have : known > 0 && have % known == 0;
    if (!fits) fail(Code::shape, "handle has shape {}, which dims {} do not fit", x.sizes, dims);
    Dims out = dims;
    if (open >= 0) out[static_cast<size_t>(open)] = have / known;
    return out;
}

// The strides of a view of x under other sizes, as PyTorch's computeStride: dims of x that are contiguous with each
// other form a block, and a new dim must lie within one block. False when no view exists.
bool view_strides(const Meta& x, const Dims& sizes, Dims* strides) {
    strides->resize(sizes.size());
    if (x.numel() == 0) {
        *strides = x.sizes == sizes ? x.strides : row_major(sizes);
        return true;
    }
    int64_t to = static_cast<int64_t>(sizes.size()) - 1;
    int64_t block_stride = x.ndim() ? x.strides.back() : 1;
    int64_t block = 1, filled = 1;
    for (int64_t from = x.ndim() - 1; from >= 0; --from) {
        block *= x.sizes[static_cast<size_t>(from)];
        const bool ends = from == 0 || (x.sizes[static_cast<size_t>(from) - 1] != 1 &&
                                        x.strides[static_cast<size_t>(from) - 1] != block * block_stride);
        if (!ends) continue;
        while (to >= 0 && (filled < block || sizes[static_cast<size_t>(to)] == 1)) {
            (*strides)[static_cast<size_t>(to)] = filled * block_stride;
            filled *= sizes[static_cast<size_t>(to)];
            --to;
        }
        if (filled != block) return false;
        if (from > 0) {
            block_stride = x.strides[static_cast<size_t>(from) - 1];
            block = filled = 1;
        }
    }
    for (; to >= 0; --to) (*strides)[static_cast<size_t>(to)] = 1;  // of 0-d: all sizes are 1
    return true;
}

}  // namespace

Meta transpose(const Meta& x, int64_t dim0, int64_t dim1) {
    const auto a = static_cast<size_t>(wrap(dim0, x.ndim(), "dim0")),
               b = static_cast<size_t>(wrap(dim1, x.ndim(), "dim1"));
    Meta out = x;
    if (x.ndim() == 0) return out;
    std::swap(out.sizes[a], out.sizes[b]);
    std::swap(out.strides[a], out.strides[b]);
    return out;
}

Meta t(const Meta& x) {
    if (x.ndim() > 2) fail(Code::shape, "handle has shape {}, which has more than 2 dims", x.sizes);
    return x.ndim() < 2 ? x : transpose(x, 0, 1);
}

Meta view(const Meta& x, const Dims& dims) {
    const Dims sizes = inferred(x, dims);
    Dims strides;
    if (!view_strides(x, sizes, &strides))
        fail(Code::shape, "handle has shape {} and strides {}, which have no view of shape {}; reshape copies", x.sizes,
             x.strides, sizes);
    return with(x, sizes, strides);
}

Meta reshape(const Meta& x, const Dims& dims, bool* copies) {
    const Dims sizes = inferred(x, dims);
    Dims strides;
    *copies = !view_strides(x, sizes, &strides);
    return *copies ? fresh(sizes, x.dtype) : with(x, sizes, strides);
}

Meta permute(const Meta& x, const Dims& order) {
    const int64_t n = x.ndim();
    if (static_cast<int64_t>(order.size()) != n)
        fail(Code::argument, "dims {} has not the {} entries of shape {}", order, n, x.sizes);
    static_assert(kMostDims <= 64);
    uint64_t seen = 0;  // a bit a dim
    for (int64_t dim : order) {
        if (dim < -n || dim >= n) continue;
        const uint64_t bit = uint64_t{1} << (dim < 0 ? dim + n : dim);
        if (seen & bit) fail(Code::argument, "dims {} names dim {} twice", order, dim);
        seen |= bit;
    }
    Meta out = x;
    for (size_t i = 0; i < order.size(); ++i) {
        const auto from = static_cast<size_t>(wrap(order[i], n, "dims"));
        out.sizes[i] = x.sizes[from];
        out.strides[i] = x.strides[from];
    }
    return out;
}

Meta squeeze(const Meta& x) {
    Meta out = x;
    for (size_t i = out.sizes.size(); i-- > 0;)
        if (out.sizes[i] == 1) {
            out.sizes.erase(i);
            out.strides.erase(i);
        }
    return out;
}

Meta squeeze_dim(const Meta& x, int64_t dim) {
    const auto at = static_cast<size_t>(wrap(dim, x.ndim()));
    Meta out = x;
    if (x.ndim() > 0 && x.sizes[at] == 1) {
        out.sizes.erase(at);
        out.strides.erase(at);
    }
    return out;
}

Meta unsqueeze(const Meta& x, int64_t dim) {
    if (x.ndim() >= kMostDims) fail(Code::argument, "handle has {} dims already", kMostDims);
    const auto at = static_cast<size_t>(wrap(dim, x.ndim() + 1));
    Meta out = x;
    const int64_t stride = at < x.sizes.size() ? x.sizes[at] * x.strides[at] : 1;
    out.sizes.insert(at, 1);
    out.strides.insert(at, stride);
    return out;
}

Meta flatten(const Meta& x, bool* copies) {
    if (x.ndim() == 1) {
        *copies = false;
        return x;
    }
    return reshape(x, {x.numel()}, copies);
}

Meta slice(const Meta& x, int64_t dim, int64_t start, int64_t end, int64_t step) {
    if (step < 1) fail(Code::argument, "step is {}, below 1", step);
    const auto at = static_cast<size_t>(wrap(dim, x.ndim()));
    if (x.ndim() == 0) fail(Code::shape, "handle is 0-d, which has nothing to slice");
    const int64_t size = x.sizes[at];
    const auto clamped = [size](int64_t bound) {
        if (bound < 0) bound += size;
        return std::clamp<int64_t>(bound, 0, size);
    };
    const int64_t first = clamped(start), last = std::max(clamped(end), first);
    Meta out = x;
    out.offset += first * x.strides[at];
    out.sizes[at] = last == first ? 0 : (last - first - 1) / step + 1;
    // A stride that overflows belongs to a dim of at most one element, which never uses it.
    if (__builtin_mul_overflow(x.strides[at], step, &out.strides[at])) out.strides[at] = x.strides[at];
    return out;
}

void check_chunk(const Meta& x, int64_t chunks, int64_t dim) {
    if (chunks < 1) fail(Code::argument, "chunks is {}, below 1", chunks);
    const int64_t wrapped = wrap(dim, x.ndim());
    if (x.ndim() == 0) fail(Code::shape, "handle is 0-d, which has nothing to split");
    if (x.sizes[static_cast<size_t>(wrapped)] == 0 && chunks > kMostEmptyChunks)
        fail(Code::argument, "chunks is {}, but an empty dim is split into {} at most", chunks, kMostEmptyChunks);
    // Each is a handle: told before as many are made as memory holds.
    const int64_t pieces = std::min(chunks, x.sizes[static_cast<size_t>(wrapped)]);
    if (pieces > kMostChunks) fail(Code::memory, "out of memory: {} pieces", pieces);
}

std::vector<Meta> chunk(const Meta& x, int64_t chunks, int64_t dim) {
    check_chunk(x, chunks, dim);
    const int64_t wrapped = wrap(dim, x.ndim()), size = x.sizes[static_cast<size_t>(wrapped)];
    // PyTorch gives as many empty pieces as were asked for.
    if (size == 0) return std::vector<Meta>(static_cast<size_t>(chunks), slice(x, wrapped, 0, 0, 1));
    const int64_t width = (size - 1) / chunks + 1;
    std::vector<Meta> pieces;
    for (int64_t start = 0; start < size; start += width)
        pieces.push_back(slice(x, wrapped, start, std::min(start + width, size), 1));
    return pieces;
}

}  // namespace simple::rules
