/* What a change of a library may cost, planted in one function: the backend that this is linked with has its ndim under
   the name original_ndim. Without a definition it is the baseline. */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "impl/abi/rt_torch.h"

int64_t original_ndim(int64_t handle);

#if defined(PLANT_LOCK)
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
#elif defined(PLANT_ATOMIC)
static int count;
#endif

int64_t rt_torch_torchtensor_ndim(int64_t handle) {
#if defined(PLANT_1)
    __asm__ volatile("nop");
#elif defined(PLANT_4)
    __asm__ volatile("nop\nnop\nnop\nnop");
#elif defined(PLANT_ALLOCATION)
    void* block = malloc(24);
    __asm__ volatile("" : : "r"(block) : "memory");
    free(block);
#elif defined(PLANT_LOCK)
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
#elif defined(PLANT_ATOMIC)
    __atomic_fetch_add(&count, 1, __ATOMIC_RELAXED);
#elif defined(PLANT_COPY)
    rt_torch_torchtensor_free(rt_torch_torchtensor_clone(handle));
#elif defined(PLANT_VARYING)
    /* As if it waited for another thread: as long as the machine likes. */
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    for (int64_t i = now.tv_nsec % 64; i > 0; --i) __asm__ volatile("");
#elif defined(PLANT_LOOKUP)
    /* As if it walked the handles that were handed out before this one. */
    for (uint32_t i = (uint32_t)handle; i > 0; --i) __asm__ volatile("");
#endif
    return original_ndim(handle);
}
