/* A program linked with simple_torch_loaded calls rt_torch_* as if it were linked with a backend; the calls go to the
 * library that the environment variable RT_TORCH_LIBRARY names, opened through rt_dlopen when the program starts. Where
 * that fails, the program prints the reason and exits with 1. */
#ifndef RT_TORCH_LOADED_H
#define RT_TORCH_LOADED_H

typedef struct LoadedFunction {
    const char* symbol;
    void** pointer; /* where the address goes */
} LoadedFunction;

/* Opens the library and fills every pointer. The last of functions has no symbol. */
void load_functions(const LoadedFunction* functions);

#endif
