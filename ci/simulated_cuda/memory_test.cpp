#include "ci/simulated_cuda/memory.h"

#include <c10/util/Exception.h>
#include <gtest/gtest.h>

#include <cstring>
#include <utility>
#include <vector>

#include "ci/simulated_cuda/settings.h"
#include "ci/simulated_cuda/streams.h"

namespace simple::simulated_cuda {
namespace {

constexpr size_t kKilobyte = 1024;

// On a device of its own for each test, whose figures nothing else moves.
class MemoryOf : public testing::Test {
  protected:
    MemoryOf() : on_(next()) {}
    ~MemoryOf() override {
        limit_memory(-1);
        StreamQueue::synchronize_all();
    }
    static c10::DeviceIndex device() { return current_device(); }
    static StreamQueue& home() { return StreamQueue::current(device()); }

  private:
    static c10::DeviceIndex next() {
        static c10::DeviceIndex number = 0;
        return number++;
    }
    OnDevice on_;
};

TEST_F(MemoryOf, ADeviceIsNoneOfTheHosts) {
    const c10::DataPtr data = allocate(kKilobyte);
    auto* const bytes = static_cast<volatile char*>(data.get());
    EXPECT_DEATH((void)bytes[0], "");
    EXPECT_DEATH(bytes[0] = 1, "");
    EXPECT_EQ(data.device(), c10::Device(c10::DeviceType::CUDA, device()));
}

TEST_F(MemoryOf, NewBlocksHoldsPoison) {
    const c10::DataPtr data = allocate(kKilobyte);
    const auto* bytes = static_cast<const unsigned char*>(bytes_at(data.get()));
    for (size_t i = 0; i < kKilobyte; ++i) ASSERT_EQ(bytes[i], kPoison) << i;
}

TEST_F(MemoryOf, NoBytesIsNoMemory) {
    const c10::DataPtr data = allocate(0);
    EXPECT_EQ(data.get(), nullptr);
    EXPECT_EQ(bytes_at(nullptr), nullptr);
    EXPECT_EQ(figures(device()).current, 0);
}

TEST_F(MemoryOf, BlocksDoNotOverlapAndComeBackAsOneHole) {
    std::vector<c10::DataPtr> blocks;
    for (int i = 0; i < 8; ++i) {
        blocks.push_back(allocate(kKilobyte));
        std::memset(bytes_at(blocks.back().get()), i, kKilobyte);
    }
    for (int i = 0; i < 8; ++i)
        EXPECT_EQ(static_cast<const unsigned char*>(bytes_at(blocks[static_cast<size_t>(i)].get()))[kKilobyte - 1], i);
    const void* const first = blocks.front().get();
    for (const size_t i : {1, 3, 5, 7, 0, 2, 4, 6}) blocks[i].clear();
    EXPECT_EQ(allocate(8 * kKilobyte).get(), first) << "the holes were not joined";
}

TEST_F(MemoryOf, FiguresFollowTheBlocks) {
    const Figures before = figures(device());
    c10::DataPtr large = allocate(4 * kKilobyte);
    const c10::DataPtr small = allocate(1);  // takes what is handed out at least
    EXPECT_GE(figures(device()).current, before.current + static_cast<int64_t>(4 * kKilobyte) + 1);
    large.clear();
    EXPECT_EQ(figures(device()).peak - figures(device()).current, static_cast<int64_t>(4 * kKilobyte));
    reset_peak(device());
    EXPECT_EQ(figures(device()).peak, figures(device()).current);
    EXPECT_EQ(figures(device() + 1).current, 0) << "of another device";
}

TEST_F(MemoryOf, TooMuchIsOutOfMemory) {
    EXPECT_THROW((void)allocate(static_cast<size_t>(device_bytes()) + 1), c10::OutOfMemoryError);
    EXPECT_THROW((void)allocate(SIZE_MAX), c10::OutOfMemoryError);
    EXPECT_EQ(figures(device()).current, 0) << "what was refused is counted";
    EXPECT_NO_THROW((void)allocate(kKilobyte));
}

TEST_F(MemoryOf, NoMoreIsGivenBeyondALimit) {
    const c10::DataPtr before = allocate(kKilobyte);
    limit_memory(2 * kKilobyte);
    c10::DataPtr one = allocate(kKilobyte), two = allocate(kKilobyte);
    EXPECT_THROW((void)allocate(1), c10::OutOfMemoryError);
    one.clear();
    EXPECT_NO_THROW((void)allocate(1));
    limit_memory(0);
    EXPECT_NO_THROW((void)allocate(0));
    EXPECT_THROW((void)allocate(1), c10::OutOfMemoryError);
    limit_memory(-1);
    EXPECT_NO_THROW((void)allocate(64 * kKilobyte));
}

// What a stream still reads is given to nobody else, and comes back where memory is short.
TEST_F(MemoryOf, AFreedBlockWaitsForTheStreamsThatUseIt) {
    c10::DataPtr data = allocate(kKilobyte);
    const void* const address = data.get();
    const c10::Stream other(c10::Stream::UNSAFE, data.device(), new_stream());
    record_stream(address, other);
    unsigned char seen = 0;
    std::memset(bytes_at(address), 7, kKilobyte);
    StreamQueue::of(other).add([&] { seen = *static_cast<const unsigned char*>(bytes_at(address)); });
    data.clear();
    EXPECT_NE(allocate(kKilobyte).get(), address) << "another stream has still to read it";
    home().synchronize();
    EXPECT_EQ(seen, 7) << "it was given back before the other stream had read it";
    EXPECT_EQ(allocate(kKilobyte).get(), address);
}

TEST_F(MemoryOf, ShortMemoryWaitsForStreams) {
    c10::DataPtr data = allocate(kKilobyte);
    const void* const address = data.get();
    home().add([] {});
    data.clear();  // behind what lies on the stream
    limit_memory(0);
    EXPECT_THROW((void)allocate(2 * kKilobyte), c10::OutOfMemoryError);
    EXPECT_TRUE(home().idle()) << "nobody waited for what the stream gives back";
    limit_memory(kKilobyte);
    EXPECT_EQ(allocate(kKilobyte).get(), address);
}

}  // namespace
}  // namespace simple::simulated_cuda

int main(int argc, char** argv) {
    setenv("SIMULATED_CUDA_DELAY_MS", "60000", 1);
    setenv("SIMULATED_CUDA_DEVICES", "16", 1);
    setenv("SIMULATED_CUDA_MEMORY_MB", "16", 1);
    testing::InitGoogleTest(&argc, argv);
    testing::GTEST_FLAG(death_test_style) = "threadsafe";
    return RUN_ALL_TESTS();
}
