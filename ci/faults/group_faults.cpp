#include "ci/faults/group_faults.h"

#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>

#include "ci/faults/conditions.h"

namespace simple::planted {
namespace {

GroupFault g_kind = GroupFault::prints;
Fn g_fn = Fn::available;
pid_t g_first_process = 0;
std::thread::id g_first_thread;
std::atomic<int> g_no_grads{0};  // of all threads
thread_local bool g_failed_before = false;

// What names no tensor, or no stream, and is given as one becomes one, for the length of a call.
class Forged {
  public:
    explicit Forged(Fn fn) : row_(function(fn)) {}
    ~Forged() {
        if (is_tensor(made_)) inner().free(made_);
        if (stream_ > 0) inner().stream_free(stream_);
    }
    Forged(const Forged&) = delete;
    Forged& operator=(const Forged&) = delete;

    int64_t operator()(size_t i, int64_t argument) {
        const Type type = row_.params[i].type;
        if (type == Type::stream) return taken_stream(argument);
        return type == Type::tensor || type == Type::tensor_opt ? taken(argument) : argument;
    }
    const SplArray* operator()(size_t i, const SplArray* list) {
        if (row_.params[i].type != Type::tensor_array || !list || !list->items || list->len < 0) return list;
        items_.assign(list->items, list->items + list->len);
        for (SplValue& item : items_) item.as_int = taken(item.as_int);
        array_ = {items_.data(), list->len, list->cap};
        return &array_;
    }
    template <typename T>
    T operator()(size_t, T argument) {
        return argument;
    }

  private:
    int64_t taken(int64_t handle) {
        if (handle == 0 || is_tensor(handle)) return handle;
        if (made_ == 0) made_ = inner().eye(1);
        return made_;
    }
    int64_t taken_stream(int64_t handle) {
        if (handle == 0) return handle;
        inner().stream_query(handle);
        if (inner().last_error_code() == 0) return handle;
        return stream_ = inner().stream_create(0);
    }

