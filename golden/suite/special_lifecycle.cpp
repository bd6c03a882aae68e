// Handles over their life: views outlive bases, counts, reuse, threads, storage that is shared.
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <set>
#include <string>
#include <thread>

#include "ci/testkit/call.h"
#include "ci/testkit/client.h"
#include "golden/suite/special.h"

namespace simple::golden {
namespace {

using Numbers = std::vector<double>;

void check_views_outlive(const Backend& b) {
    Tensor base = make(b, DType::f64, {1, 2, 3, 4, 5, 6}, {2, 3});
    const Tensor turned(b, b.t(base.get())), part(b, b.slice(base.get(), 1, 1, 3, 1));
    base.reset();
    EXPECT_EQ(values(b, turned.get()), (Numbers{1, 4, 2, 5, 3, 6}));
    EXPECT_EQ(values(b, part.get()), (Numbers{2, 3, 5, 6}));
}

void check_counts(const Backend& b) {
    if (!b.live_tensors) return skip("control");
    const int64_t before = b.live_tensors();
    Tensor x = make(b, DType::f64, {1, 2}, {2});
    EXPECT_EQ(b.live_tensors(), before + 1);
    Tensor alias(b, b.contiguous(x.get()));
    EXPECT_EQ(b.live_tensors(), before + 2) << "an alias is a handle of its own (H1)";
    x.reset();
    EXPECT_EQ(b.live_tensors(), before + 1);
    EXPECT_EQ(values(b, alias.get()), (Numbers{1, 2}));
    alias.reset();
    EXPECT_EQ(b.live_tensors(), before);
}

void check_double_free(const Backend& b) {
    if (!b.last_error_code) return skip("control");
    Tensor x = make(b, DType::f64, {1}, {1});
    const int64_t handle = x.get();
    const int64_t before = b.live_tensors ? b.live_tensors() : 0;
    x.reset();
    EXPECT_EQ(error_code(b), 0);
    b.free(handle);
    EXPECT_EQ(error_code(b), 1);
    if (b.live_tensors) {
        EXPECT_EQ(b.live_tensors(), before - 1);
    }
}

void check_never_reused(const Backend& b) {
    std::set<int64_t> seen;
    for (int i = 0; i < 5000; ++i) {
        const Tensor x(b, call(b, Fn::zeros, {Array::ints({1})}).integer);
        EXPECT_TRUE(seen.insert(x.get()).second) << "a handle was given out twice";
    }
    for (const int64_t handle : seen) EXPECT_EQ(b.ndim(handle), -1);
}

void check_threads(const Backend& b) {
    const int64_t before = b.live_tensors ? b.live_tensors() : 0;
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&b, &wrong, t] {
            for (int i = 0; i < 200; ++i) {
                const double value = t * 1000 + i;
                const Tensor x = make(b, DType::f64, {value, 1}, {2});
                const Tensor y(b, b.add(x.get(), x.get()));
                if (b.sum(y.get()) != 2 * value + 2) ++wrong;
                b.ndim(1);  // another thread's error is not this one's
                if (error_code(b) != (b.last_error_code ? 1 : 0)) ++wrong;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
    if (b.live_tensors) {
        EXPECT_EQ(b.live_tensors(), before);
    }
}

void check_free_during_use(const Backend& b) {
    for (int round = 0; round < 100; ++round) {
        Tensor x = make(b, DType::f64, {1, 2, 3}, {3});
        const int64_t handle = x.release();
        std::thread freeing([&b, handle] { b.free(handle); });
        const double sum = b.sum(handle);
        const int32_t code = error_code(b);
        freeing.join();
        // Without control no code tells whether the free came first; the sentinel does.
        const bool refused = b.last_error_code ? code == 1 : std::isnan(sum);
        EXPECT_TRUE(refused || (code == 0 && sum == 6)) << "sum " << sum << " code " << code;
    }
}

// Storage is shared where a running statistic, the one argument that calls write to, shows through its aliases.
void check_shared_storage(const Backend& b) {
    const Tensor x = make(b, DType::f64, {1, 3, 5, 7}, {2, 2});
    const Tensor mean = make(b, DType::f64, {0, 0}, {2}), var = make(b, DType::f64, {1, 1}, {2});
    std::vector<Tensor> views;
    views.emplace_back(b, b.unsqueeze(mean.get(), 0));
    views.emplace_back(b, b.detach(mean.get()));
    views.emplace_back(b, b.t(mean.get()));
    views.emplace_back(b, b.squeeze(mean.get()));
    views.emplace_back(b, b.slice(mean.get(), 0, 0, 2, 1));
    views.emplace_back(b, b.transpose(mean.get(), 0, 0));
    views.emplace_back(b, call(b, Fn::view, {mean.get(), Array::ints({2, 1})}).integer);
    views.emplace_back(b, call(b, Fn::permute, {mean.get(), Array::ints({0})}).integer);
    const Tensor copy(b, b.clone(mean.get()));
    const Tensor out(b, b.batch_norm(x.get(), mean.get(), var.get(), 0, 0, true, 1.0, 1e-5));
    ASSERT_TRUE(out) << error_message(b);
    for (size_t i = 0; i < views.size(); ++i)
        EXPECT_EQ(values(b, views[i].get()), (Numbers{3, 5})) << "view " << i << " does not share storage";
    EXPECT_EQ(values(b, copy.get()), (Numbers{0, 0})) << "clone shares storage";
}

void check_statistics_keep_their_dtype(const Backend& b) {
    if (!b.dtype) return skip("control");
    const Tensor x = make(b, DType::f32, {1, 3, 5, 7}, {2, 2});
    const Tensor mean = make(b, DType::f64, {0, 0}, {2}), var = make(b, DType::f64, {1, 1}, {2});
    const Tensor out(b, b.batch_norm(x.get(), mean.get(), var.get(), 0, 0, true, 0.5, 1e-5));
    ASSERT_TRUE(out) << error_message(b);
    EXPECT_EQ(dtype(b, out.get()), DType::f32) << "running statistics do not raise the result's dtype (V1)";
    EXPECT_EQ(dtype(b, mean.get()), DType::f64);
    EXPECT_EQ(values(b, mean.get()), (Numbers{1.5, 2.5}));
    EXPECT_EQ(values(b, var.get()), (Numbers{4.5, 4.5})) << "the unbiased variance moves the statistic";
}

}  // namespace

std::vector<Case> lifecycle_cases(const Backend& b) {
    std::vector<Case> cases;
    const auto add = [&](const char* id, const char* fn, std::vector<std::string> promises,
                         void (*check)(const Backend&)) {
        cases.push_back({id, fn, std::move(promises), true, [&b, check] { check(b); }});
    };
    add("free/views-outlive-the-base", "free", {"H1"}, check_views_outlive);
    add("free/twice", "free", {"H2"}, check_double_free);
    add("free/during-use", "free", {"H4"}, check_free_during_use);
    add("live_tensors/counts", "live_tensors", {"H1", "H3"}, check_counts);
    add("zeros/handles-are-never-reused", "zeros", {"H2"}, check_never_reused);
    add("add/eight-threads", "add", {"H4", "E5"}, check_threads);
    add("view/shares-storage", "view", {"H7"}, check_shared_storage);
    add("batch_norm/statistics-keep-their-dtype", "batch_norm", {"V1"}, check_statistics_keep_their_dtype);
    return cases;
}

}  // namespace simple::golden
