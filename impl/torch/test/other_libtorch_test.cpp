// Every call of a library beside another LibTorch than its own fails, and says why.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <thread>

#include "impl/abi/rt_torch.h"

namespace {

std::string taken(char* text) {
    std::string copy = text ? text : "";
    std::free(text);
    return copy;
}

void expect_refusal() {
    EXPECT_EQ(rt_torch_last_error_code(), 8);
    EXPECT_NE(
        taken(rt_torch_last_error_message()).find(", and this process has loaded 9.8.7 before: build with that one"),
        std::string::npos);
}

TEST(OtherLibTorch, IsSaidByEveryCall) {
    for (int call = 0; call < 2; ++call) {
        EXPECT_FALSE(rt_torch_available());
        expect_refusal();
        const SplArray scalar{nullptr, 0, 0};
        EXPECT_EQ(rt_torch_tensor_zeros(&scalar), 0);
        expect_refusal();
    }
    rt_torch_live_tensors();
    expect_refusal();
}

TEST(OtherLibTorch, IsSaidInEveryThread) {
    std::thread([] {
        EXPECT_FALSE(rt_torch_available());
        expect_refusal();
    }).join();
}

}  // namespace
