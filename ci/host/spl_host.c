#include "ci/host/spl_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void* checked(void* memory) {
    if (!memory) spl_panic("out of memory");
    return memory;
}

SplArray* spl_array_new_i64(void) {
    const int64_t room = 4;
    SplArray* array = checked(malloc(sizeof *array));
    array->items = checked(malloc((size_t)room * sizeof *array->items));
    array->len = 0;
    array->cap = room;
    return array;
}

void spl_array_push_i64(SplArray* array, int64_t number) {
    if (array->len == array->cap) {
        array->cap *= 2;
        array->items = checked(realloc(array->items, (size_t)array->cap * sizeof *array->items));
    }
    SplValue* item = &array->items[array->len++];
    item->tag = SPL_INT;
    item->as_int = number;
}

int64_t spl_array_len(SplArray* array) { return array ? array->len : 0; }

SplValue spl_array_get(SplArray* array, int64_t index) {
    if (array && index >= 0 && index < array->len) return array->items[index];
    SplValue nil;
    memset(&nil, 0, sizeof nil);
    return nil;
}

int64_t spl_as_int(SplValue value) {
    if (value.tag == SPL_BOOL) return value.as_bool;
    if (value.tag == SPL_FLOAT) return (int64_t)value.as_float;
    return value.tag == SPL_INT ? value.as_int : 0;
}

double spl_as_float(SplValue value) {
    if (value.tag == SPL_INT) return (double)value.as_int;
    return value.tag == SPL_FLOAT ? value.as_float : 0;
}

char* spl_str_new(const char* text) { return checked(strdup(text)); }

void spl_eprintln(const char* line) { fprintf(stderr, "%s\n", line); }

void spl_panic(const char* line) {
    fprintf(stderr, "spl_panic: %s\n", line);
    abort();
}
