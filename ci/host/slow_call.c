/* Linked with --wrap=rt_torch_torchtensor_ndim, puts 100 ns of its own before the call: what the latency gate of the
 * step "linked" must catch. */
#include <stdint.h>
#include <time.h>

int64_t __real_rt_torch_torchtensor_ndim(int64_t tensor);
int64_t __wrap_rt_torch_torchtensor_ndim(int64_t tensor);

static int64_t nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t __wrap_rt_torch_torchtensor_ndim(int64_t tensor) {
    for (const int64_t before = nanoseconds(); nanoseconds() < before + 100;) {
    }
    return __real_rt_torch_torchtensor_ndim(tensor);
}
