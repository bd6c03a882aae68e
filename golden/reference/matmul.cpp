#include "golden/reference/matmul.h"

namespace simple::reference {
namespace {

// A batch of products [m, k] x [k, n]: where each of the operands' matrices begins.
struct Batch {
    int64_t m, k, n;
    Sizes out_sizes;
    std::vector<int64_t> a_at, b_at;
};

// The offset of the matrix that each index of the broadcast batch dims reads.
std::vector<int64_t> matrix_offsets(const Sizes& own, const Sizes& batch, int64_t matrix_numel) {
    Values starts = zeros(DType::i64, own);
    for (int64_t i = 0; i < starts.numel(); ++i) starts.wholes[i] = i * matrix_numel;
    return expanded(starts, batch).wholes;
}

Batch batch_of(const Values& a, const Values& b) {
    Sizes left = a.sizes, right = b.sizes;
    if (a.ndim() == 1) left.insert(left.begin(), 1);
    if (b.ndim() == 1) right.push_back(1);
    Batch batch;
    batch.m = left[left.size() - 2];
    batch.k = left.back();
    batch.n = right.back();
    const Sizes left_batch(left.begin(), left.end() - 2), right_batch(right.begin(), right.end() - 2);
    batch.out_sizes = broadcast(left_batch, right_batch);
    batch.a_at = matrix_offsets(left_batch, batch.out_sizes, batch.m * batch.k);
    batch.b_at = matrix_offsets(right_batch, batch.out_sizes, batch.k * batch.n);
    if (a.ndim() > 1) batch.out_sizes.push_back(batch.m);
    if (b.ndim() > 1) batch.out_sizes.push_back(batch.n);
    return batch;
}

// out [m, n] += a [m, k] x b [k, n]. T is double or uint64_t, whose overflow wraps around.
template <class T, class E>
void add_product(const Batch& batch, const E* a, const E* b, E* out) {
    for (int64_t i = 0; i < batch.m; ++i)
        for (int64_t k = 0; k < batch.k; ++k) {
            const T factor = static_cast<T>(a[i * batch.k + k]);
            for (int64_t j = 0; j < batch.n; ++j) {
                E& sum = out[i * batch.n + j];
                sum = static_cast<E>(static_cast<T>(sum) + factor * static_cast<T>(b[k * batch.n + j]));
            }
        }
}

}  // namespace

Values matmul(const Values& a, const Values& b) {
    const Batch batch = batch_of(a, b);
    Values out = zeros(a.dtype, batch.out_sizes);
    for (size_t i = 0; i < batch.a_at.size(); ++i) {
        const int64_t out_at = static_cast<int64_t>(i) * batch.m * batch.n;
        if (out.is_whole())
            add_product<uint64_t>(batch, a.wholes.data() + batch.a_at[i], b.wholes.data() + batch.b_at[i],
                                  out.wholes.data() + out_at);
        else
            add_product<double>(batch, a.reals.data() + batch.a_at[i], b.reals.data() + batch.b_at[i],
                                out.reals.data() + out_at);
    }
    return out;
}

// With C = A B: dA = dC B^T and dB = A^T dC, summed over the batches that read the same matrix.
std::vector<Values> matmul_gradient(const Values& a, const Values& b, const Values& grad) {
    const Batch batch = batch_of(a, b);
    Values to_a = zeros_like(a), to_b = zeros_like(b);
    for (size_t s = 0; s < batch.a_at.size(); ++s) {
        const double* A = a.reals.data() + batch.a_at[s];
        const double* B = b.reals.data() + batch.b_at[s];
        const double* G = grad.reals.data() + static_cast<int64_t>(s) * batch.m * batch.n;
        double* dA = to_a.reals.data() + batch.a_at[s];
        double* dB = to_b.reals.data() + batch.b_at[s];
        for (int64_t i = 0; i < batch.m; ++i)
            for (int64_t k = 0; k < batch.k; ++k)
                for (int64_t j = 0; j < batch.n; ++j) {
                    dA[i * batch.k + k] += G[i * batch.n + j] * B[k * batch.n + j];
                    dB[k * batch.n + j] += A[i * batch.k + k] * G[i * batch.n + j];
                }
    }
    return {to_a, to_b};
}

Values linear(const Values& input, const Values& weight, const Values* bias) {
    const Values product = matmul(input, transposed(weight));
    if (!bias) return product;
    Values out = product;
    const int64_t width = weight.sizes[0];
    for (int64_t i = 0; i < out.numel(); ++i) {
        if (out.is_whole())
            out.wholes[i] = static_cast<int64_t>(static_cast<uint64_t>(out.wholes[i]) +
                                                 static_cast<uint64_t>(bias->wholes[i % width]));
        else
            out.reals[i] += bias->reals[i % width];
    }
    return out;
}

std::vector<Values> linear_gradient(const Values& input, const Values& weight, const Values& grad) {
    std::vector<Values> gradients = matmul_gradient(input, transposed(weight), grad);
    gradients[1] = transposed(gradients[1]);
    gradients.push_back(summed_to(grad, {weight.sizes[0]}));
    return gradients;
}

}  // namespace simple::reference
