// Devices, streams, what is said of the library, and control functions.
#include <algorithm>
#include <utility>

#include "ci/faults/planting.h"

namespace simple {

using namespace planted;

namespace {

int64_t doubled_precision(int64_t x) { return inner().to_float(x); }
int64_t singled(int64_t x) { return inner().to_float32(x); }
int64_t twice(int64_t x) { return inner().mul_scalar(x, 2); }

}  // namespace

const std::vector<PlantedFault>& device_faults() {
    static const std::vector<PlantedFault> faults{
        {"available.false", Fn::available, "available says false of a real backend", Kind::values, "S1", "property",
         [](Backend& to) {
             to.available = [] {
                 inner().clear_error();
                 return false;
             };
         }},
        {"cuda_available.true", Fn::cuda_available, "cuda_available says true without CUDA", Kind::values, "C2",
         "golden",
         [](Backend& to) {
             to.cuda_available = [] {
                 inner().clear_error();
                 return true;
             };
         }},
        {"empty.reversed", Fn::empty, "empty reverses its dims", Kind::shapes, "V4", "golden",
         [](Backend& to) {
             to.empty = [](const SplArray* dims) {
                 return then(inner().empty(dims), [](int64_t x) {
                     std::vector<int64_t> sizes = dims_of(x);
                     std::reverse(sizes.begin(), sizes.end());
                     return inner().empty(Ints(sizes));
                 });
             };
         }},
        {"empty.float64", Fn::empty, "empty gives float64", Kind::shapes, "V1", "golden",
         after<&Backend::empty, doubled_precision>},
        {"cpu.float32", Fn::cpu, "cpu gives float32", Kind::shapes, "H7", "golden", after<&Backend::cpu, singled>},
        {"to_stream.falls_back", Fn::to_stream, "to_stream gives the CPU tensor where CUDA is absent", Kind::errors,
         "C2", "golden",
         [](Backend& to) { to.to_stream = [](int64_t x, int32_t, int64_t) { return inner().cpu(x); }; }},
        {"cuda_memory_allocated.minus_one", Fn::cuda_memory_allocated, "cuda_memory_allocated is -1 without CUDA",
         Kind::values, "C2", "golden",
         [](Backend& to) {
             to.cuda_memory_allocated = [](int32_t id) { return inner().cuda_memory_allocated(id) - 1; };
         }},
        {"cuda_max_memory_allocated.minus_one", Fn::cuda_max_memory_allocated,
         "cuda_max_memory_allocated is -1 without CUDA", Kind::values, "C2", "golden",
         [](Backend& to) {
             to.cuda_max_memory_allocated = [](int32_t id) { return inner().cuda_max_memory_allocated(id) - 1; };
         }},
        {"cuda_empty_cache.fails", Fn::cuda_empty_cache, "cuda_empty_cache ends with code 8 without CUDA", Kind::errors,
         "C2", "golden", recode<&Backend::cuda_empty_cache, 0, 8>},
        {"stream_create.succeeds", Fn::stream_create, "stream_create gives something where CUDA is absent",
         Kind::errors, "C2", "golden", [](Backend& to) { to.stream_create = [](int32_t) { return inner().eye(1); }; }},
        {"live_streams.one", Fn::live_streams, "live_streams counts one too many", Kind::lifecycle, "H3", "golden",
         [](Backend& to) { to.live_streams = [] { return inner().live_streams() + 1; }; }},
        {"backend_name.empty", Fn::backend_name, "backend_name is empty", Kind::values, "C1", "property",
         [](Backend& to) {
             to.backend_name = [] {
                 char* name = inner().backend_name();
                 name[0] = 0;
                 return name;
             };
         }},
        {"version.fails", Fn::version, "version leaves code 100", Kind::errors, "C4", "golden",
         recode<&Backend::version, 0, 100>},
        {"cuda_available.fails", Fn::cuda_available, "cuda_available leaves code 8 without CUDA", Kind::errors, "C4",
         "golden", recode<&Backend::cuda_available, 0, 8>},
        {"no_grad_begin.fails", Fn::no_grad_begin, "no_grad_begin leaves code 9", Kind::errors, "C4", "golden",
         recode<&Backend::no_grad_begin, 0, 9>},
        {"cuda.one_device_for_all", Fn::cuda, "cuda gives the tensor as it is, on its device", Kind::values, "C3",
         "golden",
         [](Backend& to) {
             to.cuda = [](int64_t x, int32_t device) {
                 return then(inner().cuda(x, device), [x](int64_t) { return inner().detach(x); });
             };
         }},
        {"stream_query.never_idle", Fn::stream_query, "a stream that was waited for is not idle", Kind::values, "C3",
         "golden",
         [](Backend& to) {
             to.stream_query = [](int64_t stream) {
                 inner().stream_query(stream);
                 return false;
             };
         }},
        {"to_stream.forgets_the_copy", Fn::to_stream, "to_stream gives a tensor of zeros", Kind::values, "C3", "golden",
         [](Backend& to) {
             to.to_stream = [](int64_t x, int32_t device, int64_t stream) {
                 return then(inner().to_stream(x, device, stream),
                             [](int64_t there) { return inner().mul_scalar(there, 0); });
             };
         }},
        {"set_num_threads.zero", Fn::set_num_threads, "set_num_threads takes 0", Kind::errors, "E3", "golden",
         recode<&Backend::set_num_threads, 2, 0>},
        {"to_float32.float64", Fn::to_float32, "to_float32 gives float64", Kind::shapes, "V1", "golden",
         after<&Backend::to_float32, doubled_precision>},
        {"from_i64_data.float64", Fn::from_i64_data, "from_i64_data gives float64", Kind::shapes, "V1", "golden",
         after<&Backend::from_i64_data, doubled_precision>},
        {"binary_cross_entropy_tensor.sums", Fn::binary_cross_entropy_tensor, "binary_cross_entropy_tensor doubles",
         Kind::values, "V4", "golden", after<&Backend::binary_cross_entropy_tensor, twice>},
        {"svd_all.reversed", Fn::svd_all, "svd_all gives its parts in the opposite order", Kind::values, "V6", "golden",
         [](Backend& to) {
             to.svd_all = [](int64_t x) {
                 SplArray* parts = inner().svd_all(x);
                 if (parts) std::reverse(parts->items, parts->items + parts->len);
                 return parts;
             };
         }},
        {"eig_all.parts_swapped", Fn::eig_all, "eig_all swaps real and imaginary parts", Kind::values, "V6", "golden",
         [](Backend& to) {
             to.eig_all = [](int64_t x) {
                 SplArray* parts = inner().eig_all(x);
                 if (parts) std::swap(parts->items[0], parts->items[1]);
                 return parts;
             };
         }},
        {"eig_all.float64", Fn::eig_all, "eig_all gives its real parts as float64", Kind::shapes, "V2", "property",
         [](Backend& to) {
             to.eig_all = [](int64_t x) {
                 SplArray* parts = inner().eig_all(x);
                 if (parts) parts->items[0].as_int = then(parts->items[0].as_int, inner().to_float);
                 return parts;
             };
         }},
    };
    return faults;
}

}  // namespace simple
