// Faults of devices and streams, which only a machine with CUDA shows, be it simulated (ci/simulated_cuda).
#include <climits>
#include <cstdint>
#include <vector>

#include "ci/faults/planting.h"

namespace simple {

using namespace planted;

namespace {

constexpr int32_t kDevices = 2;  // of the simulated machine

// A device id that is taken for another one.
int32_t clamped(int32_t id) { return id < 0 ? 0 : id >= kDevices ? kDevices - 1 : id; }
int32_t of_8_bits(int32_t id) { return static_cast<int8_t>(id); }
int32_t of_16_bits(int32_t id) { return static_cast<int16_t>(id); }
int32_t first(int32_t id) { return id >= 0 && id < kDevices ? 0 : id; }
int32_t current_if_negative(int32_t id) { return id == -1 ? 0 : id; }

template <int32_t (*Taken)(int32_t)>
void cuda_taking(Backend& to) {
    to.cuda = [](int64_t x, int32_t id) { return inner().cuda(x, Taken(id)); };
}
template <int32_t (*Taken)(int32_t)>
void stream_create_taking(Backend& to) {
    to.stream_create = [](int32_t id) { return inner().stream_create(Taken(id)); };
}
template <int32_t (*Taken)(int32_t)>
void to_stream_taking(Backend& to) {
    to.to_stream = [](int64_t x, int32_t id, int64_t stream) { return inner().to_stream(x, Taken(id), stream); };
}

// The same tensor elsewhere, for `after`; a tensor of the CPU stays.
int64_t on_cpu(int64_t x) { return inner().is_cuda(x) ? inner().cpu(x) : inner().detach(x); }
int64_t on_first(int64_t x) { return inner().is_cuda(x) ? inner().cuda(x, 0) : inner().detach(x); }
int64_t on_next(int64_t x) {
    const int32_t at = inner().device(x);
    return at < 0 ? inner().detach(x) : inner().cuda(x, 1 - at);
}

// y where x is, in the graph.
int64_t beside(int64_t x, int64_t y) {
    const int32_t at = inner().device(x);
    return at < 0 ? inner().cpu(y) : inner().cuda(y, at);
}

// A function of two tensors that moves the second to the first.
template <auto F, typename R, typename... A>
void plant_moving(Backend& to, R (*Backend::*)(int64_t, int64_t, A...)) {
    to.*F = [](int64_t x, int64_t y, A... a) -> R {
        if (!is_tensor(x) || !is_tensor(y) || inner().device(x) == inner().device(y)) return (inner().*F)(x, y, a...);
        const int64_t moved = beside(x, y);
        const R result = (inner().*F)(x, moved, a...);
        if (inner().last_error_code() == 0) inner().free(moved);
        return result;
    };
}
template <auto F>
void moving(Backend& to) {
    plant_moving<F>(to, F);
}

int64_t to_default_stream(int64_t x, int32_t id, int64_t stream) {
    inner().stream_query(stream);
    const bool refused = inner().last_error_code() != 0 || !is_tensor(x) || id < 0 || id >= kDevices;
    return refused ? inner().to_stream(x, id, stream) : then(inner().cuda(x, id), copied);
}

thread_local int64_t t_latest_stream = 0;

// Bit 62 of a handle is not looked at.
int64_t without_bit_62(int64_t handle) {
    return static_cast<int64_t>(static_cast<uint64_t>(handle) & ~(uint64_t{1} << 62));
}

PlantedFault fault(const char* id, Fn fn, const char* what, void (*plant)(Backend&), Kind kind = Kind::values) {
    return {id, fn, what, kind, "C3", "golden", plant};
}

// Where results are, and what is mixed, the property suite draws.
PlantedFault drawn_fault(const char* id, Fn fn, const char* what, void (*plant)(Backend&), Kind kind = Kind::values) {
    return {id, fn, what, kind, "C3", "golden property", plant};
}

}  // namespace

const std::vector<PlantedFault>& cuda_faults() {
    static const std::vector<PlantedFault> faults{
        fault("cuda_available.never", Fn::cuda_available, "cuda_available says false of every machine",
              [](Backend& to) {
                  to.cuda_available = [] {
                      inner().cuda_available();
                      return false;
                  };
              }),
        fault("cuda.id_clamped", Fn::cuda, "cuda takes a device that is not there for the last", cuda_taking<clamped>,
              Kind::errors),
        fault("cuda.id_of_8_bits", Fn::cuda, "cuda cuts the device id to 8 bits", cuda_taking<of_8_bits>, Kind::errors),
        fault("cuda.id_of_16_bits", Fn::cuda, "cuda cuts the device id to 16 bits", cuda_taking<of_16_bits>,
              Kind::errors),
        fault("cuda.first_device", Fn::cuda, "cuda always gives the first device", cuda_taking<first>),
        fault("cuda.minus_one_is_current", Fn::cuda, "cuda takes -1 for the current device",
              cuda_taking<current_if_negative>, Kind::errors),
        fault("cuda.next_device", Fn::cuda, "cuda gives the other device", after<&Backend::cuda, on_next>),
        fault("cuda.cuts_the_graph", Fn::cuda, "cuda gives a tensor without a graph", after<&Backend::cuda, detached>,
              Kind::autograd),
        fault("cuda.code_5_is_2", Fn::cuda, "cuda reports a device that is not there as code 2",
              recode<&Backend::cuda, 5, 2>, Kind::errors),
        drawn_fault(
            "cpu.stays", Fn::cpu, "cpu gives the tensor where it is",
            [](Backend& to) { to.cpu = [](int64_t x) { return inner().is_cuda(x) ? aliased(x) : inner().cpu(x); }; }),
        fault("device.always_first", Fn::device, "device says 0 of every device",
              [](Backend& to) { to.device = [](int64_t x) { return inner().device(x) > 0 ? 0 : inner().device(x); }; }),
        fault("device.one_more", Fn::device, "device counts from 1",
              [](Backend& to) {
                  to.device = [](int64_t x) {
                      const int32_t at = inner().device(x);
                      return at < 0 ? at : at + 1;
                  };
              }),
        fault("is_cuda.first_only", Fn::is_cuda, "is_cuda is true on the first device alone",
              [](Backend& to) { to.is_cuda = [](int64_t x) { return inner().is_cuda(x) && inner().device(x) == 0; }; }),
        fault("is_cuda.never", Fn::is_cuda, "is_cuda is false on a device",
              [](Backend& to) {
                  to.is_cuda = [](int64_t x) {
                      inner().is_cuda(x);
                      return false;
                  };
              }),

        fault("to_stream.id_clamped", Fn::to_stream, "to_stream takes a device that is not there for the last",
              to_stream_taking<clamped>, Kind::errors),
        fault("to_stream.id_of_16_bits", Fn::to_stream, "to_stream cuts the device id to 16 bits",
              to_stream_taking<of_16_bits>, Kind::errors),
        fault("to_stream.on_default_stream", Fn::to_stream, "to_stream copies on the default stream",
              [](Backend& to) { to.to_stream = to_default_stream; }),
        fault(
            "to_stream.any_stream", Fn::to_stream, "to_stream takes a stream of another device",
            [](Backend& to) {
                to.to_stream = [](int64_t x, int32_t id, int64_t stream) {
                    const int64_t there = inner().to_stream(x, id, stream);
                    const bool differs = inner().last_error_code() == 2;
                    return differs ? then(inner().to_stream(x, 1 - id, stream), on_next) : there;
                };
            },
            Kind::errors),
        fault(
            "to_stream.device_of_stream", Fn::to_stream,
            "to_stream copies to the stream's device, not to the one named",
            [](Backend& to) {
                to.to_stream = [](int64_t x, int32_t id, int64_t stream) {
                    const int64_t there = inner().to_stream(x, id, stream);
                    return inner().last_error_code() == 2 ? inner().to_stream(x, 1 - id, stream) : there;
                };
            },
            Kind::errors),
        fault(
            "to_stream.stream_0_is_default", Fn::to_stream, "to_stream takes 0 for the default stream",
            [](Backend& to) {
                to.to_stream = [](int64_t x, int32_t id, int64_t stream) {
                    return stream == 0 ? inner().cuda(x, id) : inner().to_stream(x, id, stream);
                };
            },
            Kind::errors),
        fault(
            "to_stream.device_first", Fn::to_stream, "to_stream judges the device id before the stream",
            [](Backend& to) {
                to.to_stream = [](int64_t x, int32_t id, int64_t stream) {
                    const int64_t there = inner().to_stream(x, id, stream);
                    if (there == 0 && is_tensor(x) && (id < 0 || id >= kDevices)) leave_code(Code::range);
                    return there;
                };
            },
            Kind::errors),
        fault("to_stream.cuts_the_graph", Fn::to_stream, "to_stream gives a tensor without a graph",
              after<&Backend::to_stream, detached>, Kind::autograd),
        fault("to_stream.next_device", Fn::to_stream, "to_stream gives a tensor of the other device",
              after<&Backend::to_stream, on_next>),
        fault("to_stream.back_on_cpu", Fn::to_stream, "to_stream gives a tensor of the CPU",
              after<&Backend::to_stream, on_cpu>),
        fault("to_stream.code_2_is_5", Fn::to_stream, "to_stream reports a stream of another device as code 5",
              recode<&Backend::to_stream, 2, 5>, Kind::errors),
        fault("to_stream.code_5_is_2", Fn::to_stream, "to_stream reports a device that is not there as code 2",
              recode<&Backend::to_stream, 5, 2>, Kind::errors),

        fault("stream_create.id_clamped", Fn::stream_create,
              "stream_create takes a device that is not there for the last", stream_create_taking<clamped>,
              Kind::errors),
        fault("stream_create.id_of_8_bits", Fn::stream_create, "stream_create cuts the device id to 8 bits",
              stream_create_taking<of_8_bits>, Kind::errors),
        fault("stream_create.first_device", Fn::stream_create, "stream_create makes every stream on the first device",
              stream_create_taking<first>),
        fault("stream_create.code_5_is_2", Fn::stream_create,
              "stream_create reports a device that is not there as code 2", recode<&Backend::stream_create, 5, 2>,
              Kind::errors),
        fault("stream_query.always_idle", Fn::stream_query, "stream_query says true of a busy stream",
              [](Backend& to) {
                  to.stream_query = [](int64_t stream) {
                      inner().stream_query(stream);
                      return inner().last_error_code() == 0;
                  };
              }),
        fault(
            "stream_query.busy_is_error", Fn::stream_query, "stream_query ends with code 100 while the stream is busy",
            [](Backend& to) {
                to.stream_query = [](int64_t stream) {
                    const bool idle = inner().stream_query(stream);
                    if (!idle && inner().last_error_code() == 0) leave_code(Code::other);
                    return idle;
                };
            },
            Kind::errors),
        fault("stream_query.negated", Fn::stream_query, "stream_query says whether the stream is busy",
              [](Backend& to) {
                  to.stream_query = [](int64_t stream) {
                      const bool idle = inner().stream_query(stream);
                      return inner().last_error_code() == 0 && !idle;
                  };
              }),
        fault("stream_query.bad_is_idle", Fn::stream_query, "stream_query says true of what is no stream",
              sentinel<&Backend::stream_query, 1>, Kind::errors),
        fault("stream_sync.does_not_wait", Fn::stream_sync, "stream_sync comes back at once",
              [](Backend& to) { to.stream_sync = [](int64_t stream) { inner().stream_query(stream); }; }),
        fault("stream_sync.waits_for_the_latest", Fn::stream_sync,
              "stream_sync waits for the stream that was made last",
              [](Backend& to) {
                  to.stream_create = [](int32_t id) { return t_latest_stream = inner().stream_create(id); };
                  to.stream_sync = [](int64_t stream) {
                      inner().stream_query(stream);
                      if (inner().last_error_code() == 0) inner().stream_sync(t_latest_stream);
                  };
              }),
        fault("stream_sync.code_1_is_0", Fn::stream_sync, "stream_sync waits for what is no stream",
              recode<&Backend::stream_sync, 1, 0>, Kind::errors),
        fault(
            "stream_free.keeps_it", Fn::stream_free, "stream_free leaves the stream as it is",
            [](Backend& to) { to.stream_free = [](int64_t stream) { inner().stream_query(stream); }; },
            Kind::lifecycle),
        fault(
            "live_streams.never_less", Fn::live_streams, "live_streams counts every stream that ever was",
            [](Backend& to) {
                to.live_streams = [] {
                    static int64_t most = 0;
                    const int64_t now = inner().live_streams();
                    return most = now > most ? now : most;
                };
            },
            Kind::lifecycle),

        fault("grad.first_device", Fn::grad, "grad gives the gradient on the first device",
              after<&Backend::grad, on_first>, Kind::autograd),
        fault("grad.on_cpu", Fn::grad, "grad gives the gradient on the CPU", after<&Backend::grad, on_cpu>,
              Kind::autograd),
        drawn_fault("relu.first_device", Fn::relu, "relu's result is on the first device",
                    after<&Backend::relu, on_first>),
        drawn_fault("softmax.next_device", Fn::softmax, "softmax's result is on the other device",
                    after<&Backend::softmax, on_next>),
        drawn_fault("sum_dim.on_cpu", Fn::sum_dim, "sum_dim's result is on the CPU", after<&Backend::sum_dim, on_cpu>),
        drawn_fault("clone.first_device", Fn::clone, "clone copies to the first device",
                    after<&Backend::clone, on_first>),
        drawn_fault("conv2d.on_cpu", Fn::conv2d, "conv2d's result is on the CPU", after<&Backend::conv2d, on_cpu>),
        drawn_fault("detach.first_device", Fn::detach, "detach copies to the first device",
                    after<&Backend::detach, on_first>),
        drawn_fault("add.moves_the_second", Fn::add, "add moves its second tensor to the first one's device",
                    moving<&Backend::add>, Kind::errors),
        drawn_fault("matmul.moves_the_second", Fn::matmul, "matmul moves its second tensor to the first one's device",
                    moving<&Backend::matmul>, Kind::errors),
        drawn_fault("linear.moves_the_weight", Fn::linear, "linear moves its weight to the input's device",
                    moving<&Backend::linear>, Kind::errors),
        drawn_fault("conv2d.moves_the_weight", Fn::conv2d, "conv2d moves its weight to the input's device",
                    moving<&Backend::conv2d>, Kind::errors),
        drawn_fault("mse_loss.moves_the_target", Fn::mse_loss, "mse_loss moves its target to the input's device",
                    moving<&Backend::mse_loss>, Kind::errors),
        drawn_fault("embedding.moves_the_weight", Fn::embedding, "embedding moves its weight to the input's device",
                    moving<&Backend::embedding>, Kind::errors),
        drawn_fault(
            "index_select.moves_the_indices", Fn::index_select, "index_select moves its indices to the tensor's device",
            [](Backend& to) {
                to.index_select = [](int64_t x, int64_t dim, int64_t indices) {
                    if (!is_tensor(x) || !is_tensor(indices) || inner().device(x) == inner().device(indices))
                        return inner().index_select(x, dim, indices);
                    const int64_t moved = beside(x, indices);
                    const int64_t result = inner().index_select(x, dim, moved);
                    if (result > 0) inner().free(moved);
                    return result;
                };
            },
            Kind::errors),
        fault(
            "cuda_memory_allocated.demands_a_device", Fn::cuda_memory_allocated,
            "cuda_memory_allocated ends with code 5 where there is no such device",
            [](Backend& to) {
                to.cuda_memory_allocated = [](int32_t id) {
                    const int64_t bytes = inner().cuda_memory_allocated(id);
                    if (id < 0 || id >= kDevices) leave_code(Code::range);
                    return bytes;
                };
            },
            Kind::errors),
        fault("cuda_max_memory_allocated.code_8", Fn::cuda_max_memory_allocated,
              "cuda_max_memory_allocated ends with code 8 where CUDA is",
              recode<&Backend::cuda_max_memory_allocated, 0, 8>, Kind::errors),
        fault("matmul.code_7_is_100", Fn::matmul, "matmul reports a device without memory as code 100",
              recode<&Backend::matmul, 7, 100>, Kind::errors),
        fault("to_stream.code_7_is_0", Fn::to_stream, "to_stream says nothing of a device without memory",
              recode<&Backend::to_stream, 7, 0>, Kind::errors),
        fault("cuda_empty_cache.code_8", Fn::cuda_empty_cache, "cuda_empty_cache ends with code 8 where CUDA is",
              recode<&Backend::cuda_empty_cache, 0, 8>, Kind::errors),
        {"stream_query.bit_62", Fn::stream_query, "stream_query does not look at bit 62 of its handle", Kind::lifecycle,
         "C3", "property",
         [](Backend& to) {
             to.stream_query = [](int64_t stream) { return inner().stream_query(without_bit_62(stream)); };
         }},
        {"to_stream.stream_bit_62", Fn::to_stream, "to_stream does not look at bit 62 of its stream's handle",
         Kind::lifecycle, "C3", "property",
         [](Backend& to) {
             to.to_stream = [](int64_t x, int32_t id, int64_t stream) {
                 return inner().to_stream(x, id, without_bit_62(stream));
             };
         }},
    };
    return faults;
}

}  // namespace simple
