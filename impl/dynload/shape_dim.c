#include <stdlib.h>

#include "impl/abi/rt_torch.h"
#include "impl/dynload/rt_torch_dyncall.h"

int64_t rt_torch_torchtensor_shape_dim(int64_t handle, int64_t dim) {
    SplArray* shape = rt_torch_torchtensor_shape(handle);
    if (!shape) return -1;
    const int64_t index = dim < 0 ? dim + shape->len : dim;
    const bool known = index >= 0 && index < shape->len;
    const int64_t size = known ? shape->items[index].as_int : -1;
    free(shape->items);
    free(shape);
    /* Only the library beneath can set the calling thread's code: no tensor has the second dim, so this call fails with
     * 5, the code of a dim out of range. */
    if (!known) rt_torch_torchtensor_transpose(handle, dim, INT64_MAX);
    return size;
}
