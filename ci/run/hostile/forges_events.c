/* Tells the suite's plan, reports every case that it is asked for as passed, and ends the process before one of them
 * runs. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ci/run/hostile/hostile.h"

/* By the suite's own list: nothing else is believed. */
static void tell_plan(char* program, const char* backend) {
    const pid_t child = fork();
    if (child == 0) {
        unsetenv("SIMPLE_HOSTILE");
        fcntl(3, F_SETFD, 0);
        execl(program, program, "--list-cases", "--events-fd", "3", "--backend", backend, (char*)NULL);
        _exit(1);
    }
    waitpid(child, NULL, 0);
}

static void forge(const char* list) {
    FILE* events = fdopen(3, "w");
    FILE* ids = fopen(list, "r");
    char id[256];
    if (!events || !ids) return;
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
    const char *list = NULL, *backend = "";
    for (int i = 1; i + 1 < argc; ++i) {
        if (strcmp(argv[i], "--cases-from") == 0) list = argv[i + 1];
        if (strcmp(argv[i], "--backend") == 0) backend = argv[i + 1];
    }
    if (!list) return;
    tell_plan(argv[0], backend);
    forge(list);
}
