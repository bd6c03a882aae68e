// Where the library finds CUDA: the order of work on streams (C3). A real device is mostly too fast to be seen at work;
// a simulated one (ci/simulated_cuda) does each piece as late as it may, and there what is busy must say so.
#include <gtest/gtest.h>

#include <climits>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "ci/testkit/call.h"
#include "ci/testkit/client.h"
#include "ci/testkit/device.h"
#include "ci/testkit/simulated.h"
#include "golden/suite/on_devices.h"

namespace simple::golden {
namespace {

// What a simulated device knows of its streams but each device's first; -1 where the device is a real one.
int64_t busy_streams() { return told_by_simulated_cuda("simulated_cuda_busy_streams"); }
int64_t stream_work() { return told_by_simulated_cuda("simulated_cuda_stream_work"); }

void check_waits_for_source(const Backend& b) {
    const Stream stream(b, 0);
    const Tensor x = on(b, 0);
    const Tensor there = sent(b, doubled(b, x), 0, stream);  // whose source is gone by now, too
    b.stream_sync(stream.get());
    EXPECT_EQ(values(b, there.get()), kDoubled);
}

void check_from_host(const Backend& b) {
    const Stream stream(b, 0);
    Tensor here = make(b, DType::f64, kNumbers, {4});
    const Tensor cpu(b, b.cpu(here.get()));
    const Tensor there = sent(b, cpu, 0, stream);
    EXPECT_EQ(b.device(there.get()), 0);
    EXPECT_EQ(b.device(cpu.get()), -1) << "the source was moved";
    b.stream_sync(stream.get());
    EXPECT_EQ(values(b, there.get()), kNumbers);
}

void check_is_a_copy(const Backend& b) {
    const Stream stream(b, 0);
    const Tensor x = on(b, 0);
    b.set_requires_grad(x.get(), false);
    const Tensor there = sent(b, x, 0, stream);
    b.stream_sync(stream.get());
    EXPECT_NE(there.get(), x.get());
    EXPECT_EQ(values(b, there.get()), kNumbers);
    EXPECT_EQ(values(b, x.get()), kNumbers);
}

void check_read_while_busy(const Backend& b) {
    const Stream stream(b, 0);
    const Tensor there = sent(b, doubled(b, on(b, 0)), 0, stream);
    EXPECT_EQ(values(b, there.get()), kDoubled) << "the copy had not been waited for";
    const Tensor again = sent(b, doubled(b, on(b, 0)), 0, stream), back(b, b.cpu(again.get()));
    EXPECT_EQ(values(b, back.get()), kDoubled) << "the copy had not been waited for";
}

void check_used_while_busy(const Backend& b) {
    const Stream stream(b, 0);
    const Tensor there = sent(b, on(b, 0), 0, stream), square(b, b.mul(there.get(), there.get()));
    EXPECT_EQ(values(b, square.get()), kSquares) << "computed from what the stream had not brought yet";
    EXPECT_EQ(b.sum(Tensor(sent(b, on(b, 0), 0, stream)).get()), 10);
}

void check_freed_while_busy(const Backend& b) {
    const Stream stream(b, 0);
    Tensor there = sent(b, on(b, 0), 0, stream);
    const Tensor copy(b, b.clone(there.get()));
    there.reset();
    const Tensor other = on(b, 0, {7, 7, 7, 7});  // may lie where it lay
    EXPECT_EQ(values(b, copy.get()), kNumbers);
    // The stream that it was made on is idle, and another one still reads it.
    Tensor done = sent(b, on(b, 0), 0, stream);
    b.stream_sync(stream.get());
    const Tensor late(b, b.clone(done.get()));
    done.reset();
    EXPECT_EQ(values(b, late.get()), kNumbers);
    Tensor lost = sent(b, on(b, 0), 0, stream);
    lost.reset();
    const Tensor next = sent(b, on(b, 0), 0, stream);
    b.stream_sync(stream.get());
    EXPECT_EQ(values(b, next.get()), kNumbers);
    EXPECT_EQ(values(b, other.get()), (Numbers{7, 7, 7, 7}));
}

void check_stream_freed_while_busy(const Backend& b) {
    Tensor there;
    {
        const Stream stream(b, 0);
        there = sent(b, doubled(b, on(b, 0)), 0, stream);
    }
    EXPECT_EQ(values(b, there.get()), kDoubled);
}

void check_chain(const Backend& b) {
    const Stream first(b, 0), second(b, 0);
    const Tensor there = sent(b, sent(b, doubled(b, on(b, 0)), 0, first), 0, second);
    b.stream_sync(second.get());
    EXPECT_EQ(values(b, there.get()), kDoubled) << "the second stream had to wait for the first one's copy";
}

void check_gradient(const Backend& b) {
    const Stream stream(b, 0);
    const Tensor x = on(b, 0);
    b.set_requires_grad(x.get(), true);
    const Tensor there = sent(b, x, 0, stream), square(b, b.mul(there.get(), there.get()));
    const Tensor sum(b, b.sum_dim(square.get(), 0, false));
    b.backward(sum.get());
    ASSERT_EQ(error_code(b), 0) << error_message(b);
    const Tensor grad(b, b.grad(x.get()));
    ASSERT_TRUE(grad) << "the copy cut the graph";
    EXPECT_EQ(b.device(grad.get()), 0);
    EXPECT_EQ(values(b, grad.get()), kDoubled);
}

void check_other_device(const Backend& b) {
    if (device_count(b) < 2) return skip("second-device");
    for (const int32_t to : {0, 1}) {
        const Stream stream(b, to);
        const Tensor there = sent(b, doubled(b, on(b, 1 - to)), to, stream);
        ASSERT_TRUE(there) << error_message(b);
        EXPECT_EQ(b.device(there.get()), to);
        b.stream_sync(stream.get());
        EXPECT_EQ(values(b, there.get()), kDoubled);
    }
}

void check_stream_of_other_device(const Backend& b) {
    if (device_count(b) < 2) return skip("second-device");
    const Tensor x = on(b, 0);
    for (const int32_t device : {0, 1}) {
        const Stream stream(b, device);
        EXPECT_EQ(b.to_stream(x.get(), 1 - device, stream.get()), 0);
        EXPECT_TRUE(left(b, 2)) << "the stream is on device " << device;
        const Tensor there = sent(b, x, device, stream);
        EXPECT_EQ(b.device(there.get()), device) << error_message(b);
    }
}

void check_order_of_errors(const Backend& b) {
    if (!b.last_error_code) return skip("control");
    const Stream stream(b, 0);
    const Tensor x = on(b, 0);
    Tensor gone = on(b, 0);
    const int64_t stale = gone.get();
    gone.reset();
    const int64_t no_stream = b.stream_create(0);
    b.stream_free(no_stream);
    const auto code_of = [&](int64_t tensor, int32_t device, int64_t on_stream) {
        EXPECT_EQ(b.to_stream(tensor, device, on_stream), 0);
        return error_code(b);
    };
    EXPECT_EQ(code_of(stale, 0, stream.get()), 1);
    EXPECT_EQ(code_of(stale, -7, no_stream), 1);
    EXPECT_EQ(code_of(x.get(), 0, no_stream), 1);
    EXPECT_EQ(code_of(x.get(), 0, x.get()), 1) << "a tensor is no stream";
    EXPECT_EQ(code_of(stream.get(), 0, stream.get()), 1) << "a stream is no tensor";
    EXPECT_EQ(code_of(x.get(), 0, 0), 1) << "there is no stream 0";
    EXPECT_EQ(code_of(x.get(), -7, no_stream), 1) << "handles count before the device id";
    EXPECT_EQ(code_of(x.get(), -7, stream.get()), 5);
    EXPECT_EQ(b.cuda(stale, -7), 0);
    EXPECT_TRUE(left(b, 1));
}

// Numbers that become a device's where they are cut to 8 or 16 bits, or to what there is.
void check_device_ids(const Backend& b) {
    const Stream stream(b, 0);
    const Tensor x = on(b, 0);
    for (const int32_t id : {-1, 100, 256, 257, 65536, 65537, INT_MAX, INT_MIN, -256}) {
        EXPECT_EQ(b.cuda(x.get(), id), 0);
        EXPECT_TRUE(left(b, 5)) << "cuda, device " << id;
        EXPECT_EQ(b.stream_create(id), 0);
        EXPECT_TRUE(left(b, 5)) << "stream_create, device " << id;
        EXPECT_EQ(b.to_stream(x.get(), id, stream.get()), 0);
        EXPECT_TRUE(left(b, 5)) << "to_stream, device " << id;
    }
}

void check_query(const Backend& b) {
    const Stream stream(b, 0), other(b, 0);
    EXPECT_TRUE(b.stream_query(stream.get())) << "a stream without work is idle";
    EXPECT_EQ(error_code(b), 0);
    const int64_t others = busy_streams();  // those of earlier cases
    const Tensor there = sent(b, on(b, 0), 0, stream);
    const int64_t before = busy_streams();
    const bool idle = b.stream_query(stream.get());
    EXPECT_EQ(error_code(b), 0) << "busy is no error";
    const int64_t after = busy_streams();
    if (after > others) {
        EXPECT_FALSE(idle) << "the copy is not done, but the stream is said to be idle";
    }
    if (before == 0) {
        EXPECT_TRUE(idle) << "the stream has no work, but is said to be busy";
    }
    EXPECT_TRUE(b.stream_query(other.get())) << "another stream has no work";
    b.stream_sync(stream.get());
    EXPECT_TRUE(b.stream_query(stream.get())) << "a stream that was waited for is idle";
    EXPECT_EQ(values(b, there.get()), kNumbers);
}

void check_is_on_that_stream(const Backend& b) {
    const Tensor x = on(b, 0);
    const Stream stream(b, 0);
    const int64_t before = stream_work();
    const Tensor there = sent(b, x, 0, stream);
    if (before < 0) return;
    EXPECT_GT(stream_work(), before) << "nothing was put on any stream that stream_create gave";
}

void check_sync(const Backend& b) {
    const Stream stream(b, 0), other(b, 0);
    const Tensor x = on(b, 0);
    const int64_t others = busy_streams();  // those of earlier cases
    for (int i = 0; i < 3; ++i) {
        const Tensor there = sent(b, x, 0, stream), also = sent(b, x, 0, other);
        b.stream_sync(other.get());
        EXPECT_EQ(error_code(b), 0) << error_message(b);
        EXPECT_TRUE(b.stream_query(other.get()));
        EXPECT_LE(busy_streams(), others + 1) << "the stream that was waited for has work";
        b.stream_sync(stream.get());
        EXPECT_LE(busy_streams(), others) << "the stream that was waited for has work";
        EXPECT_TRUE(b.stream_query(stream.get()));
        EXPECT_EQ(values(b, there.get()), kNumbers);
    }
}

void check_bad_streams(const Backend& b) {
    const Tensor x = on(b, 0);
    const int64_t gone = b.stream_create(0);
    ASSERT_GT(gone, 0) << error_message(b);
    b.stream_free(gone);
    EXPECT_EQ(error_code(b), 0);
    for (const int64_t bad : {gone, x.get(), int64_t{-1}, int64_t{0}}) {
        b.stream_sync(bad);
        EXPECT_TRUE(left(b, 1)) << "sync";
        EXPECT_FALSE(b.stream_query(bad));
        EXPECT_TRUE(left(b, 1)) << "query";
    }
    b.stream_free(gone);
    EXPECT_TRUE(left(b, 1)) << "a stream is freed once";
}

void check_live_streams(const Backend& b) {
    if (!b.live_streams) return skip("control");
    const int64_t before = b.live_streams();
    {
        const Stream one(b, 0), two(b, 0);
        EXPECT_NE(one.get(), two.get());
        EXPECT_EQ(b.live_streams(), before + 2);
    }
    EXPECT_EQ(b.live_streams(), before);
}

void check_threads(const Backend& b) {
    constexpr int kThreads = 4;
    std::vector<Numbers> found(kThreads);
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back([&b, &found, i] {
            for (int round = 0; round < 20; ++round) {
                const Stream stream(b, 0);
                const double number = i + 1;
                const Tensor there = sent(b, doubled(b, on(b, 0, {number})), 0, stream);
                b.stream_sync(stream.get());
                if (found[i] = values(b, there.get()); found[i] != Numbers{2 * number}) return;
            }
        });
    for (auto& thread : threads) thread.join();
    for (int i = 0; i < kThreads; ++i) EXPECT_EQ(found[i], Numbers{2.0 * (i + 1)}) << "thread " << i;
}

}  // namespace

std::vector<Case> stream_cases(const Backend& b) {
    std::vector<Case> cases;
    const auto add = [&](const char* id, std::vector<std::string> promises, DeviceCheck* check) {
        cases.push_back(on_devices(b, id, std::move(promises), check));
    };
    add("to_stream/waits-for-its-source", {"C3"}, check_waits_for_source);
    add("to_stream/from-the-host", {"C3"}, check_from_host);
    add("to_stream/is-a-copy", {"C3"}, check_is_a_copy);
    add("to_stream/read-while-busy", {"C3"}, check_read_while_busy);
    add("cpu/of-a-busy-stream", {"C3"}, check_read_while_busy);
    add("to_stream/used-while-busy", {"C3"}, check_used_while_busy);
    add("free/on-a-busy-stream", {"C3", "H1"}, check_freed_while_busy);
    add("stream_free/while-busy", {"C3", "H1"}, check_stream_freed_while_busy);
    add("to_stream/one-stream-after-another", {"C3"}, check_chain);
    add("to_stream/gradient-crosses", {"C3", "G4"}, check_gradient);
    add("to_stream/from-another-device", {"C3"}, check_other_device);
    add("to_stream/stream-of-another-device", {"C3", "E3"}, check_stream_of_other_device);
    add("stream_create/on-each-device", {"C3"}, check_stream_of_other_device);
    add("to_stream/order-of-errors", {"C3", "E4"}, check_order_of_errors);
    add("to_stream/device-ids", {"C3", "E3"}, check_device_ids);
    add("cuda/device-ids", {"C3", "E3"}, check_device_ids);
    add("stream_create/device-ids", {"C3", "E3"}, check_device_ids);
    add("stream_query/tells-busy-from-idle", {"C3"}, check_query);
    add("to_stream/on-that-stream", {"C3"}, check_is_on_that_stream);
    add("stream_sync/waits", {"C3"}, check_sync);
    add("stream_sync/bad-streams", {"C3", "H2"}, check_bad_streams);
    add("stream_query/bad-streams", {"C3", "H2"}, check_bad_streams);
    add("stream_free/bad-streams", {"C3", "H2"}, check_bad_streams);
    add("live_streams/follows-the-streams", {"C3", "H3"}, check_live_streams);
    add("to_stream/four-threads", {"C3", "H4"}, check_threads);
    return cases;
}

}  // namespace simple::golden
