#include "impl/dynload/rt_dl.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <map>
#include <mutex>
#include <new>
#include <string_view>
#include <utility>

#include "impl/errors/fast_tls.h"
#include "impl/errors/thread_text.h"

namespace {

SIMPLE_FAST_TLS __thread simple::ThreadText t_reason;

// How a library stands: dlsym and dlclose of what is not open are undefined.
struct Library {
    int opened = 0;    // how often
    int searched = 0;  // rt_dlsyms that are looking into it now
    int closing = 0;   // rt_dlcloses that wait for those
};
// Held around no dl function: they wait for the loader, and a constructor that the loader runs may call rt_dlopen.
std::mutex mutex;

// Made for the first library that is opened and never destroyed: a program's constructors and destructors open and
// close libraries too.
std::map<int64_t, Library>* made = nullptr;

// Null where it is not open. Needs no memory.
Library* open_library(int64_t handle) {
    if (!made) return nullptr;
    const auto at = made->find(handle);
    return at != made->end() && at->second.opened > 0 ? &at->second : nullptr;
}

// A forked child has none of the threads that searched: it waits for no search, and what its parent was to close at the
// end of one stays loaded in the child.
void end_searches_of_others() {
    if (!made) return;
    for (auto at = made->begin(); at != made->end();) {
        at->second.searched = at->second.closing = 0;
        at = at->second.opened == 0 ? made->erase(at) : std::next(at);
    }
}

// Holds the mutex. A fork waits until no other thread does: no child could take it again.
class Lock {
  public:
    Lock() {
        mutex.lock();
        static bool guarded = false;
        if (!guarded)
            guarded = pthread_atfork([] { mutex.lock(); }, [] { mutex.unlock(); },
                                     [] {
                                         end_searches_of_others();
                                         mutex.unlock();
                                     }) == 0;
    }
    ~Lock() { mutex.unlock(); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
};

template <typename... Values>
bool failed(fmt::format_string<Values...> why, Values&&... values) {
    char text[simple::kLongestText];
    const size_t size = fmt::format_to_n(text, sizeof text, why, std::forward<Values>(values)...).size;
    t_reason.keep({text, std::min(size, sizeof text)});
    return false;
}

bool failed_beneath() {
    const char* why = dlerror();
    t_reason.keep(why ? why : "the loader gave no reason");
    return false;
}

bool not_open(const char* function, int64_t handle) {
    return failed("{}: {} is not the handle of an open library", function, handle);
}

// The flags as dlopen wants them, or 0.
int native(int64_t flags) {
    const int64_t mode = flags & ~int64_t{RT_DL_GLOBAL};
    if (mode != RT_DL_LAZY && mode != RT_DL_NOW) return 0;
    return (mode == RT_DL_LAZY ? RTLD_LAZY : RTLD_NOW) | (flags & RT_DL_GLOBAL ? RTLD_GLOBAL : RTLD_LOCAL);
}

bool note_opened(int64_t handle) {
    try {
        const Lock lock;
        if (!made) made = new std::map<int64_t, Library>;
        ++(*made)[handle].opened;
        return true;
    } catch (const std::bad_alloc&) {
        return false;
    }
}

// The end of an rt_dlsym: what was closed meanwhile is closed by the last one.
void end_search(int64_t handle) {
    int closing = 0;
    {
        const Lock lock;
        const auto library = made->find(handle);
        if (--library->second.searched == 0) {
            closing = std::exchange(library->second.closing, 0);
            if (library->second.opened == 0) made->erase(library);
        }
    }
    while (closing-- > 0) dlclose(reinterpret_cast<void*>(handle));
}

}  // namespace

int64_t rt_dlopen(const char* path, int64_t flags) {
    t_reason.keep("");
    if (!path || !*path) return failed("rt_dlopen: no path given");
    const int mode = native(flags);
    if (!mode) return failed("rt_dlopen: flags {} is neither 1 (lazy) nor 2 (now), plus 256", flags);
    void* library = dlopen(path, mode);
    if (!library) return failed_beneath();
    const auto handle = reinterpret_cast<int64_t>(library);
    if (note_opened(handle)) return handle;
    dlclose(library);
    return failed("rt_dlopen: out of memory");
}

int64_t rt_dlsym(int64_t handle, const char* symbol) {
    t_reason.keep("");
    {
        const Lock lock;
        Library* const library = open_library(handle);
        if (!library) return not_open("rt_dlsym", handle);
        if (!symbol) return failed("rt_dlsym: no symbol given");
        ++library->searched;
    }
    void* address = dlsym(reinterpret_cast<void*>(handle), symbol);
    if (!address) failed_beneath();
    end_search(handle);
    return reinterpret_cast<int64_t>(address);
}

bool rt_dlclose(int64_t handle) {
    t_reason.keep("");
    {
        const Lock lock;
        Library* const library = open_library(handle);
        if (!library) return not_open("rt_dlclose", handle);
        --library->opened;
        if (library->searched > 0) {
            ++library->closing;
            return true;
        }
        if (library->opened == 0) made->erase(handle);
    }
    return dlclose(reinterpret_cast<void*>(handle)) == 0 || failed_beneath();
}

char* rt_dlerror(void) {
    const std::string_view reason = t_reason.view();
    auto* text = static_cast<char*>(std::malloc(reason.size() + 1));
    if (!text) return nullptr;
    std::memcpy(text, reason.data(), reason.size());
    text[reason.size()] = '\0';
    return text;
}
