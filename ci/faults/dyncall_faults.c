/* One wrong dyncall form a library: it shadows the right one, which stands in the library that this one needs. */
#include "impl/dynload/bits.h"
#include "impl/dynload/rt_torch_dyncall.h"

#if defined(FAULT_zeros_4d)
int64_t rt_torch_tensor_zeros_4d(int64_t d0, int64_t d1, int64_t d2, int64_t d3) {
    const SplArray dims = {(SplValue[]){INT(d3), INT(d2), INT(d1), INT(d0)}, 4, 4};
    return rt_torch_tensor_zeros(&dims);
}
#elif defined(FAULT_arange_bits)
int64_t rt_torch_tensor_arange_bits(int64_t start, int64_t end, int64_t step) {
    return rt_torch_tensor_arange((double)start, (double)end, (double)step);
}
#elif defined(FAULT_cat_3)
int64_t rt_torch_torchtensor_cat_3(int64_t t0, int64_t t1, int64_t t2, int64_t dim) {
    (void)t2;
    const SplArray tensors = {(SplValue[]){INT(t0), INT(t1)}, 2, 2};
    return rt_torch_torchtensor_cat(&tensors, dim);
}
#elif defined(FAULT_conv2d_simple)
int64_t rt_torch_nn_conv2d_simple(int64_t input, int64_t weight, int64_t bias, int64_t stride_h, int64_t stride_w,
                                  int64_t padding_h, int64_t padding_w, int64_t dilation_h, int64_t dilation_w,
                                  int64_t groups) {
    const SplArray stride = {(SplValue[]){INT(stride_w), INT(stride_h)}, 2, 2};
    const SplArray padding = {(SplValue[]){INT(padding_w), INT(padding_h)}, 2, 2};
    const SplArray dilation = {(SplValue[]){INT(dilation_w), INT(dilation_h)}, 2, 2};
    return rt_torch_nn_conv2d(input, weight, bias, &stride, &padding, &dilation, groups);
}
#elif defined(FAULT_batch_norm_bits)
int64_t rt_torch_nn_batch_norm_bits(int64_t input, int64_t mean, int64_t variance, int64_t weight, int64_t bias,
                                    int64_t training, int64_t momentum_bits, int64_t eps_bits) {
    (void)training;
    return rt_torch_nn_batch_norm(input, mean, variance, weight, bias, 1, from_bits(momentum_bits),
                                  from_bits(eps_bits));
}
#elif defined(FAULT_sum_bits_zero)
int64_t rt_torch_torchtensor_sum_bits(int64_t handle) {
    const double sum = rt_torch_torchtensor_sum(handle);
    return rt_torch_last_error_code() == 0 ? to_bits(sum) : 0;
}
#elif defined(FAULT_sum_bits)
int64_t rt_torch_torchtensor_sum_bits(int64_t handle) {
    const double sum = rt_torch_torchtensor_sum(handle);
    return rt_torch_last_error_code() == 0 ? (int64_t)sum : FAILED_BITS;
}
#elif defined(FAULT_shape_dim)
#include <stdlib.h>
int64_t rt_torch_torchtensor_shape_dim(int64_t handle, int64_t dim) {
    SplArray* shape = rt_torch_torchtensor_shape(handle);
    if (!shape) return -1;
    const int64_t index = dim < 0 ? dim + shape->len : dim;
    const int64_t size = index >= 0 && index < shape->len ? shape->items[index].as_int : -1;
    free(shape->items);
    free(shape);
    return size;
}
#elif defined(FAULT_full_3d)
int64_t rt_torch_tensor_full_3d(int64_t d0, int64_t d1, int64_t d2, int64_t value_bits) {
    const SplArray dims = {(SplValue[]){INT(d1), INT(d0), INT(d2)}, 3, 3};
    return rt_torch_tensor_full(&dims, from_bits(value_bits));
}
#elif defined(FAULT_stack_3)
int64_t rt_torch_torchtensor_stack_3(int64_t t0, int64_t t1, int64_t t2, int64_t dim) {
    const SplArray tensors = {(SplValue[]){INT(t0), INT(t2), INT(t1)}, 3, 3};
    return rt_torch_torchtensor_stack(&tensors, dim);
}
#elif defined(FAULT_cat_4)
int64_t rt_torch_torchtensor_cat_4(int64_t t0, int64_t t1, int64_t t2, int64_t t3, int64_t dim) {
    const SplArray tensors = {(SplValue[]){INT(t1), INT(t0), INT(t2), INT(t3)}, 4, 4};
    return rt_torch_torchtensor_cat(&tensors, dim);
}
#elif defined(FAULT_sum_bits_low)
int64_t rt_torch_torchtensor_sum_bits(int64_t handle) {
    return to_bits(rt_torch_torchtensor_sum(handle)) & ~INT64_C(0xff);
}
#elif defined(FAULT_conv2d_dilation)
int64_t rt_torch_nn_conv2d_simple(int64_t input, int64_t weight, int64_t bias, int64_t stride_h, int64_t stride_w,
                                  int64_t padding_h, int64_t padding_w, int64_t dilation_h, int64_t dilation_w,
                                  int64_t groups) {
    const SplArray stride = {(SplValue[]){INT(stride_h), INT(stride_w)}, 2, 2};
    const SplArray padding = {(SplValue[]){INT(dilation_h), INT(dilation_w)}, 2, 2};
    const SplArray dilation = {(SplValue[]){INT(padding_h), INT(padding_w)}, 2, 2};
    return rt_torch_nn_conv2d(input, weight, bias, &stride, &padding, &dilation, groups);
}
#elif defined(FAULT_permute_4d)
int64_t rt_torch_torchtensor_permute_4d(int64_t handle, int64_t d0, int64_t d1, int64_t d2, int64_t d3) {
    const int64_t given[] = {d0, d1, d2, d3};
    SplValue items[] = {INT(0), INT(0), INT(0), INT(0)};
    for (int64_t i = 0; i < 4; ++i) {
        if (given[i] < 0 || given[i] > 3)
            items[i].as_int = given[i];
        else
            items[given[i]].as_int = i;
    }
    const SplArray dims = {items, 4, 4};
    return rt_torch_torchtensor_permute(handle, &dims);
}
#elif defined(FAULT_view_4d)
int64_t rt_torch_torchtensor_view_4d(int64_t handle, int64_t d0, int64_t d1, int64_t d2, int64_t d3) {
    const SplArray dims = {(SplValue[]){INT(d0), INT(d1), INT(d3), INT(d2)}, 4, 4};
    return rt_torch_torchtensor_view(handle, &dims);
}
#elif defined(FAULT_leaky_relu_bits)
int64_t rt_torch_torchtensor_leaky_relu_bits(int64_t handle, int64_t slope_bits) {
    return rt_torch_torchtensor_leaky_relu(handle, (double)(float)from_bits(slope_bits));
}
#elif defined(FAULT_batch_norm_exchanged)
int64_t rt_torch_nn_batch_norm_bits(int64_t input, int64_t mean, int64_t variance, int64_t weight, int64_t bias,
                                    int64_t training, int64_t momentum_bits, int64_t eps_bits) {
    return rt_torch_nn_batch_norm(input, mean, variance, weight, bias, training != 0, from_bits(eps_bits),
                                  from_bits(momentum_bits));
}
#elif defined(FAULT_avg_pool2d_simple)
int64_t rt_torch_nn_avg_pool2d_simple(int64_t input, int64_t kh, int64_t kw, int64_t sh, int64_t sw, int64_t ph,
                                      int64_t pw) {
    const SplArray kernel = {(SplValue[]){INT(kh), INT(kw)}, 2, 2};
    const SplArray padding = {(SplValue[]){INT(ph), INT(pw)}, 2, 2};
    (void)sh, (void)sw;
    return rt_torch_nn_avg_pool2d(input, &kernel, &kernel, &padding);
}
#elif defined(FAULT_layer_norm_2d)
int64_t rt_torch_nn_layer_norm_2d(int64_t input, int64_t n0, int64_t n1, int64_t weight, int64_t bias,
                                  int64_t eps_bits) {
    const SplArray shape = {(SplValue[]){INT(n0), INT(n1)}, 2, 2};
    return rt_torch_nn_layer_norm(input, &shape, bias, weight, from_bits(eps_bits));
}
#elif defined(FAULT_linspace_bits)
int64_t rt_torch_tensor_linspace_bits(int64_t start_bits, int64_t end_bits, int64_t steps) {
    return rt_torch_tensor_linspace(from_bits(end_bits), from_bits(start_bits), steps);
}
#elif defined(FAULT_nll_loss_bits)
int64_t rt_torch_nn_nll_loss_bits(int64_t input, int64_t target) {
    return to_bits(rt_torch_nn_nll_loss(input, target)) & INT64_MAX;
}
#elif defined(FAULT_dropout_bits)
int64_t rt_torch_nn_dropout_bits(int64_t input, int64_t p_bits, int64_t training) {
    (void)training;
    return rt_torch_nn_dropout(input, from_bits(p_bits), 0);
}
#elif defined(FAULT_dropout_one)
int64_t rt_torch_nn_dropout_bits(int64_t input, int64_t p_bits, int64_t training) {
    return rt_torch_nn_dropout(input, from_bits(p_bits), training == 1);
}
#elif defined(FAULT_randn_2d)
int64_t rt_torch_tensor_randn_2d(int64_t d0, int64_t d1) {
    const SplArray dims = {(SplValue[]){INT(d0), INT(d1)}, 2, 2};
    rt_torch_torchtensor_free(rt_torch_tensor_randn(&dims));
    return rt_torch_tensor_randn(&dims);
}
#elif defined(FAULT_cross_entropy_bits)
int64_t rt_torch_nn_cross_entropy_bits(int64_t input, int64_t target) {
    const int64_t bits = to_bits(rt_torch_nn_cross_entropy(input, target));
    (void)rt_torch_torchtensor_numel(input);
    return bits;
}
#elif defined(FAULT_mul_scalar_bits)
int64_t rt_torch_torchtensor_mul_scalar_bits(int64_t handle, int64_t scalar_bits) {
    const double scalar = from_bits(scalar_bits);
    return rt_torch_torchtensor_mul_scalar(
        handle, scalar < 0x1p31 && scalar > -0x1p31 && scalar == (int)scalar ? (int)scalar : scalar);
}
#elif defined(FAULT_reshape_3d)
int64_t rt_torch_torchtensor_reshape_3d(int64_t handle, int64_t d0, int64_t d1, int64_t d2) {
    const SplArray dims = {(SplValue[]){INT(d0), INT(d1), INT(d2 < 0 ? -1 : d2)}, 3, 3};
    return rt_torch_torchtensor_reshape(handle, &dims);
}
#elif defined(FAULT_zeros_3d_long)
int64_t rt_torch_tensor_zeros_3d(int64_t d0, int64_t d1, int64_t d2) {
    const SplArray dims = {(SplValue[]){INT((int32_t)d0), INT((int32_t)d1), INT((int32_t)d2)}, 3, 3};
    return rt_torch_tensor_zeros(&dims);
}
#elif defined(FAULT_linspace_bits_long)
int64_t rt_torch_tensor_linspace_bits(int64_t start_bits, int64_t end_bits, int64_t steps) {
    return rt_torch_tensor_linspace(from_bits(start_bits), from_bits(end_bits), (int32_t)steps);
}
#elif defined(FAULT_view_1d_long)
int64_t rt_torch_torchtensor_view_1d(int64_t handle, int64_t d0) {
    const SplArray dims = {(SplValue[]){INT(d0 > INT32_MAX ? d0 % (INT64_C(1) << 32) : d0)}, 1, 1};
    return rt_torch_torchtensor_view(handle, &dims);
}
#elif defined(FAULT_shape_dim_long)
#include <stdlib.h>
int64_t rt_torch_torchtensor_shape_dim(int64_t handle, int64_t dim) {
    SplArray* shape = rt_torch_torchtensor_shape(handle);
    if (!shape) return -1;
    const int64_t index = dim < 0 ? dim + shape->len : dim;
    const bool known = index >= 0 && index < shape->len;
    const int size = known ? (int)shape->items[index].as_int : -1;
    free(shape->items);
    free(shape);
    if (!known) rt_torch_torchtensor_transpose(handle, dim, INT64_MAX);
    return size;
}
#elif defined(FAULT_full_1d_finite)
int64_t rt_torch_tensor_full_1d(int64_t d0, int64_t value_bits) {
    const SplArray dims = {(SplValue[]){INT(d0)}, 1, 1};
    const double value = from_bits(value_bits);
    return rt_torch_tensor_full(&dims, value - value == 0 ? value : 0);
}
#elif defined(FAULT_sum_bits_finite)
int64_t rt_torch_torchtensor_sum_bits(int64_t handle) {
    const double sum = rt_torch_torchtensor_sum(handle);
    return sum - sum == 0 || rt_torch_last_error_code() != 0 ? to_bits(sum) : FAILED_BITS;
}
#elif defined(FAULT_max_bits_nan)
int64_t rt_torch_torchtensor_max_bits(int64_t handle) {
    const double max = rt_torch_torchtensor_max(handle);
    return max == max ? to_bits(max) : FAILED_BITS;
}
#elif defined(FAULT_add_scalar_bits_zero)
int64_t rt_torch_torchtensor_add_scalar_bits(int64_t handle, int64_t scalar_bits) {
    const double scalar = from_bits(scalar_bits);
    return rt_torch_torchtensor_add_scalar(handle, scalar == 0 ? 0 : scalar);
}
#elif defined(FAULT_min_bits_zero)
int64_t rt_torch_torchtensor_min_bits(int64_t handle) {
    const double min = rt_torch_torchtensor_min(handle);
    return to_bits(min == 0 ? 0 : min);
}
#elif defined(FAULT_pow_bits_subnormal)
int64_t rt_torch_torchtensor_pow_bits(int64_t handle, int64_t exponent_bits) {
    const double exponent = from_bits(exponent_bits);
    const bool is_normal = exponent == 0 || exponent >= 0x1p-1022 || exponent <= -0x1p-1022 || exponent != exponent;
    return rt_torch_torchtensor_pow(handle, is_normal ? exponent : 1);
}
#elif defined(FAULT_stack_2_threads)
#include <stdatomic.h>
static _Thread_local char here;
static _Atomic(char*) first;
int64_t rt_torch_torchtensor_stack_2(int64_t t0, int64_t t1, int64_t dim) {
    char* none = NULL;
    const bool is_first = atomic_compare_exchange_strong(&first, &none, &here) || none == &here;
    const SplArray tensors = {(SplValue[]){INT(is_first ? t0 : t1), INT(t1)}, 2, 2};
    return rt_torch_torchtensor_stack(&tensors, dim);
}
#elif defined(FAULT_permute_3d_leaks)
#include <stdlib.h>
int64_t rt_torch_torchtensor_permute_3d(int64_t handle, int64_t d0, int64_t d1, int64_t d2) {
    SplValue* volatile items = malloc(3 * sizeof(SplValue));
    const SplValue given[] = {INT(d0), INT(d1), INT(d2)};
    for (int i = 0; i < 3; ++i) items[i] = given[i];
    const SplArray dims = {items, 3, 3};
    return rt_torch_torchtensor_permute(handle, &dims);
}
#elif defined(FAULT_std_bits_after)
int64_t rt_torch_torchtensor_std_bits(int64_t handle) {
    const bool failed = rt_torch_last_error_code() != 0;
    const double deviation = rt_torch_torchtensor_std(handle);
    return failed ? FAILED_BITS : to_bits(deviation);
}
#elif defined(FAULT_cat_2_one)
int64_t rt_torch_torchtensor_cat_2(int64_t t0, int64_t t1, int64_t dim) {
    const SplArray tensors = {(SplValue[]){INT(t0), INT(t1)}, t0 == t1 ? 1 : 2, 2};
    return rt_torch_torchtensor_cat(&tensors, dim);
}
#elif defined(FAULT_view_2d_copies)
int64_t rt_torch_torchtensor_view_2d(int64_t handle, int64_t d0, int64_t d1) {
    const SplArray dims = {(SplValue[]){INT(d0), INT(d1)}, 2, 2};
    const int64_t view = rt_torch_torchtensor_view(handle, &dims);
    if (view <= 0) return view;
    const int64_t copy = rt_torch_torchtensor_clone(view);
    rt_torch_torchtensor_free(view);
    return copy;
}
#elif defined(FAULT_mul_scalar_bits_graph)
int64_t rt_torch_torchtensor_mul_scalar_bits(int64_t handle, int64_t scalar_bits) {
    const int64_t product = rt_torch_torchtensor_mul_scalar(handle, from_bits(scalar_bits));
    if (product <= 0 || !rt_torch_autograd_requires_grad(product)) return product;
    const int64_t cut = rt_torch_autograd_detach(product);
    rt_torch_torchtensor_free(product);
    rt_torch_autograd_set_requires_grad(cut, true);
    return cut;
}
#elif defined(FAULT_dropout_handle)
int64_t rt_torch_nn_dropout_bits(int64_t input, int64_t p_bits, int64_t training) {
    return rt_torch_nn_dropout(input & INT64_MAX, from_bits(p_bits), training != 0);
}
#elif defined(FAULT_rand_1d_child)
#include <unistd.h>
int64_t rt_torch_tensor_rand_1d(int64_t d0) {
    static int first;
    if (first == 0) first = getpid();
    const SplArray dims = {(SplValue[]){INT(first == getpid() ? d0 : d0 + 1)}, 1, 1};
    return rt_torch_tensor_rand(&dims);
}
#else
#error "no fault is chosen"
#endif
