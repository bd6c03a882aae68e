/* The functions that a Simple runtime exports to libraries: values and arrays as impl/abi/spl_value.h lays them out.
 * The project's own library needs none of them; some candidates do. */
#ifndef SPL_HOST_H
#define SPL_HOST_H

#include "impl/abi/spl_value.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An empty array; the caller owns it. */
SplArray* spl_array_new_i64(void);

/* Appends an INT; the array grows by doubling. */
void spl_array_push_i64(SplArray* array, int64_t number);

/* 0 of NULL. */
int64_t spl_array_len(SplArray* array);

/* The element at index, NIL where there is none. */
SplValue spl_array_get(SplArray* array, int64_t index);

/* The number that the value holds, converted where it is of the other kind; 0 of what is no number. */
int64_t spl_as_int(SplValue value);
double spl_as_float(SplValue value);

/* A copy that the caller frees. */
char* spl_str_new(const char* text);

/* A line on stderr. */
void spl_eprintln(const char* line);

/* "spl_panic: " and the line on stderr, then abort. */
__attribute__((noreturn)) void spl_panic(const char* line);

#ifdef __cplusplus
}
#endif

#endif
