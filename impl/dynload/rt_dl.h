/* The host's loader: what a runtime offers its programs so that they can open a library and find a function in it
 * (promise L1). Any function may be called from any thread. */
#ifndef RT_DL_H
#define RT_DL_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    RT_DL_LAZY = 1,
    RT_DL_NOW = 2,
    RT_DL_GLOBAL = 0x100
};

/* Opens the library at path; flags is RT_DL_LAZY or RT_DL_NOW, with or without RT_DL_GLOBAL. A positive handle that the
 * caller closes once, or 0. */
int64_t rt_dlopen(const char* path, int64_t flags);

/* The address of a symbol in an open library or in what it depends on, or 0. */
int64_t rt_dlsym(int64_t handle, const char* symbol);

/* False when handle is not that of an open library. */
bool rt_dlclose(int64_t handle);

/* Why the calling thread's latest rt_dlopen, rt_dlsym or rt_dlclose failed, "" when it succeeded. The caller frees it;
 * NULL where there is no memory for it. */
char* rt_dlerror(void);

#ifdef __cplusplus
}
#endif

#endif
