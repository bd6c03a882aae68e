/* A program of somebody who installed the package: adds two tensors and prints the version and a size of the sum. */
#include <rt_torch.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    SplValue sizes[2] = {{.tag = SPL_INT, .as_int = 2}, {.tag = SPL_INT, .as_int = 3}};
    SplArray dims = {sizes, 2, 2};
    int64_t a = rt_torch_tensor_ones(&dims);
    int64_t b = rt_torch_torchtensor_add(a, a);
    char* version = rt_torch_version();
    printf("%s: %lld elements\n", version, (long long)rt_torch_torchtensor_numel(b));
    free(version);
    rt_torch_torchtensor_free(b);
    rt_torch_torchtensor_free(a);
    return rt_torch_last_error_code();
}
