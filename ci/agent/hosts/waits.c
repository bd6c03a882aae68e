/* A runtime that waits for work, and opens no library till then. */
#include <unistd.h>

int main(void) {
    for (;;) pause();
}
