/* Planted slowdowns of a dyncall form, right in what it does: FAULT_allocation makes the array of dims on the heap,
 * FAULT_copy copies the tensor to be safe. */
#include <stdlib.h>

#include "impl/abi/rt_torch.h"
#include "impl/dynload/rt_torch_dyncall.h"

#if defined(FAULT_allocation)
int64_t rt_torch_torchtensor_view_1d(int64_t handle, int64_t size) {
    SplArray* dims = malloc(sizeof *dims);
    SplValue* items = calloc(64, sizeof *items); /* room for any dims, as LibTorch has at most 64 */
    if (!dims || !items) abort();
    items[0].tag = SPL_INT;
    items[0].as_int = size;
    *dims = (SplArray){items, 1, 64};
    const int64_t result = rt_torch_torchtensor_view(handle, dims);
    free(items);
    free(dims);
    return result;
}
#else
int64_t rt_torch_torchtensor_view_1d(int64_t handle, int64_t size) {
    const SplArray dims = {(SplValue[]){{.tag = SPL_INT, .as_int = size}}, 1, 1};
    const int64_t copy = rt_torch_torchtensor_clone(handle);
    rt_torch_torchtensor_free(copy);
    return rt_torch_torchtensor_view(handle, &dims);
}
#endif
