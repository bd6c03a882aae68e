// Faults that are libraries of their own (see CMakeLists.txt): forms that shadow those of the right library, symbols
// that are not there.
#include "ci/faults/planting.h"

namespace simple {

using namespace planted;

namespace {

PlantedFault wrong_form(const char* id, Fn function, const char* what, const char* library) {
    return {id, function, what, Kind::dyncall, "L2", "dynamic", nothing, "", false, library};
}

// Beneath the C boundary (ci/simulated_cuda/faults.cpp), shown by simulated CUDA devices alone.
PlantedFault beneath(const char* id, Fn function, const char* what, const char* library) {
    return {id, function, what, Kind::values, "C3", "golden", nothing, "", false, library};
}

}  // namespace

const std::vector<PlantedFault>& library_faults() {
    static const std::vector<PlantedFault> faults{
        wrong_form("zeros_4d.reversed", Fn::zeros, "zeros_4d reverses its dims", "libfault_zeros_4d.so"),
        wrong_form("arange_bits.numbers", Fn::arange, "arange_bits takes bits for whole numbers",
                   "libfault_arange_bits.so"),
        wrong_form("cat_3.two", Fn::cat, "cat_3 drops the third tensor", "libfault_cat_3.so"),
        wrong_form("conv2d_simple.exchanged", Fn::conv2d, "conv2d_simple exchanges rows and columns",
                   "libfault_conv2d_simple.so"),
        wrong_form("batch_norm_bits.trains", Fn::batch_norm, "batch_norm_bits always trains",
                   "libfault_batch_norm_bits.so"),
        wrong_form("sum_bits.zero", Fn::sum, "sum_bits of a failed call gives 0", "libfault_sum_bits_zero.so"),
        wrong_form("sum_bits.rounded", Fn::sum, "sum_bits gives a number and not its bits", "libfault_sum_bits.so"),
        wrong_form("shape_dim.no_code", Fn::shape, "shape_dim of a bad dim leaves code 0", "libfault_shape_dim.so"),
        wrong_form("full_3d.exchanged", Fn::full, "full_3d exchanges its first two dims", "libfault_full_3d.so"),
        wrong_form("stack_3.order", Fn::stack, "stack_3 exchanges its last two tensors", "libfault_stack_3.so"),
        wrong_form("cat_4.order", Fn::cat, "cat_4 exchanges its first two tensors", "libfault_cat_4.so"),
        wrong_form("sum_bits.low_bits", Fn::sum, "sum_bits loses the lowest eight bits", "libfault_sum_bits_low.so"),
        wrong_form("conv2d_simple.dilation", Fn::conv2d,
                   "conv2d_simple takes the padding for the dilation and the other way round",
                   "libfault_conv2d_dilation.so"),
        wrong_form("permute_4d.inverse", Fn::permute, "permute_4d permutes back", "libfault_permute_4d.so"),
        wrong_form("view_4d.last_two", Fn::view, "view_4d exchanges its last two dims", "libfault_view_4d.so"),
        wrong_form("leaky_relu_bits.float32", Fn::leaky_relu, "leaky_relu_bits rounds the slope to float32",
                   "libfault_leaky_relu_bits.so"),
        wrong_form("batch_norm_bits.exchanged", Fn::batch_norm, "batch_norm_bits exchanges momentum and eps",
                   "libfault_batch_norm_exchanged.so"),
        wrong_form("avg_pool2d_simple.stride", Fn::avg_pool2d, "avg_pool2d_simple takes the kernel for the stride",
                   "libfault_avg_pool2d_simple.so"),
        wrong_form("layer_norm_2d.exchanged", Fn::layer_norm, "layer_norm_2d exchanges weight and bias",
                   "libfault_layer_norm_2d.so"),
        wrong_form("linspace_bits.reversed", Fn::linspace, "linspace_bits exchanges start and end",
                   "libfault_linspace_bits.so"),
        wrong_form("nll_loss_bits.sign", Fn::nll_loss, "nll_loss_bits loses the sign bit", "libfault_nll_loss_bits.so"),
        wrong_form("dropout_bits.never", Fn::dropout, "dropout_bits never trains", "libfault_dropout_bits.so"),
        wrong_form("dropout_bits.one", Fn::dropout, "dropout_bits trains only where training is 1",
                   "libfault_dropout_one.so"),
        wrong_form("randn_2d.twice", Fn::randn, "randn_2d draws twice", "libfault_randn_2d.so"),
        wrong_form("cross_entropy_bits.cleared", Fn::cross_entropy,
                   "cross_entropy_bits of a failed call leaves the code of another call",
                   "libfault_cross_entropy_bits.so"),
        wrong_form("mul_scalar_bits.signed_zero", Fn::mul_scalar, "mul_scalar_bits takes -0.0 for 0",
                   "libfault_mul_scalar_bits.so"),
        wrong_form("reshape_3d.any_negative", Fn::reshape, "reshape_3d takes any negative last dim for -1",
                   "libfault_reshape_3d.so"),
        wrong_form("zeros_3d.long", Fn::zeros, "zeros_3d cuts its dims to 32 bits", "libfault_zeros_3d_long.so"),
        wrong_form("linspace_bits.long", Fn::linspace, "linspace_bits cuts its steps to 32 bits",
                   "libfault_linspace_bits_long.so"),
        wrong_form("view_1d.long", Fn::view, "view_1d takes a dim over 2^31 modulo 2^32", "libfault_view_1d_long.so"),
        wrong_form("shape_dim.long", Fn::shape, "shape_dim cuts a size to 32 bits", "libfault_shape_dim_long.so"),
        wrong_form("full_1d.finite", Fn::full, "full_1d takes what is not finite for 0", "libfault_full_1d_finite.so"),
        wrong_form("sum_bits.finite", Fn::sum, "sum_bits gives an infinite sum as a failed call's",
                   "libfault_sum_bits_finite.so"),
        wrong_form("max_bits.nan", Fn::max, "max_bits gives any NaN as a failed call's", "libfault_max_bits_nan.so"),
        wrong_form("add_scalar_bits.negative_zero", Fn::add_scalar, "add_scalar_bits takes -0 for 0",
                   "libfault_add_scalar_bits_zero.so"),
        wrong_form("min_bits.negative_zero", Fn::min, "min_bits gives -0 as 0", "libfault_min_bits_zero.so"),
        wrong_form("pow_bits.subnormal", Fn::pow, "pow_bits takes an exponent next to 0 for 1",
                   "libfault_pow_bits_subnormal.so"),
        wrong_form("stack_2.threads", Fn::stack, "stack_2 is wrong on all threads but the first",
                   "libfault_stack_2_threads.so"),
        wrong_form("permute_3d.leaks", Fn::permute, "permute_3d does not free its array",
                   "libfault_permute_3d_leaks.so"),
        wrong_form("std_bits.after_failure", Fn::std, "std_bits after a failed call gives a failed call's result",
                   "libfault_std_bits_after.so"),
        wrong_form("cat_2.one_handle", Fn::cat, "cat_2 takes one handle twice for one tensor", "libfault_cat_2_one.so"),
        wrong_form("view_2d.copies", Fn::view, "view_2d gives a copy", "libfault_view_2d_copies.so"),
        wrong_form("mul_scalar_bits.graph", Fn::mul_scalar,
                   "mul_scalar_bits cuts its result from the graph, whose flag it keeps",
                   "libfault_mul_scalar_bits_graph.so"),
        wrong_form("dropout_bits.handle", Fn::dropout, "dropout_bits takes a handle without its sign",
                   "libfault_dropout_handle.so"),
        wrong_form("rand_1d.child", Fn::rand, "rand_1d is wrong in a child of fork", "libfault_rand_1d_child.so"),
        beneath("to_data.reads_device_memory", Fn::to_data,
                "to_data reads the elements where they lie, on a device too", "cuda_fault_host_read.so"),
        beneath("to_stream.no_wait_for_source", Fn::to_stream, "to_stream copies before its source is made",
                "cuda_fault_no_wait_for_source.so"),
        beneath("to_stream.no_wait_for_copy", Fn::to_stream, "what follows to_stream does not wait for the copy",
                "cuda_fault_no_wait_for_copy.so"),
        beneath("to_stream.on_current_stream", Fn::to_stream, "to_stream copies on the current stream",
                "cuda_fault_on_current_stream.so"),
        beneath("free.gives_memory_away", Fn::free, "free gives memory away that another stream still reads",
                "cuda_fault_gives_memory_away.so"),
        {"exp.not_exported", Fn::exp, "exp is not exported", Kind::symbols, "L1", "library", nothing, "", false,
         "libfault_no_exp.so"},
        {"available.unresolved", Fn::available, "the library needs a symbol that nothing has", Kind::symbols, "E1",
         "library", nothing, "", false, "libfault_unresolved.so"},
    };
    return faults;
}

}  // namespace simple