    const Function& row_;
    int64_t made_ = 0, stream_ = 0;
    std::vector<SplValue> items_;
    SplArray array_{};
};

template <auto F, typename R, typename... A, size_t... I>
R with_forged(std::index_sequence<I...>, A... a) {
    Forged forged(g_fn);
    const std::tuple<A...> arguments{forged(I, a)...};
    inner().clear_error();
    if constexpr (std::is_void_v<R>) {
        std::apply(inner().*F, arguments);
        leave_code(static_cast<Code>(inner().last_error_code()));
    } else {
        const R result = std::apply(inner().*F, arguments);
        leave_code(static_cast<Code>(inner().last_error_code()));
        return result;
    }
}

void act_around() {
    if (g_kind == GroupFault::leaves_tensor) leak_tensor();
    if (g_kind == GroupFault::leaves_bytes) leak_bytes<16>();
    if (g_kind == GroupFault::prints) std::fputs("one line\n", stderr);
}

// Whether this call is to be wrong.
template <typename... A>
bool is_off(A... a) {
    switch (g_kind) {
        case GroupFault::off_on_threads: return std::this_thread::get_id() != g_first_thread;
        case GroupFault::off_in_child:
        case GroupFault::fails_in_child: return getpid() != g_first_process;
        case GroupFault::off_after_failure: return g_failed_before;
        case GroupFault::leaves_device:
        case GroupFault::off_on_devices: {
            const int64_t first = first_two(a...).first;
            return first > 0 && inner().is_cuda(first);
        }
        case GroupFault::shared_no_grad: return g_no_grads > 0;
        default: return false;
    }
}

int64_t off_tensor(int64_t x) {
    if (g_kind == GroupFault::shared_no_grad) return then(x, detached);
    if (g_kind == GroupFault::leaves_device) return then(x, inner().cpu);
    if (!has_open_elements(g_fn) && inner().numel(x) > 0) return then(x, other_last_element);
    inner().free(x);
    leave_code(Code::other);
    return 0;
}

template <typename R>
R failed(R result) {
    leave_code(Code::other);
    if constexpr (std::is_same_v<R, double>)
        return std::nan("");
    else if constexpr (std::is_same_v<R, int64_t>)
        return 0;
    else
        return result;
}

template <Type Result, typename R>
R off(R result) {
    if (g_kind == GroupFault::fails_in_child) return failed(result);
    if constexpr (Result == Type::tensor || Result == Type::tensor_opt) {
        if (result > 0) return off_tensor(result);
    } else if constexpr (Result == Type::tensor_array) {
        for (int64_t i = 0; i < result->len; ++i) result->items[i].as_int = off_tensor(result->items[i].as_int);
        return result;
    } else if constexpr (Result == Type::f64) {
        return other_number(result);
    } else if constexpr (Result == Type::i64 || Result == Type::i32) {
        return result + 1;
    } else if constexpr (Result == Type::boolean) {
        return !result;
    }
    return failed(result);
}

template <auto F, Type Result, typename R, typename... A>
void plant_one(Backend& to, R (*Backend::*)(A...)) {
    to.*F = [](A... a) -> R {
        if (g_kind == GroupFault::takes_forged) return with_forged<F, R>(std::index_sequence_for<A...>(), a...);
        const bool wrong = is_off(a...);
        act_around();
        if constexpr (std::is_void_v<R>) {
            (inner().*F)(a...);
            g_failed_before = g_failed_before || inner().last_error_code() != 0;
            if (wrong && inner().last_error_code() == 0) leave_code(Code::other);
        } else {
            R result = (inner().*F)(a...);
            if constexpr (std::is_same_v<R, char*>)
                if (g_kind == GroupFault::gives_null) std::free(std::exchange(result, nullptr));
            const bool fails = inner().last_error_code() != 0;
            g_failed_before = g_failed_before || fails;
            return wrong && !fails ? off<Result>(result) : result;
        }
    };
}

// A call that fails, of any function, is noted.
template <auto F, typename R, typename... A>
void plant_noted(Backend& to, R (*Backend::*)(A...)) {
    to.*F = [](A... a) -> R {
        if constexpr (std::is_void_v<R>) {
            (inner().*F)(a...);
            g_failed_before = g_failed_before || inner().last_error_code() != 0;
        } else {
            const R result = (inner().*F)(a...);
            g_failed_before = g_failed_before || inner().last_error_code() != 0;
            return result;
        }
    };
}

void note_failures(Backend& to) {
#define RT_FUNCTION(name, ...)                                                 \
    if (Fn::name != Fn::last_error_code && Fn::name != Fn::last_error_message) \
        plant_noted<&Backend::name>(to, &Backend::name);
#include "impl/abi/functions.def"
#undef RT_FUNCTION
}

void count_no_grads(Backend& to) {
    to.no_grad_begin = [] {
        inner().no_grad_begin();
        ++g_no_grads;
    };
    to.no_grad_end = [] {
        inner().no_grad_end();
        if (inner().last_error_code() == 0) --g_no_grads;
    };
}

}  // namespace

const std::vector<GroupFault>& all_group_faults() {
    static const std::vector<GroupFault> all{
        GroupFault::leaves_tensor,     GroupFault::leaves_bytes,   GroupFault::prints,
        GroupFault::off_on_threads,    GroupFault::off_in_child,   GroupFault::fails_in_child,
        GroupFault::off_after_failure, GroupFault::off_on_devices, GroupFault::leaves_device,
        GroupFault::takes_forged,      GroupFault::shared_no_grad, GroupFault::gives_null};
    return all;
}

const char* to_string(GroupFault kind) {
    switch (kind) {
        case GroupFault::leaves_tensor: return "a tensor left";
        case GroupFault::leaves_bytes: return "16 bytes left";
        case GroupFault::prints: return "a line written";
        case GroupFault::off_on_threads: return "wrong on other threads";
        case GroupFault::off_in_child: return "wrong in a child";
        case GroupFault::fails_in_child: return "failing in a child";
        case GroupFault::gives_null: return "null given";
        case GroupFault::off_after_failure: return "wrong after a failure";
        case GroupFault::off_on_devices: return "wrong on devices";
        case GroupFault::leaves_device: return "left on the CPU";
        case GroupFault::takes_forged: return "forged handles taken";
        case GroupFault::shared_no_grad: return "no_grad of all threads";
    }
    return "";
}

void plant_group_fault(Backend& to, Fn fn, GroupFault kind) {
    g_kind = kind;
    g_fn = fn;
    g_first_process = getpid();
    g_first_thread = std::this_thread::get_id();
    if (kind == GroupFault::shared_no_grad) count_no_grads(to);
    if (kind == GroupFault::off_after_failure) note_failures(to);
    switch (fn) {
#define RT_FUNCTION(name, symbol, set, category, result, ...)        \
    case Fn::name:                                                   \
        plant_one<&Backend::name, Type::result>(to, &Backend::name); \
        break;
#include "impl/abi/functions.def"
#undef RT_FUNCTION
    }
}

}  // namespace simple::planted
