// What the library is, the calling thread's error, live counts, seeds and threads.
#include <ATen/Parallel.h>
#include <torch/csrc/api/include/torch/version.h>

#include <algorithm>
#include <string>
#include <thread>

#include "impl/abi/rt_torch.h"
#include "impl/torch/libtorch_version.h"
#include "impl/torch/process_end.h"
#include "impl/torch/results.h"
#include "impl/torch/tensors.h"
#include "impl/torch/threads.h"

namespace simple::torch_backend {
namespace {

// What this file was compiled against, for whoever reads the library's file (the gate does): a section of its own.
__attribute__((section("libtorch_headers"), used)) const char kHeaders[] = TORCH_VERSION;

}  // namespace
}  // namespace simple::torch_backend

using namespace simple;
using namespace simple::torch_backend;

RT_TORCH_API bool rt_torch_available(void) {
    return call(Fn::available, [] { return true; });
}

RT_TORCH_API char* rt_torch_version(void) {
    return call(Fn::version, [] { return spl::make_text(version()); });
}

RT_TORCH_API int32_t rt_torch_last_error_code(void) { return last_error::code(); }

RT_TORCH_API char* rt_torch_last_error_message(void) { return last_error::message(); }

RT_TORCH_API void rt_torch_clear_error(void) { last_error::clear(); }

RT_TORCH_API int64_t rt_torch_abi_version(void) {
    return call(Fn::abi_version, [] { return Count{kAbiVersion}; }).value;
}

RT_TORCH_API char* rt_torch_backend_name(void) {
    return call(Fn::backend_name, [] { return spl::make_text("libtorch"); });
}

RT_TORCH_API int64_t rt_torch_live_tensors(void) {
    return call(Fn::live_tensors, [] { return Count{handles().live<at::Tensor>()}; }).value;
}

RT_TORCH_API int64_t rt_torch_live_streams(void) {
    return call(Fn::live_streams, [] { return Count{handles().live<Stream>()}; }).value;
}

RT_TORCH_API void rt_torch_manual_seed(int64_t seed) {
    call(Fn::manual_seed, [&] {
        demand(Part::random);
        demand(Part::seed);
        at::manual_seed(static_cast<uint64_t>(seed));
    });
}

RT_TORCH_API void rt_torch_set_num_threads(int64_t n) {
    call(Fn::set_num_threads, [&] {
        rules::check_threads(n);
        // More threads than processors help no operation, and some number of them no process can start.
        static const int64_t most = std::max<int64_t>(std::thread::hardware_concurrency(), 1);
        set_threads(static_cast<int>(std::min(n, most)));
    });
}
