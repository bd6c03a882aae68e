/* A runtime that has the functions linked in, or is linked with their library. */
#include <stdio.h>

#include "impl/abi/rt_torch.h"

int main(void) {
    printf("host: %d tensors\n", (int)rt_torch_live_tensors());
    return 0;
}
