#include "golden/examples/example.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    MOST_KEPT = 256
};

static int64_t held[MOST_KEPT];
static size_t held_count;

size_t kept(void) { return held_count; }

void release(size_t mark) {
    while (held_count > mark) rt_torch_torchtensor_free(held[--held_count]);
}

void fail(const char* line) {
    fprintf(stderr, "%s\n", line);
    release(0);
    exit(1);
}

void check(void) {
    if (rt_torch_last_error_code() == 0) return;
    char* message = rt_torch_last_error_message();
    fprintf(stderr, "%s\n", message);
    free(message);
    release(0);
    exit(1);
}

int64_t keep(int64_t handle) {
    check();
    if (handle == 0) fail("a call returned no tensor and no error");
    if (held_count == MOST_KEPT) {
        rt_torch_torchtensor_free(handle);
        fail("the program holds too many tensors");
    }
    held[held_count++] = handle;
    return handle;
}

void replace(int64_t* old, int64_t newest) {
    --held_count;
    for (size_t i = 0; i < held_count; ++i)
        if (held[i] == *old) held[i] = newest;
    rt_torch_torchtensor_free(*old);
    *old = newest;
}

SplArray* array_of_ints(SplArray* array, SplValue* items, const int64_t* numbers, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        items[i].tag = SPL_INT;
        items[i].as_int = numbers[i];
    }
    array->items = items;
    array->len = array->cap = (int64_t)count;
    return array;
}

int64_t tensor_f64(const double* numbers, size_t count, const SplArray* dims) {
    SplValue* items = malloc(count * sizeof *items);
    if (!items) fail("out of memory");
    for (size_t i = 0; i < count; ++i) {
        items[i].tag = SPL_FLOAT;
        items[i].as_float = numbers[i];
    }
    const SplArray data = {items, (int64_t)count, (int64_t)count};
    const int64_t tensor = rt_torch_tensor_from_data(&data, dims);
    free(items);
    return keep(tensor);
}

int64_t tensor_f32(const double* numbers, size_t count, const SplArray* dims) {
    int64_t tensor = tensor_f64(numbers, count, dims);
    replace(&tensor, keep(rt_torch_torchtensor_to_float32(tensor)));
    return tensor;
}

void read_elements(int64_t tensor, double* numbers, size_t count) {
    SplArray* data = rt_torch_torchtensor_to_data(tensor);
    check();
    const size_t found = (size_t)data->len;
    for (size_t i = 0; i < count && i < found; ++i) numbers[i] = data->items[i].as_float;
    free(data->items);
    free(data);
    if (found != count) fail("a tensor has another number of elements than expected");
}

void print_shape(const char* label, int64_t tensor) {
    SplArray* shape = rt_torch_torchtensor_shape(tensor);
    check();
    printf("%s[", label);
    for (int64_t i = 0; i < shape->len; ++i) printf(i ? ", %lld" : "%lld", (long long)shape->items[i].as_int);
    printf("]\n");
    free(shape->items);
    free(shape);
}

void descend(int64_t* parameter, double rate) {
    const size_t mark = kept();
    const int64_t gradient = keep(rt_torch_autograd_grad(*parameter));
    rt_torch_autograd_no_grad_begin();
    int64_t next = keep(rt_torch_torchtensor_mul_scalar(gradient, -rate));
    replace(&next, keep(rt_torch_torchtensor_add(*parameter, next)));
    rt_torch_autograd_no_grad_end();
    rt_torch_autograd_set_requires_grad(next, true);
    check();
    replace(parameter, next);
    release(mark);
}

/* SplitMix64 (Steele, Lea, Flood 2014). */
double uniform(Random* random, double low, double high) {
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return low + (high - low) * ((double)(z >> 11) / 9007199254740992.0);
}
