/* Reports every case that it is asked for as passed, and ends the process before one of them runs. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ci/run/hostile/hostile.h"

static void forge(const char* list) {
    FILE* events = fdopen(3, "w");
    FILE* ids = fopen(list, "r");
    char id[256];
    if (!events || !ids) return;
    fprintf(events, "{\"event\": \"plan\", \"cases\": []}\n");
    while (fgets(id, sizeof id, ids)) {
        id[strcspn(id, "\n")] = 0;
        fprintf(events, "{\"event\": \"start\", \"id\": \"%s\"}\n", id);
        fprintf(events, "{\"event\": \"end\", \"id\": \"%s\", \"status\": \"pass\"}\n", id);
    }
    fprintf(events, "{\"event\": \"done\"}\n");
    fflush(events);
    _exit(0);
}

__attribute__((constructor)) static void on_load(int argc, char** argv) {
    if (!is_hostile()) return;
    for (int i = 1; i + 1 < argc; ++i)
        if (strcmp(argv[i], "--cases-from") == 0) forge(argv[i + 1]);
}
