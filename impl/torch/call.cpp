#include "impl/torch/call.h"

#include <ATen/Context.h>
#include <c10/util/Logging.h>
#include <torch/csrc/api/include/torch/version.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <new>
#include <string>

#include "impl/errors/can_throw.h"
#include "impl/torch/cpuinfo.h"
#include "impl/torch/failure.h"
#include "impl/torch/libtorch_version.h"
#include "impl/torch/process_end.h"
#include "impl/torch/signals.h"
#include "impl/torch/thread_end.h"
#include "impl/torch/threads.h"

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

void prepare_process() {
    look_at_processor();
    demand_libtorch_of_headers();
    // Here, where exit destroys all of it at once: version and cuda_available are asked to the process's end.
    has_ended(Part::devices);
    version();
    // Making a stack trace costs 3.5 ms an error on 1.13.1, and messages carry none (E6).
    c10::SetStackTraceFetcher([] { return std::string(); });
    prepare_threads();
}

// What exit destroys of LibTorch it destroys behind this, and what the host registered before the library was loaded
// runs behind both: by then the first use of an operator would ask a dispatcher that is no more.
std::atomic<bool> g_libtorch_ended{false};
void end_libtorch() {
    g_libtorch_ended = true;
    g_threads_set.fetch_add(1, std::memory_order_relaxed);
}

// LibTorch's settings, which any operation may look up: of newer ones than 2.6 exit destroys a table, before what the
// host registered ahead of the first operation, unless they are made before. A variable of the environment that they do
// not understand they would tell stderr of.
void make_context() {
    SilentHandler silent;
    auto* before = warnings::get_warning_handler();
    warnings::set_warning_handler(&silent);
    at::globalContext();
    warnings::set_warning_handler(before);
}

// After the constructors of what the library needs and, of a program that has it as an archive, before the program's
// own. Here, since an archive's object that nobody needs is not linked: every function needs this one.
[[gnu::constructor(101)]] void at_load() {
    put_back_handlers_of_dependencies("libtorch_cpu.so");
    make_context();
    std::atexit(end_libtorch);
}

// Nothing of LibTorch that exit destroys: a tensor's own fields, and what needs no operator.
bool only_reads(Fn fn) {
    constexpr std::array kReads{Fn::ndim,          Fn::numel,       Fn::shape,          Fn::dtype,
                                Fn::requires_grad, Fn::is_cuda,     Fn::device,         Fn::live_tensors,
                                Fn::live_streams,  Fn::available,   Fn::backend_name,   Fn::abi_version,
                                Fn::no_grad_begin, Fn::no_grad_end, Fn::cuda_available, Fn::stream_free};
    return std::find(kReads.begin(), kReads.end(), fn) != kReads.end();
}

void prepare_first_call() {
    // LibTorch has thread-local variables whose memory is taken when they are first used, and where there is none the C
    // library ends the process.
    constexpr size_t kLocals = 65536;
    if (!has_memory(kLocals)) throw std::bad_alloc();
    static std::once_flag once;
    std::call_once(once, prepare_process);
    // LibTorch writes warnings to stderr unless the thread has a handler (T3). It outlives every thread.
    static auto* silent = new SilentHandler;
    warnings::set_warning_handler(silent);
    // What every operator's dispatch and every allocation keep there, of which the C library notes destructors.
    at::empty({1});
    note_end_of_thread();
}

}  // namespace

__thread uint64_t t_prepared = 0;
std::atomic<uint64_t> g_threads_set{1};

bool prepare_thread(Fn fn) noexcept {
    if (!can_throw()) {
        last_error::set(fn, Code::memory, "out of memory");
        return false;
    }
    if (g_libtorch_ended || (t_prepared == 0 && pool_has_ended())) {
        if (only_reads(fn)) return true;
        last_error::set(fn, Code::other, "LibTorch has ended with the process");
        return false;
    }
    try {
        if (t_prepared == 0) prepare_first_call();
        t_prepared = prepare_threads_of_this_thread();
        return true;
    } catch (...) {
        last_error::set(fn, classified());  // not the rules' to judge: handles have not been looked up
        return false;
    }
}

void refuse_handle(Fn fn, int64_t handle, const char* parameter, const char* kind) noexcept {
    const auto judge = [](const last_error::Numbers& n) {
        fail(Code::handle, "{} {} names no live {}", reinterpret_cast<const char*>(n[1]), n[0],
             reinterpret_cast<const char*>(n[2]));
    };
    last_error::set_judged(fn, Code::handle, judge,
                           {handle, reinterpret_cast<intptr_t>(parameter), reinterpret_cast<intptr_t>(kind)});
}

void report(Fn fn, void (*judge)(void*), void* context) noexcept {
    try {
        judge(context);
    } catch (const Fault& fault) {
        last_error::set(fn, fault);
        return;
    } catch (const std::bad_alloc&) {
        last_error::set(fn, Code::memory, "out of memory");
        return;
    } catch (...) {
        // The rules could not say; the exception itself must.
    }
    last_error::set(fn, classified());
}

}  // namespace simple::torch_backend
