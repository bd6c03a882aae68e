/* A runtime that opens its library by name alone, which its DT_RUNPATH finds. */
#include "ci/agent/hosts/opened.h"

int main(void) { return use(dlopen("libsimple_torch_reference.so", RTLD_NOW)); }
