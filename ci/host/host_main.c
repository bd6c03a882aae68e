/* A runtime host in C with the library in one of the ways that a runtime can have it: linked statically, linked
 * dynamically, or opened when it starts. It makes a call of each kind that crosses the boundary, through its own
 * declarations of the host functions, and prints one line. With --latency it measures what a call costs instead. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ci/host/call_latency.h"
#include "ci/host/spl_host.h"
#include "impl/abi/rt_torch.h"

static int failures;

static void expect(bool holds, const char* what) {
    if (holds) return;
    ++failures;
    fprintf(stderr, "host: not so: %s\n", what);
}

static void free_array(SplArray* array) {
    if (!array) return;
    free(array->items);
    free(array);
}

static SplArray* two(int64_t first, int64_t second) {
    SplArray* array = spl_array_new_i64();
    spl_array_push_i64(array, first);
    spl_array_push_i64(array, second);
    return array;
}

/* A result array goes on living in the host: it must be able to grow it. */
static void check_arrays(int64_t tensor) {
    SplArray* shape = rt_torch_torchtensor_shape(tensor);
    expect(shape && spl_array_len(shape) == 2, "the shape of a matrix has two sizes");
    if (!shape) return;
    expect(spl_as_int(spl_array_get(shape, 0)) == 2 && spl_as_int(spl_array_get(shape, 1)) == 3, "which are 2 and 3");
    for (int64_t i = 0; i < 100; ++i) spl_array_push_i64(shape, i);
    expect(spl_as_int(spl_array_get(shape, 101)) == 99, "the host can push to the array");
    free_array(shape);
}

static void check_errors(int64_t tensor) {
    expect(rt_torch_torchtensor_transpose(tensor, 0, 2) == 0, "a dim out of range gives no tensor");
    expect(rt_torch_last_error_code() == 5, "and code 5");
    expect(isnan(rt_torch_torchtensor_sum(0)), "the sum of no tensor is NaN");
    expect(rt_torch_last_error_code() == 1, "and code 1");
    expect(!rt_torch_autograd_requires_grad(tensor) && rt_torch_last_error_code() == 0,
           "false is an answer, not an error");
    expect(rt_torch_torchtensor_device(tensor) == -1, "the device is the CPU");
}

int main(int argc, char** argv) {
    /* At its end the library would take itself apart, which is no part of a call. */
    if (argc == 2 && strcmp(argv[1], "--latency") == 0) _exit(measure_call_latency());
    char* backend = rt_torch_backend_name();
    char* version = rt_torch_version();
    SplArray* dims = two(2, 3);
    const int64_t tensor = rt_torch_tensor_ones(dims);
    expect(tensor > 0, "ones gives a tensor");
    check_arrays(tensor);
    check_errors(tensor);
    const double sum = rt_torch_torchtensor_sum(tensor);
    expect(sum == (rt_torch_available() ? 6 : 0), "six ones sum to 6, in stub mode to 0");
    rt_torch_torchtensor_free(tensor);
    expect(rt_torch_live_tensors() == 0, "every tensor is given back");
    printf("host: %s %s, %s\n", backend, version, failures ? "failed" : "passed");
    free_array(dims);
    free(backend);
    free(version);
    return failures ? 1 : 0;
}
