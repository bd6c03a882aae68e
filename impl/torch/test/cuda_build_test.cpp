// A LibTorch with CUDA where there is no device (C1, C2): one that only says so, where that at hand has none.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "impl/abi/rt_torch.h"

namespace {

std::string version() {
    char* text = rt_torch_version();
    std::string copy = text ? text : "";
    std::free(text);
    return copy;
}

// What of CUDA needs a device, and what does not.
void expect_no_device() {
    EXPECT_FALSE(rt_torch_cuda_available());
    const int64_t x = rt_torch_tensor_eye(3);
    EXPECT_EQ(rt_torch_torchtensor_cuda(x, 0), 0);
    EXPECT_EQ(rt_torch_last_error_code(), 8);
    EXPECT_EQ(rt_torch_stream_create(0), 0);
    EXPECT_EQ(rt_torch_last_error_code(), 8);
    EXPECT_EQ(rt_torch_torchtensor_to_stream(x, 0, 0), 0);
    EXPECT_EQ(rt_torch_last_error_code(), 8);
    EXPECT_EQ(rt_torch_torchtensor_device(x), -1);
    EXPECT_EQ(rt_torch_cuda_memory_allocated(0), 0);
    EXPECT_EQ(rt_torch_cuda_max_memory_allocated(0), 0);
    rt_torch_cuda_empty_cache();
    EXPECT_EQ(rt_torch_last_error_code(), 0);
    EXPECT_EQ(rt_torch_torchtensor_sum(x), 3) << "the CPU computes";
    rt_torch_torchtensor_free(x);
}

class CudaBuild : public testing::Test {
  protected:
    void SetUp() override {
        if (rt_torch_cuda_available()) GTEST_SKIP() << "there is a device";
        testing::internal::CaptureStderr();
    }
    void TearDown() override {
        if (IsSkipped()) return;
        EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    }
};

TEST_F(CudaBuild, NamesItsCuda) {
    const std::string text = version();
    const size_t at = text.find("+cu");
    ASSERT_NE(at, std::string::npos) << text;
#ifdef CUDA_VERSION_SAID
    EXPECT_EQ(text.substr(at), CUDA_VERSION_SAID);
#endif
}

TEST_F(CudaBuild, WithoutADeviceWhatNeedsOneIsNotSupported) { expect_no_device(); }

TEST_F(CudaBuild, ChildrenOfForkAreNoOtherThanTheirParent) {
    expect_no_device();
    const pid_t child = fork();
    if (child == 0) {
        alarm(20);  // one that takes longer hangs
        expect_no_device();
        _exit(HasFailure() ? 1 : 0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

}  // namespace
