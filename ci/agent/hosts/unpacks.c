/* A runtime that carries its library along: it unpacks that (here, copies it) into a temporary file, and removes it
   when it ends. */
#include <stdlib.h>
#include <unistd.h>

#include "ci/agent/hosts/opened.h"

static char unpacked[4096];

static void remove_it(void) { unlink(unpacked); }

int main(int argc, char** argv) {
    const char* folder = getenv("TMPDIR");
    FILE* from = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (!from) {
        fprintf(stderr, "usage: unpacks FILE\n");
        return 64;
    }
    snprintf(unpacked, sizeof unpacked, "%s/unpacked-XXXXXX", folder ? folder : "/tmp");
    const int fd = mkstemp(unpacked);
    FILE* to = fd < 0 ? NULL : fdopen(fd, "wb");
    if (!to) return 2;
    atexit(remove_it);
    static char block[1 << 16];
    for (size_t n; (n = fread(block, 1, sizeof block, from)) > 0;)
        if (fwrite(block, 1, n, to) != n) return 2;
    fclose(from);
    if (fclose(to) != 0) return 2;
    return use(dlopen(unpacked, RTLD_NOW));
}
