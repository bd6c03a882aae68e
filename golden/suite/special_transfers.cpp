// From one device to another, and figures of their memory.
#include <climits>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ci/testkit/call.h"
#include "ci/testkit/device.h"
#include "golden/suite/on_devices.h"

namespace simple::golden {
namespace {

// Both ways, and what is there already.
void check_between_devices(const Backend& b) {
    if (device_count(b) < 2) return skip("second-device");
    for (const int32_t from : {0, 1}) {
        const Tensor x = doubled(b, on(b, from)), there(b, b.cuda(x.get(), 1 - from));
        ASSERT_TRUE(there) << error_message(b);
        EXPECT_EQ(b.device(x.get()), from) << "the source was moved";
        EXPECT_EQ(b.device(there.get()), 1 - from);
        EXPECT_TRUE(b.is_cuda(there.get()));
        EXPECT_EQ(values(b, there.get()), kDoubled);
        const Tensor same(b, b.cuda(there.get(), 1 - from));
        EXPECT_EQ(b.device(same.get()), 1 - from);
        EXPECT_EQ(values(b, same.get()), kDoubled);
        const Tensor back(b, b.cpu(there.get()));
        EXPECT_EQ(b.device(back.get()), -1);
        EXPECT_EQ(values(b, back.get()), kDoubled);
    }
}

void check_gradients_between_devices(const Backend& b) {
    if (device_count(b) < 2) return skip("second-device");
    const Tensor x = on(b, 1);
    b.set_requires_grad(x.get(), true);
    const Tensor there(b, b.cuda(x.get(), 0)), square(b, b.mul(there.get(), there.get()));
    const Tensor here(b, b.cpu(square.get())), sum(b, b.sum_dim(here.get(), 0, false));
    b.backward(sum.get());
    ASSERT_EQ(error_code(b), 0) << error_message(b);
    const Tensor grad(b, b.grad(x.get()));
    ASSERT_TRUE(grad);
    EXPECT_EQ(b.device(grad.get()), 1) << "the gradient is where the tensor is";
    EXPECT_EQ(values(b, grad.get()), kDoubled);
    b.zero_grad(x.get());
    EXPECT_EQ(values(b, grad.get()), (Numbers{0, 0, 0, 0}));
}

// H7: what is no view is row-major, so that it can be seen in one row.
void check_copies_are_row_major(const Backend& b) {
    const Tensor x = make(b, DType::f64, {1, 2, 3, 4, 5, 6}, {2, 3}), here(b, b.cpu(x.get()));
    const Tensor turned(b, b.t(here.get())), there(b, b.cuda(turned.get(), 0));
    const Tensor turned_back(b, b.t(there.get())), back(b, b.cpu(turned_back.get()));
    const Stream stream(b, 0);
    const Tensor sent_there = sent(b, turned_back, 0, stream);
    const auto row_of = [&](const Tensor& matrix) {
        return Tensor(b, call(b, Fn::view, {matrix.get(), Array::ints({6})}).integer);
    };
    const Tensor rows[] = {row_of(there), row_of(back), row_of(sent_there)};
    ASSERT_TRUE(rows[0]) << "cuda's copy is not row-major";
    ASSERT_TRUE(rows[1]) << "cpu's copy is not row-major";
    ASSERT_TRUE(rows[2]) << "to_stream's copy is not row-major";
    EXPECT_EQ(values(b, rows[0].get()), (Numbers{1, 4, 2, 5, 3, 6}));
    EXPECT_EQ(values(b, rows[1].get()), (Numbers{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(values(b, rows[2].get()), (Numbers{1, 2, 3, 4, 5, 6}));
}

// As far as the LibTorch tells: before 2.9 both are 0.
void check_figures_of_devices(const Backend& b) {
    if (device_count(b) < 2) return skip("second-device");
    constexpr int64_t kBytes = 4 << 20;
    const Numbers numbers(kBytes / 8, 1);
    const int64_t before[] = {b.cuda_memory_allocated(0), b.cuda_memory_allocated(1)};
    Tensor there = on(b, 1, numbers);
    if (b.cuda_memory_allocated(0) == 0 && b.cuda_memory_allocated(1) == 0) return skip("memory-figures");
    EXPECT_EQ(b.cuda_memory_allocated(0), before[0]) << "the other device's";
    EXPECT_EQ(b.cuda_memory_allocated(1), before[1] + kBytes);
    EXPECT_GE(b.cuda_max_memory_allocated(1), before[1] + kBytes);
    const int64_t most = b.cuda_max_memory_allocated(1);
    there.reset();
    EXPECT_EQ(b.cuda_memory_allocated(1), before[1]);
    EXPECT_EQ(b.cuda_max_memory_allocated(1), most);
}

void check_figures_cannot_fail(const Backend& b) {
    const Tensor there = on(b, 0);
    for (const int32_t id : {0, 1, 100, -1, INT_MAX, INT_MIN}) {
        const int64_t now = b.cuda_memory_allocated(id);
        EXPECT_EQ(error_code(b), 0) << "device " << id << ": " << error_message(b);
        const int64_t most = b.cuda_max_memory_allocated(id);
        EXPECT_EQ(error_code(b), 0) << "device " << id << ": " << error_message(b);
        EXPECT_GE(now, 0) << "device " << id;
        EXPECT_GE(most, now) << "device " << id;
        if (id < 0 || id >= 100) {
            EXPECT_EQ(most, 0) << "there is no device " << id;
        }
    }
    b.cuda_empty_cache();
    EXPECT_EQ(error_code(b), 0) << error_message(b);
    EXPECT_EQ(values(b, there.get()), kNumbers);
}

}  // namespace

std::vector<Case> transfer_cases(const Backend& b) {
    std::vector<Case> cases;
    const auto add = [&](const char* id, std::vector<std::string> promises, DeviceCheck* check) {
        cases.push_back(on_devices(b, id, std::move(promises), check));
    };
    add("cuda/copies-row-major", {"C3", "H7"}, check_copies_are_row_major);
    add("cpu/copies-row-major", {"C3", "H7"}, check_copies_are_row_major);
    add("to_stream/copies-row-major", {"C3", "H7"}, check_copies_are_row_major);
    add("cuda/between-devices", {"C3"}, check_between_devices);
    add("device/between-devices", {"C3"}, check_between_devices);
    add("is_cuda/between-devices", {"C3"}, check_between_devices);
    add("cpu/between-devices", {"C3"}, check_between_devices);
    add("cuda/gradient-between-devices", {"C3", "G4"}, check_gradients_between_devices);
    add("grad/between-devices", {"C3", "G2"}, check_gradients_between_devices);
    add("zero_grad/between-devices", {"C3", "G2"}, check_gradients_between_devices);
    add("backward/between-devices", {"C3", "G4"}, check_gradients_between_devices);
    add("cuda_memory_allocated/of-each-device", {"C3"}, check_figures_of_devices);
    add("cuda_max_memory_allocated/of-each-device", {"C3"}, check_figures_of_devices);
    add("cuda_memory_allocated/any-device-id", {"C3", "C4"}, check_figures_cannot_fail);
    add("cuda_max_memory_allocated/any-device-id", {"C3", "C4"}, check_figures_cannot_fail);
    add("cuda_empty_cache/keeps-tensors", {"C3", "C4"}, check_figures_cannot_fail);
    return cases;
}

}  // namespace simple::golden
