#include "impl/dynload/rt_dl.h"

#include <dlfcn.h>

#include <cstring>
#include <map>
#include <mutex>
#include <string>

namespace {

thread_local std::string reason;

// How often each library is open: dlsym and dlclose of anything else is undefined. Made on first use, since a program's
// constructors may open libraries before this file's have run.
std::mutex mutex;
std::map<int64_t, int>& open_count() {
    static std::map<int64_t, int> count;
    return count;
}

bool failed(std::string why) {
    reason = std::move(why);
    return false;
}

bool failed_beneath() {
    const char* why = dlerror();
    return failed(why ? why : "the loader gave no reason");
}

bool is_open(int64_t handle) {
    const std::lock_guard<std::mutex> lock(mutex);
    return open_count().count(handle) != 0;
}

// The flags as dlopen wants them, or 0.
int native(int64_t flags) {
    const int64_t mode = flags & ~int64_t{RT_DL_GLOBAL};
    if (mode != RT_DL_LAZY && mode != RT_DL_NOW) return 0;
    return (mode == RT_DL_LAZY ? RTLD_LAZY : RTLD_NOW) | (flags & RT_DL_GLOBAL ? RTLD_GLOBAL : RTLD_LOCAL);
}

}  // namespace

int64_t rt_dlopen(const char* path, int64_t flags) {
    reason.clear();
    if (!path || !*path) return failed("rt_dlopen: no path given");
    const int mode = native(flags);
    if (!mode)
        return failed("rt_dlopen: flags " + std::to_string(flags) + " is neither 1 (lazy) nor 2 (now), plus 256");
    void* library = dlopen(path, mode);
    if (!library) return failed_beneath();
    const auto handle = reinterpret_cast<int64_t>(library);
    const std::lock_guard<std::mutex> lock(mutex);
    ++open_count()[handle];
    return handle;
}

int64_t rt_dlsym(int64_t handle, const char* symbol) {
    reason.clear();
    if (!is_open(handle))
        return failed("rt_dlsym: " + std::to_string(handle) + " is not the handle of an open library");
    if (!symbol) return failed("rt_dlsym: no symbol given");
    void* address = dlsym(reinterpret_cast<void*>(handle), symbol);
    if (!address) return failed_beneath();
    return reinterpret_cast<int64_t>(address);
}

bool rt_dlclose(int64_t handle) {
    reason.clear();
    {
        const std::lock_guard<std::mutex> lock(mutex);
        const auto library = open_count().find(handle);
        if (library == open_count().end())
            return failed("rt_dlclose: " + std::to_string(handle) + " is not the handle of an open library");
        if (--library->second == 0) open_count().erase(library);
    }
    return dlclose(reinterpret_cast<void*>(handle)) == 0 || failed_beneath();
}

char* rt_dlerror(void) { return strdup(reason.c_str()); }
