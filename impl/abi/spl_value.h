/* The layout of the Simple runtime's values and arrays, as they cross the C boundary. All memory is malloc/free. */
#ifndef SPL_VALUE_H
#define SPL_VALUE_H

#include <stdint.h>

enum {
    SPL_NIL = 0,
    SPL_BOOL = 1,
    SPL_INT = 2,
    SPL_FLOAT = 3,
    SPL_STRING = 4,
    SPL_ARRAY = 5,
    SPL_DICT = 6
};

struct SplArray;

/* 16 bytes: the tag at 0, the payload at 8. */
typedef struct SplValue {
    uint32_t tag;
    union {
        uint8_t as_bool;
        int64_t as_int;
        double as_float;
        char* as_str;
        struct SplArray* as_array;
        void* as_dict;
    };
} SplValue;

/* 24 bytes: items at 0, len at 8, cap at 16. Hosts grow an array by doubling, so cap is at least 1. */
typedef struct SplArray {
    SplValue* items;
    int64_t len;
    int64_t cap;
} SplArray;

#ifdef __cplusplus
static_assert(sizeof(SplValue) == 16 && sizeof(SplArray) == 24, "the layout is part of the contract");
#endif

#endif
