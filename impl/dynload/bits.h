/* Between numbers and the int64_t that a dyncall form takes or gives. */
#ifndef DYNCALL_BITS_H
#define DYNCALL_BITS_H

#include <string.h>

#include "impl/abi/rt_torch.h"

/* What a form with a double result returns when it failed (promise L2). */
#define FAILED_BITS INT64_C(0x7ff8000000000000)

#define INT(number) \
    { .tag = SPL_INT, .as_int = (number) }

static inline double from_bits(int64_t bits) {
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

/* The bits of a core function's result. A NaN may be a value or the sentinel of a failed call, whose bits are fixed. */
static inline int64_t to_bits(double number) {
    if (number != number && rt_torch_last_error_code() != 0) return FAILED_BITS;
    int64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

#endif
