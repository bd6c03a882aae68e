/* What the example programs share. They hold every tensor in one list, so that a failed call can give all of them back
 * before the program ends: fail() prints the library's message to stderr, frees what is held, and exits with 1. */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <stddef.h>

#include "impl/abi/rt_torch.h"

/* Adds a handle that a call returned to the list and returns it; fails where it is 0. */
int64_t keep(int64_t handle);

/* How many tensors are held. With release(): everything made between the two is freed. */
size_t kept(void);
void release(size_t mark);

/* Puts the newest tensor of the list in the place of old, which is freed. */
void replace(int64_t* old, int64_t newest);

/* Fails when the latest rt_torch_* call did. */
void check(void);

/* Prints the line to stderr, frees what is held, exits with 1. */
_Noreturn void fail(const char* line);

/* An [i64] argument, valid to the end of the enclosing block: INTS(3, 4). */
#define INTS(...)                                                                                      \
    array_of_ints((SplArray[1]){{0}}, (SplValue[sizeof(COUNTED(__VA_ARGS__)) / sizeof(int64_t)]){{0}}, \
                  COUNTED(__VA_ARGS__), sizeof(COUNTED(__VA_ARGS__)) / sizeof(int64_t))
#define COUNTED(...) ((const int64_t[]){__VA_ARGS__})
SplArray* array_of_ints(SplArray* array, SplValue* items, const int64_t* numbers, size_t count);

/* float32 and float64 tensors of the given numbers; kept. */
int64_t tensor_f32(const double* numbers, size_t count, const SplArray* dims);
int64_t tensor_f64(const double* numbers, size_t count, const SplArray* dims);

/* Copies the elements of a tensor, which must be count many. */
void read_elements(int64_t tensor, double* numbers, size_t count);

/* Prints "<label>[2, 3]" and the end of the line. */
void print_shape(const char* label, int64_t tensor);

/* One step of gradient descent: parameter <- parameter - rate * its gradient, as a new leaf. */
void descend(int64_t* parameter, double rate);

/* A seeded generator, so that the programs compute the same on every backend. */
typedef struct Random {
    uint64_t state;
} Random;
double uniform(Random* random, double low, double high);

#endif
