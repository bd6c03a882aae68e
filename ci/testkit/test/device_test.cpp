#include "ci/testkit/device.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace simple {
namespace {

std::vector<int64_t> g_freed;
int64_t g_moved = 102;  // what cuda gives

Backend fake() {
    Backend backend;
    backend.eye = [](int64_t n) -> int64_t { return n < 0 ? 0 : 2; };
    backend.cuda = [](int64_t handle, int32_t number) -> int64_t { return g_moved ? g_moved + handle * number : 0; };
    backend.free = [](int64_t handle) { g_freed.push_back(handle); };
    g_freed.clear();
    g_moved = 102;
    return backend;
}

TEST(Device, created_tensors_are_moved_and_the_first_one_is_freed) {
    const Backend there = on_cuda(fake(), 3);
    EXPECT_EQ(there.eye(4), 108);
    EXPECT_EQ(g_freed, std::vector<int64_t>{2});
}

TEST(Device, a_failed_creation_is_not_moved) {
    const Backend there = on_cuda(fake(), 0);
    EXPECT_EQ(there.eye(-1), 0);
    EXPECT_TRUE(g_freed.empty());
}

// The code of cuda must outlive it, so nothing is called behind it.
TEST(Device, a_failed_move_is_a_failed_creation) {
    const Backend there = on_cuda(fake(), 0);
    g_moved = 0;
    EXPECT_EQ(there.eye(1), 0);
    EXPECT_TRUE(g_freed.empty());
}

TEST(Device, what_the_backend_lacks_stays_absent) {
    const Backend there = on_cuda(fake(), 0);
    EXPECT_EQ(there.zeros, nullptr);
    EXPECT_EQ(there.from_i64_data, nullptr);
}

TEST(Device, names) {
    EXPECT_EQ(device_number("cpu"), -1);
    EXPECT_EQ(device_number("cuda:0"), 0);
    EXPECT_EQ(device_number("cuda:12"), 12);
    for (const char* bad : {"", "cuda", "cuda:", "cuda:-1", "cuda:1x", "gpu", "cuda:12345"})
        EXPECT_THROW(device_number(bad), std::runtime_error) << bad;
}

}  // namespace
}  // namespace simple
