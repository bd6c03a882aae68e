// Where the library finds CUDA: moving, streams, memory. Elsewhere every case is skipped (cuda).
#include <gtest/gtest.h>

#include <string>

#include "ci/testkit/call.h"
#include "ci/testkit/client.h"
#include "ci/testkit/device.h"
#include "ci/testkit/simulated.h"
#include "golden/suite/special.h"

namespace simple::golden {
namespace {

using Numbers = std::vector<double>;

constexpr int32_t kNoSuchDevice = 10000;

// Where a simulated device is, LibTorch finds one, and a candidate that says otherwise would have its other cases
// skipped.
void check_available(const Backend& b) {
    EXPECT_TRUE(b.cuda_available()) << "the LibTorch of this process finds a CUDA device";
}

void check_move(const Backend& b) {
    const Tensor x = make(b, DType::f64, {1, 2, 3, 4}, {2, 2});
    const Tensor there(b, b.cuda(x.get(), 0));
    ASSERT_TRUE(there) << error_message(b);
    EXPECT_TRUE(b.is_cuda(there.get()));
    EXPECT_EQ(b.device(there.get()), 0);
    const Tensor turned(b, b.t(there.get())), back(b, b.cpu(turned.get()));
    EXPECT_FALSE(b.is_cuda(back.get()));
    EXPECT_EQ(b.device(back.get()), -1);
    EXPECT_EQ(values(b, back.get()), (Numbers{1, 3, 2, 4}));
}

void check_gradient_crosses(const Backend& b) {
    const Tensor x = make(b, DType::f64, {1, 2}, {2});
    b.set_requires_grad(x.get(), true);
    const Tensor there(b, b.cuda(x.get(), 0)), square(b, b.mul(there.get(), there.get()));
    const Tensor sum(b, b.sum_dim(square.get(), 0, false));
    b.backward(sum.get());
    EXPECT_EQ(error_code(b), 0) << error_message(b);
    const Tensor grad(b, b.grad(x.get()));
    ASSERT_TRUE(grad);
    EXPECT_EQ(b.device(grad.get()), suite_device());
    EXPECT_EQ(values(b, grad.get()), (Numbers{2, 4}));
}

void check_no_such_device(const Backend& b) {
    const Tensor x = make(b, DType::f64, {1}, {1});
    for (const int32_t id : {-1, kNoSuchDevice}) {
        EXPECT_EQ(b.cuda(x.get(), id), 0);
        EXPECT_TRUE(left(b, 5)) << "device " << id;
        EXPECT_EQ(b.stream_create(id), 0);
        EXPECT_TRUE(left(b, 5)) << "device " << id;
    }
}

void check_one_device_a_call(const Backend& b) {
    const Tensor made = make(b, DType::f64, {1, 2}, {2}), here(b, b.cpu(made.get())), there(b, b.cuda(made.get(), 0));
    EXPECT_EQ(b.add(here.get(), there.get()), 0);
    EXPECT_TRUE(left(b, 2));
    EXPECT_EQ(b.matmul(there.get(), here.get()), 0);
    EXPECT_TRUE(left(b, 2));
}

void check_no_memory(const Backend& b) {
    if (!NoDeviceMemory::is_possible()) return skip("simulated-memory");
    const Tensor x = make(b, DType::f64, {1, 2}, {2}), here(b, b.cpu(x.get()));
    const int64_t stream = b.stream_create(0);
    {
        const NoDeviceMemory none;
        EXPECT_EQ(b.cuda(here.get(), 0), 0);
        EXPECT_TRUE(left(b, 7)) << error_message(b);
        EXPECT_EQ(b.to_stream(here.get(), 0, stream), 0);
        EXPECT_TRUE(left(b, 7)) << error_message(b);
    }
    const Tensor there(b, b.to_stream(here.get(), 0, stream));
    EXPECT_EQ(values(b, there.get()), (Numbers{1, 2})) << "with memory again: " << error_message(b);
    b.stream_free(stream);
}

void check_stream(const Backend& b) {
    const Tensor x = make(b, DType::f64, {1, 2, 3}, {3});
    const int64_t stream = b.stream_create(0);
    ASSERT_GT(stream, 0) << error_message(b);
    const Tensor there(b, b.to_stream(x.get(), 0, stream));
    ASSERT_TRUE(there) << error_message(b);
    EXPECT_EQ(b.to_stream(x.get(), kNoSuchDevice, stream), 0);
    EXPECT_TRUE(left(b, 5));
    b.stream_sync(stream);
    EXPECT_EQ(error_code(b), 0);
    EXPECT_TRUE(b.stream_query(stream)) << "a stream that was waited for is idle";
    EXPECT_EQ(values(b, there.get()), (Numbers{1, 2, 3}));
    b.stream_free(stream);
    EXPECT_EQ(error_code(b), 0);
    b.stream_sync(stream);
    EXPECT_TRUE(left(b, 1));
}

void check_memory(const Backend& b) {
    constexpr int64_t kBytes = 8 << 20;
    const Tensor x = make(b, DType::f64, Numbers(kBytes / 8, 1), {kBytes / 8});
    const Tensor here(b, b.cpu(x.get()));
    const int64_t before = b.cuda_memory_allocated(0);
    Tensor there(b, b.cuda(here.get(), 0));
    if (b.cuda_memory_allocated(0) == 0) return skip("memory-figures");  // LibTorch before 2.9 does not tell them
    EXPECT_GE(b.cuda_memory_allocated(0), before + kBytes);
    EXPECT_GE(b.cuda_max_memory_allocated(0), before + kBytes);
    there.reset();
    EXPECT_EQ(b.cuda_memory_allocated(0), before);
    EXPECT_GE(b.cuda_max_memory_allocated(0), before + kBytes) << "the most that ever was does not sink";
    b.cuda_empty_cache();
    EXPECT_EQ(error_code(b), 0);
}

}  // namespace

std::vector<Case> cuda_cases(const Backend& b) {
    std::vector<Case> cases;
    const auto add = [&](const char* id, const char* fn, std::vector<std::string> promises,
                         void (*check)(const Backend&)) {
        cases.push_back({id, fn, std::move(promises), true, [&b, check] { check(b); }, "cuda"});
    };
    add("cuda_available/finds-the-devices", "cuda_available", {"C3"}, check_available);
    add("cuda/moves-and-returns", "cuda", {"V4"}, check_move);
    add("cpu/moves-and-returns", "cpu", {"V4"}, check_move);
    add("cuda/gradient-crosses", "cuda", {"G4"}, check_gradient_crosses);
    add("cuda/no-device-memory", "cuda", {"E2", "E3"}, check_no_memory);
    add("to_stream/no-device-memory", "to_stream", {"E2", "E3"}, check_no_memory);
    add("cuda/no-such-device", "cuda", {"E3"}, check_no_such_device);
    add("stream_create/no-such-device", "stream_create", {"E3"}, check_no_such_device);
    add("cuda/one-device-a-call", "cuda", {"C3"}, check_one_device_a_call);
    add("to_stream/copies-in-order", "to_stream", {"C3"}, check_stream);
    add("stream_sync/copies-in-order", "stream_sync", {"C3"}, check_stream);
    add("stream_query/copies-in-order", "stream_query", {"C3"}, check_stream);
    add("cuda_memory_allocated/follows-the-tensors", "cuda_memory_allocated", {"V4"}, check_memory);
    return cases;
}

}  // namespace simple::golden
