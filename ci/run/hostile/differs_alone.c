/* Behaves where cases share a process, and prints from a call where one case is alone in its own. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "ci/run/hostile/hostile.h"

static bool alone;

static bool is_one_case(const char* list) {
    FILE* ids = fopen(list, "r");
    char id[256];
    int lines = 0;
    while (ids && fgets(id, sizeof id, ids)) ++lines;
    if (ids) fclose(ids);
    return lines == 2; /* with its canary */
}

__attribute__((constructor)) static void on_load(int argc, char** argv) {
    if (!is_hostile()) return;
    for (int i = 1; i + 1 < argc; ++i)
        if (strcmp(argv[i], "--cases-from") == 0) alone = is_one_case(argv[i + 1]);
}

bool rt_torch_cuda_available(void);
bool rt_torch_available(void);
bool rt_torch_available(void) {
    if (alone) fprintf(stderr, "nobody else is here\n");
    rt_torch_cuda_available(); /* which leaves code 0, as a call does that succeeds (E5) */
    return true;
}
