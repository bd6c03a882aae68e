// What calls leave behind: tensors, memory, files, and in the process around them.
#include <cfenv>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <mutex>

#include "ci/faults/conditions.h"

namespace simple {

using namespace planted;

namespace {

void print_warning() { std::fputs("Warning: degrees of freedom <= 0\n", stderr); }
void print_line() { std::puts("svd"); }
void round_up() { std::fesetround(FE_UPWARD); }
void set_locale() { std::setlocale(LC_NUMERIC, "C.UTF-8"); }
void set_handler() { std::signal(SIGUSR1, SIG_IGN); }

// Handles by small numbers, the lowest free one first.
std::mutex numbers_mutex;
std::vector<int64_t> numbers{0};  // 0 where free; number 0 is no handle

int64_t reused_inward(int64_t number) {
    const std::lock_guard<std::mutex> lock(numbers_mutex);
    const auto at = static_cast<uint64_t>(number);
    if (number == 0) return 0;
    return at < numbers.size() && numbers[at] != 0 ? numbers[at] : -1;
}

int64_t reused_outward(int64_t handle) {
    const std::lock_guard<std::mutex> lock(numbers_mutex);
    size_t at = 1;
    while (at < numbers.size() && numbers[at] != 0) ++at;
    if (at == numbers.size()) numbers.push_back(0);
    numbers[at] = handle;
    return static_cast<int64_t>(at);
}

void reused_freed(int64_t number) {
    const std::lock_guard<std::mutex> lock(numbers_mutex);
    const auto at = static_cast<uint64_t>(number);
    if (at < numbers.size()) numbers[at] = 0;
}

template <int N, void (*Act)()>
void each() {
    static int count = 0;
    if (is_turn(N, count)) Act();
}

}  // namespace

const std::vector<PlantedFault>& resource_faults() {
    static const std::vector<PlantedFault> faults{
        {"svd.leaks", Fn::svd, "svd leaves a tensor behind", Kind::leaks, "H3", "property",
         before<&Backend::svd, leak_tensor>},
        {"eig_all.leaks", Fn::eig_all, "eig_all leaves a tensor behind", Kind::leaks, "H3", "property",
         before<&Backend::eig_all, leak_tensor>},
        {"batch_norm.leaks", Fn::batch_norm, "batch_norm leaves a tensor behind", Kind::leaks, "H3", "property",
         before<&Backend::batch_norm, leak_tensor>},
        {"max_pool2d.leaks", Fn::max_pool2d, "max_pool2d leaves a tensor behind", Kind::leaks, "H3", "property",
         before<&Backend::max_pool2d, leak_tensor>},
        {"permute.leaks", Fn::permute, "permute leaves a tensor behind", Kind::leaks, "H3", "property",
         before<&Backend::permute, leak_tensor>},
        {"softmax.leaks_on_5", Fn::softmax, "softmax leaves a tensor behind when it ends with code 5", Kind::leaks,
         "E2", "property", on_code<&Backend::softmax, 5, leak_tensor>},
        {"matmul.leaks_on_3", Fn::matmul, "matmul leaves a tensor behind when it ends with code 3", Kind::leaks, "E2",
         "property", on_code<&Backend::matmul, 3, leak_tensor>},
        {"from_data.leaks_on_2", Fn::from_data, "from_data leaves a tensor behind when it ends with code 2",
         Kind::leaks, "E2", "property", on_code<&Backend::from_data, 2, leak_tensor>},
        {"inverse.leaks_on_6", Fn::inverse, "inverse leaves a tensor behind when it ends with code 6", Kind::leaks,
         "E2", "property", on_code<&Backend::inverse, 6, leak_tensor>},
        {"index_select.leaks_on_5", Fn::index_select, "index_select leaves a tensor behind when it ends with code 5",
         Kind::leaks, "E2", "property", on_code<&Backend::index_select, 5, leak_tensor>},
        {"cat.leaks_on_2", Fn::cat, "cat leaves a tensor behind when it ends with code 2", Kind::leaks, "E2",
         "property", on_code<&Backend::cat, 2, leak_tensor>},
        {"conv2d.leaks_on_3", Fn::conv2d, "conv2d leaves a tensor behind when it ends with code 3", Kind::leaks, "E2",
         "property", on_code<&Backend::conv2d, 3, leak_tensor>},
        {"backward.leaks_on_2", Fn::backward, "backward leaves a tensor behind when it ends with code 2", Kind::leaks,
         "E2", "property", on_code<&Backend::backward, 2, leak_tensor>},
        {"set_requires_grad.leaks_on_4", Fn::set_requires_grad,
         "set_requires_grad leaves a tensor behind when it ends with code 4", Kind::leaks, "E2", "property",
         on_code<&Backend::set_requires_grad, 4, leak_tensor>},
        {"slice.leaks_on_2", Fn::slice, "slice leaves a tensor behind when it ends with code 2", Kind::leaks, "E2",
         "property", on_code<&Backend::slice, 2, leak_tensor>},
        {"zero_grad.leaks_on_1", Fn::zero_grad, "zero_grad leaves a tensor behind when it ends with code 1",
         Kind::leaks, "E2", "property", on_code<&Backend::zero_grad, 1, leak_tensor>},
        {"no_grad_end.leaks_on_9", Fn::no_grad_end, "no_grad_end leaves a tensor behind when it ends with code 9",
         Kind::leaks, "E2", "property", on_code<&Backend::no_grad_end, 9, leak_tensor>},
        {"cuda.leaks_on_8", Fn::cuda, "cuda leaves a tensor behind when it ends with code 8", Kind::leaks, "E2",
         "property", on_code<&Backend::cuda, 8, leak_tensor>},
        {"sum_dim.leaks_on_5", Fn::sum_dim, "sum_dim leaves a tensor behind when it ends with code 5", Kind::leaks,
         "E2", "property", on_code<&Backend::sum_dim, 5, leak_tensor>},
        {"embedding.leaks_on_2", Fn::embedding, "embedding leaves a tensor behind when it ends with code 2",
         Kind::leaks, "E2", "property", on_code<&Backend::embedding, 2, leak_tensor>},
        {"max.leaks_on_3", Fn::max, "max leaves a tensor behind when it ends with code 3", Kind::leaks, "E2",
         "property", on_code<&Backend::max, 3, leak_tensor>},
        {"nll_loss.leaks_on_5", Fn::nll_loss, "nll_loss leaves a tensor behind when it ends with code 5", Kind::leaks,
         "E2", "property", on_code<&Backend::nll_loss, 5, leak_tensor>},
        {"unsqueeze.leaks_on_5", Fn::unsqueeze, "unsqueeze leaves a tensor behind when it ends with code 5",
         Kind::leaks, "E2", "property", on_code<&Backend::unsqueeze, 5, leak_tensor>},
        {"stream_create.leaks_on_8", Fn::stream_create, "stream_create leaves a tensor behind when it ends with code 8",
         Kind::leaks, "E2", "property", on_code<&Backend::stream_create, 8, leak_tensor>},
        {"arange.leaks_on_2", Fn::arange, "arange leaves a tensor behind when it ends with code 2", Kind::leaks, "E2",
         "property", on_code<&Backend::arange, 2, leak_tensor>},
        {"version.leaks_memory", Fn::version, "version never gives some memory back", Kind::leaks, "H1", "property",
         before<&Backend::version, leak_bytes<4096>>},
        {"shape.leaks_memory", Fn::shape, "shape never gives some memory back", Kind::leaks, "H1", "property",
         before<&Backend::shape, leak_bytes<4096>>},
        {"numel.leaks_memory", Fn::numel, "numel never gives some memory back", Kind::leaks, "H1", "property",
         before<&Backend::numel, leak_bytes<4096>>},
        {"to_data.leaks_memory", Fn::to_data, "to_data never gives some memory back", Kind::leaks, "H1", "property",
         before<&Backend::to_data, leak_bytes<4096>>},
        {"dtype.leaks_memory", Fn::dtype, "dtype never gives some memory back", Kind::leaks, "H1", "property",
         before<&Backend::dtype, leak_bytes<4096>>},
        {"gelu.leaks_memory", Fn::gelu, "gelu never gives some memory back", Kind::leaks, "H1", "property",
         before<&Backend::gelu, leak_bytes<4096>>},
        {"log.leaks_file", Fn::log, "log leaves a file open", Kind::leaks, "T3", "property",
         before<&Backend::log, leak_file>},
        {"manual_seed.leaks_file", Fn::manual_seed, "manual_seed leaves a file open", Kind::leaks, "T3", "property",
         before<&Backend::manual_seed, leak_file>},
        {"det.leaks_file", Fn::det, "det leaves a file open", Kind::leaks, "T3", "property",
         before<&Backend::det, leak_file>},
        {"add.leaks_100_bytes", Fn::add, "add never gives 100 bytes back", Kind::leaks, "H1", "property",
         before<&Backend::add, leak_bytes<100>>},
        {"reshape.leaks_16_bytes", Fn::reshape, "reshape never gives 16 bytes back", Kind::leaks, "H1", "property",
         before<&Backend::reshape, leak_bytes<16>>},
        {"grad.leaks_1_byte", Fn::grad, "grad never gives a byte back", Kind::leaks, "H1", "property",
         before<&Backend::grad, leak_bytes<1>>},
        {"free.leaks_16_bytes", Fn::free, "free never gives 16 bytes back", Kind::leaks, "H1", "property",
         before<&Backend::free, leak_bytes<16>>},
        {"free.leaks_file", Fn::free, "free leaves a file open", Kind::leaks, "T3", "property",
         before<&Backend::free, leak_file>},
        {"stack.leaks_16_bytes_on_3", Fn::stack, "stack never gives 16 bytes back when it ends with code 3",
         Kind::leaks, "E2", "property", on_code<&Backend::stack, 3, leak_bytes<16>>},
        {"full.leaks_16_bytes_on_2", Fn::full, "full never gives 16 bytes back when it ends with code 2", Kind::leaks,
         "E2", "property", on_code<&Backend::full, 2, leak_bytes<16>>},
        {"linear.leaks_16_bytes_on_1", Fn::linear, "linear never gives 16 bytes back when it ends with code 1",
         Kind::leaks, "E2", "property", on_code<&Backend::linear, 1, leak_bytes<16>>},
        {"zeros.leaks_16_bytes_on_7", Fn::zeros, "zeros never gives 16 bytes back when it ends with code 7",
         Kind::leaks, "E2", "property", on_code<&Backend::zeros, 7, leak_bytes<16>>},
        {"free.leaks_16_bytes_on_1", Fn::free, "free never gives 16 bytes back when it ends with code 1", Kind::leaks,
         "E2", "property", on_code<&Backend::free, 1, leak_bytes<16>>},
        {"last_error_message.leaks_16_bytes", Fn::last_error_message, "last_error_message never gives 16 bytes back",
         Kind::leaks, "H1", "property", before<&Backend::last_error_message, leak_bytes<16>>},
        {"squeeze.leaks_page", Fn::squeeze, "squeeze never gives a mapped page back", Kind::leaks, "T3", "property",
         before<&Backend::squeeze, leak_page>},
        {"min_dim.leaks_page_on_5", Fn::min_dim, "min_dim never gives a mapped page back when it ends with code 5",
         Kind::leaks, "E2", "property", on_code<&Backend::min_dim, 5, leak_page>},
        {"set_num_threads.leaks_thread", Fn::set_num_threads, "set_num_threads leaves a thread behind", Kind::leaks,
         "T3", "property", before<&Backend::set_num_threads, leak_thread>},
        {"free.reuses", Fn::free, "free lets a number be given out again", Kind::lifecycle, "H2", "property",
         [](Backend&) {
             surface().inward = reused_inward;
             surface().outward = reused_outward;
             surface().freed = reused_freed;
         }},
        {"std.prints", Fn::std, "std prints a warning", Kind::errors, "T3", "property",
         before<&Backend::std, print_warning>},
        {"svd_all.prints", Fn::svd_all, "svd_all prints", Kind::errors, "T3", "property",
         before<&Backend::svd_all, print_line>},
        {"div.rounding", Fn::div, "div leaves another rounding mode behind", Kind::values, "T3", "property",
         before<&Backend::div, round_up>},
        {"norm.locale", Fn::norm, "norm sets the locale", Kind::values, "T3", "property",
         before<&Backend::norm, set_locale>},
        {"from_i64_data.signal", Fn::from_i64_data, "from_i64_data sets a signal handler", Kind::values, "T3",
         "property", before<&Backend::from_i64_data, set_handler>},
        {"gelu.rounding_once", Fn::gelu, "gelu leaves another rounding mode behind on its first call in the process",
         Kind::values, "T3", "property", before<&Backend::gelu, once<round_up>>},
        {"dropout.locale_once", Fn::dropout, "dropout sets the locale on its first call in the process", Kind::values,
         "T3", "property", before<&Backend::dropout, once<set_locale>>},
        {"conv2d.signal_once", Fn::conv2d, "conv2d sets a signal handler on its first call in the process",
         Kind::values, "T3", "property", before<&Backend::conv2d, once<set_handler>>},
        {"view.rounding_once_on_3", Fn::view, "view leaves another rounding mode behind when it first ends with code 3",
         Kind::values, "T3", "property", on_code<&Backend::view, 3, once<round_up>>},
        {"det.leaks_once", Fn::det, "det leaves a tensor behind on its first call in the process", Kind::leaks, "H3",
         "property", before<&Backend::det, once<leak_tensor>>},
        {"transpose.leaks_each_199th", Fn::transpose, "transpose leaves a tensor behind on every 199th call",
         Kind::leaks, "H3", "property", before<&Backend::transpose, each<199, leak_tensor>>},
        {"cat.leaks_16_bytes_each_64th", Fn::cat, "cat never gives 16 bytes of every 64th call back", Kind::leaks, "H1",
         "property", before<&Backend::cat, each<64, leak_bytes<16>>>},
        {"linspace.leaks_page_each_second", Fn::linspace, "linspace leaves a page mapped on every second call",
         Kind::leaks, "H1", "property", before<&Backend::linspace, each<2, leak_page>>},
    };
    return faults;
}

}  // namespace simple
