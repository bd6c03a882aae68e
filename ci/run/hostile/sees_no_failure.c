/* Takes the place of write(2) for whoever it is preloaded under: what was to be told as failed is told as passed. Its
 * tanh is wrong, so that there is something to tell. */
#define _GNU_SOURCE
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ci/run/hostile/hostile.h"

ssize_t write(int fd, const void* data, size_t size) {
    static const char told[] = "\"status\":\"fail\"", instead[] = "\"status\":\"pass\"";
    char* found = is_hostile() && fd == 3 ? memmem(data, size, told, sizeof told - 1) : NULL;
    if (found) memcpy(found, instead, sizeof instead - 1);
    return syscall(SYS_write, fd, data, size);
}

int64_t rt_torch_torchtensor_abs(int64_t handle);
int64_t rt_torch_torchtensor_tanh(int64_t handle);
int64_t rt_torch_torchtensor_tanh(int64_t handle) { return rt_torch_torchtensor_abs(handle); }
