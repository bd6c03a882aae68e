#include "ci/simulated_cuda/streams.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <functional>
#include <string>

namespace simple::simulated_cuda {
namespace {

// Each test has streams of its own. The delay is read once: none here, another where a test has a process of its own.
class Streams : public testing::Test {
  protected:
    static StreamQueue& queue() { return StreamQueue::of(c10::Device(c10::DeviceType::CUDA, 0), new_stream()); }
    std::function<void()> note(const char* what) {
        return [this, what] { log_ += what; };
    }
    std::string log_;
};

TEST_F(Streams, DoTheirWorkInOrder) {
    StreamQueue& a = queue();
    a.add(note("1"));
    a.add(note("2"));
    a.synchronize();
    EXPECT_EQ(log_, "12");
}

// A copy between devices makes each stream wait for the other. All of it is due at once, when nobody has waited.
TEST_F(Streams, ThatWaitForEachOtherGoOn) {
    const auto in_turn = [&] {
        setenv("SIMULATED_CUDA_DELAY_MS", "20", 1);
        StreamQueue &a = queue(), &b = queue();
        for (const char* what : {"1", "2", "3"}) {
            b.add(note(what));
            a.add_wait(b.mark());
            a.add(note("a"));
            b.add_wait(a.mark());
        }
        usleep(300000);
        while (!a.idle() || !b.idle()) {
        }
        _exit(log_ == "1a2a3a" ? 0 : 1);
    };
    ASSERT_EXIT(in_turn(), testing::ExitedWithCode(0), "");
}

TEST_F(Streams, OfItselfWaitForNothing) {
    StreamQueue& a = queue();
    a.add(note("1"));
    a.add_wait(a.mark());
    a.add(note("2"));
    a.synchronize();
    EXPECT_EQ(log_, "12");
    EXPECT_TRUE(StreamQueue::is_reached({}));
}

TEST_F(Streams, DoNothingBeforeItIsDueUnlessSomebodyWaits) {
    const auto early_and_late = [&] {
        setenv("SIMULATED_CUDA_DELAY_MS", "60000", 1);
        StreamQueue &a = queue(), &b = queue();
        a.add(note("a"));
        const Mark mark = a.mark();
        a.add(note("later"));
        b.add_wait(mark);
        b.add(note("b"));
        const bool early = a.idle() || b.idle() || StreamQueue::is_reached(mark) || !log_.empty();
        b.synchronize();  // and nothing behind the mark
        const bool in_order = log_ == "ab" && StreamQueue::is_reached(mark) && !a.idle();
        a.synchronize();
        _exit(!early && in_order && log_ == "ablater" ? 0 : 1);
    };
    ASSERT_EXIT(early_and_late(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace simple::simulated_cuda

int main(int argc, char** argv) {
    setenv("SIMULATED_CUDA_DELAY_MS", "0", 1);
    testing::InitGoogleTest(&argc, argv);
    testing::GTEST_FLAG(death_test_style) = "threadsafe";
    return RUN_ALL_TESTS();
}
