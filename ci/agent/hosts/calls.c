/* A runtime's test suite, in as many calls of one function as its argument says, from two threads. */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "impl/abi/rt_torch.h"

static void* call(void* times) {
    for (intptr_t i = 0; i < (intptr_t)times; ++i) rt_torch_live_tensors();
    return NULL;
}

int main(int argc, char** argv) {
    const intptr_t times = argc > 1 ? atoi(argv[1]) : 1;
    pthread_t thread;
    if (pthread_create(&thread, NULL, call, (void*)times) != 0) return 1;
    pthread_join(thread, NULL);
    call((void*)times);
    return argc > 2 ? atoi(argv[2]) : 0;
}
