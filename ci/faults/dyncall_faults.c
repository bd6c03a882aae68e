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
#else
#error "no fault is chosen"
#endif
