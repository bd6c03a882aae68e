// What the library and its tensors say of themselves; errors, seed and threads.
#include "impl/ruled/boundary.h"

using namespace simple;
using namespace simple::ruled;

namespace {

char* text(Fn fn, const char* words) {
    return call(fn, static_cast<char*>(nullptr), [&] { return spl::make_text(words); });
}

}  // namespace

bool rt_torch_available(void) {
    return call(Fn::available, false, []() noexcept { return Elements::kAvailable; });
}
char* rt_torch_version(void) { return text(Fn::version, Elements::kVersion); }
int64_t rt_torch_abi_version(void) {
    return call(Fn::abi_version, int64_t{-1}, []() noexcept { return kAbiVersion; });
}
char* rt_torch_backend_name(void) { return text(Fn::backend_name, Elements::kName); }

int32_t rt_torch_last_error_code(void) { return last_error::code(); }
char* rt_torch_last_error_message(void) { return last_error::message(); }
void rt_torch_clear_error(void) { last_error::clear(); }

int64_t rt_torch_live_tensors(void) {
    return call(Fn::live_tensors, int64_t{-1}, []() noexcept { return handles().live<Tensor>(); });
}

int64_t rt_torch_torchtensor_ndim(int64_t handle) {
    return query(Fn::ndim, handle, int64_t{-1}, [](const Tensor& x) { return x.meta.ndim(); });
}
int64_t rt_torch_torchtensor_numel(int64_t handle) {
    return query(Fn::numel, handle, int64_t{-1}, [](const Tensor& x) { return x.meta.numel(); });
}
int32_t rt_torch_torchtensor_dtype(int64_t handle) {
    return query(Fn::dtype, handle, int32_t{-1}, [](const Tensor& x) { return static_cast<int32_t>(x.meta.dtype); });
}
SplArray* rt_torch_torchtensor_shape(int64_t handle) {
    return query<SplArray*>(Fn::shape, handle, nullptr, [](const Tensor& x) {
        SplArray* array = spl::make_array(x.meta.ndim());
        for (size_t d = 0; d < x.meta.sizes.size(); ++d) array->items[d] = spl::int_value(x.meta.sizes[d]);
        return array;
    });
}
SplArray* rt_torch_torchtensor_to_data(int64_t handle) {
    return query<SplArray*>(Fn::to_data, handle, nullptr,
                            [](const Tensor& x) { return Elements::read(x.meta, x.storage); });
}

void rt_torch_manual_seed(int64_t seed) {
    void_call(Fn::manual_seed, [&] { Elements::seed(seed); });
}
void rt_torch_set_num_threads(int64_t n) {
    void_call(Fn::set_num_threads, [&] { rules::check_threads(n); });
}
