#include <stdint.h>

int64_t rt_dl_test_answer(void) { return 42; }
