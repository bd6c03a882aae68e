/* Linked into a host with --wrap=rt_torch_torchtensor_ndim, puts something of the host's own before the call: what the
 * latency gate of the step "linked" must catch. SLOW_lock: one thread at a time; SLOW_lookup: the function is looked up
 * by its name in a list, as a host does that keeps no pointers; SLOW_allocation: the arguments travel on the heap. */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int64_t __real_rt_torch_torchtensor_ndim(int64_t tensor);
int64_t __wrap_rt_torch_torchtensor_ndim(int64_t tensor);

#if defined(SLOW_lock)
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

int64_t __wrap_rt_torch_torchtensor_ndim(int64_t tensor) {
    pthread_mutex_lock(&mutex);
    const int64_t ndim = __real_rt_torch_torchtensor_ndim(tensor);
    pthread_mutex_unlock(&mutex);
    return ndim;
}
#elif defined(SLOW_lookup)
static const char* const names[] = {
#define RT_FUNCTION(name, symbol, ...) #symbol,
#include "impl/abi/functions.def"
};

int64_t __wrap_rt_torch_torchtensor_ndim(int64_t tensor) {
    const char* volatile wanted = "rt_torch_torchtensor_ndim";
    size_t i = 0;
    while (i < sizeof names / sizeof *names && strcmp(names[i], wanted) != 0) ++i;
    return i < sizeof names / sizeof *names ? __real_rt_torch_torchtensor_ndim(tensor) : -1;
}
#else
int64_t __wrap_rt_torch_torchtensor_ndim(int64_t tensor) {
    int64_t* volatile arguments = malloc(sizeof *arguments);
    if (!arguments) abort();
    *arguments = tensor;
    const int64_t ndim = __real_rt_torch_torchtensor_ndim(*arguments);
    free(arguments);
    return ndim;
}
#endif
