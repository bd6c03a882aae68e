#include "impl/torch/call.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <c10/util/Logging.h>
#include <pthread.h>
#include <torch/csrc/api/include/torch/version.h>

#include <mutex>
#include <new>
#include <string>

namespace simple::torch_backend {
namespace {

#if TORCH_VERSION_MAJOR >= 2
namespace warnings = c10::WarningUtils;
struct SilentHandler : c10::WarningHandler {
    void process(const c10::Warning&) override {}
};
#else
namespace warnings = c10::Warning;
struct SilentHandler : c10::WarningHandler {
    void process(const c10::SourceLocation&, const std::string&, bool) override {}
};
#endif

// A forked child has none of its parent's worker threads, which OpenMP would wait for (H5).
void use_one_thread() { set_threads(1); }

void prepare_process() {
    // Making a stack trace costs 3.5 ms an error on 1.13.1, and messages carry none (E6).
    c10::SetStackTraceFetcher([] { return std::string(); });
    pthread_atfork(nullptr, nullptr, use_one_thread);
}

// The first line: what follows is LibTorch's own context.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

void report_torch(Fn fn) {
    try {
        throw;
    } catch (const Fault& fault) {
        last_error::set(fn, fault.code, fault.detail);
    } catch (const std::bad_alloc&) {
        last_error::set(fn, Code::memory, "out of memory");
    } catch (const c10::LinAlgError& error) {
        last_error::set(fn, Code::numerical, first_line(error.what_without_backtrace()));
    } catch (const c10::OutOfMemoryError& error) {
        last_error::set(fn, Code::memory, first_line(error.what_without_backtrace()));
    } catch (const c10::Error& error) {
        const std::string text = error.what_without_backtrace();
        // E4 names this text: the CPU allocator throws a plain Error.
        const bool memory = text.find("DefaultCPUAllocator: can't allocate") != std::string::npos;
        last_error::set(fn, memory ? Code::memory : Code::other, first_line(text));
    } catch (const std::exception& error) {
        last_error::set(fn, Code::other, first_line(error.what()));
    } catch (...) {
        last_error::set(fn, Code::other, "an exception of unknown type");
    }
}

}  // namespace

Handles& g_handles = Handles::instance();
__thread bool t_prepared = false;

void set_threads(int count) {
    at::set_num_threads(count);
    // LibTorch's own thread pool is renewed by the first call in a child that sets threads, which the child's threads
    // race to make ("Invalid thread pool!"). What marks it is a handler registered when the pool is made; the handler
    // that makes that call for all of them must come behind it.
    static const int again = pthread_atfork(nullptr, nullptr, use_one_thread);
    static_cast<void>(again);
}

void prepare_thread() {
    static std::once_flag once;
    std::call_once(once, prepare_process);
    // LibTorch writes warnings to stderr unless the thread has a handler (T3). It outlives every thread.
    static auto* silent = new SilentHandler;
    warnings::set_warning_handler(silent);
    t_prepared = true;
}

void fail_handle(int64_t handle, const char* parameter, const char* kind) {
    fail(Code::handle, std::string(parameter) + " " + std::to_string(handle) + " names no live " + kind);
}

void report_fault(Fn fn, const Fault& fault) noexcept {
    try {
        last_error::set(fn, fault.code, fault.detail);
    } catch (...) {
        last_error::set(fn, Code::memory, {});
    }
}

void report(Fn fn, void (*judge)(void*), void* context) noexcept {
    try {
        try {
            judge(context);
        } catch (const Fault& fault) {
            last_error::set(fn, fault.code, fault.detail);
            return;
        } catch (...) {
            // The rules could not say; the exception itself must.
        }
        report_torch(fn);
    } catch (...) {
        last_error::set(fn, Code::memory, {});
    }
}

}  // namespace simple::torch_backend
