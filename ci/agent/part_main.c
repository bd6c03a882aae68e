/* A runtime that calls one function: of an archive the linker takes no more than that needs. */
#include "impl/abi/rt_torch.h"

int main(void) { return rt_torch_available() ? 1 : 0; }
