// libFuzzer's target: bytes become a sequence of calls, and after each call the boundary's promises are checked: a code
// of the function's own, its sentinel and a message that names it where it failed, the exact live count; a live handle
// can be freed, and no other. Run by impl/fuzz/run, which links the stub; the environment variable RT_FUZZ_BACKEND
// names another library to call instead.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "impl/abi/backend.h"

using namespace simple;

namespace {

// The input, read from the front; when it is spent, all is zero.
class Bytes {
  public:
    Bytes(const uint8_t* data, size_t size) : next_(data), end_(data + size) {}
    bool spent() const { return next_ == end_; }
    uint8_t byte() { return spent() ? 0 : *next_++; }
    uint64_t word() {
        uint64_t word = 0;
        for (int i = 0; i < 8; ++i) word = word << 8 | byte();
        return word;
    }
    template <typename T, size_t N>
    T pick(const T (&from)[N]) {
        return from[byte() % N];
    }

  private:
    const uint8_t *next_, *end_;
};

int64_t integer(Bytes& bytes) {
    static const int64_t kEdges[] = {0,  1,         -1,        2,       3,         5,         64,
                                     65, INT64_MAX, INT64_MIN, 1 << 20, 1LL << 31, 1LL << 46, 1LL << 62};
    const uint8_t how = bytes.byte();
    if (how < 160) return how % 8 - 2;
    return how < 240 ? bytes.pick(kEdges) : static_cast<int64_t>(bytes.word());
}

double real(Bytes& bytes) {
    static const double kEdges[] = {0.0,  -0.0,  1.0,    -1.0,     0.5,       2.0, 1e-45,
                                    1e39, 1e300, -1e300, INFINITY, -INFINITY, NAN};
    const uint8_t how = bytes.byte();
    if (how < 240) return bytes.pick(kEdges);
    const uint64_t word = bytes.word();
    double number;
    std::memcpy(&number, &word, sizeof number);
    return number;
}

// What lives, and arrays that are lent to a call.
struct State {
    std::vector<int64_t> live;
    std::vector<std::vector<SplValue>> lent;
    std::vector<SplArray> arrays;

    int64_t handle(Bytes& bytes) {
        const uint8_t how = bytes.byte();
        if (how >= 250) return static_cast<int64_t>(bytes.word());
        if (how >= 240 || live.empty()) return how == 240 ? -1 : 0;
        return live[how % live.size()];
    }
    // Whether it was live.
    bool forget(int64_t freed) {
        const auto found = std::find(live.begin(), live.end(), freed);
        if (found == live.end()) return false;
        live.erase(found);
        return true;
    }
    const SplArray* array(Bytes& bytes, Type type) {
        const uint8_t how = bytes.byte();
        if (how == 255) return nullptr;
        const size_t length = how % 7 == 6 ? how : how % 7;
        lent.emplace_back();
        std::vector<SplValue>& items = lent.back();
        for (size_t i = 0; i < length; ++i) {
            SplValue item{};
            const uint8_t tag = bytes.byte();
            item.tag = tag < 250 ? (type == Type::f64_array ? SPL_FLOAT : SPL_INT) : tag - 250;
            if (item.tag == SPL_FLOAT)
                item.as_float = real(bytes);
            else
                item.as_int = type == Type::tensor_array ? handle(bytes) : integer(bytes);
            items.push_back(item);
        }
        const auto count = static_cast<int64_t>(length);
        arrays.push_back({how == 254 ? nullptr : items.data(), how == 253 ? -1 : count, count});
        return &arrays.back();
    }
};

[[noreturn]] void broken(const Function& function, const char* what, int code) {
    std::fprintf(stderr, "%.*s: %s (code %d)\n", static_cast<int>(function.symbol.size()), function.symbol.data(), what,
                 code);
    std::abort();
}

const Backend& backend() {
#define RT_FUNCTION(name, symbol, ...) linked.name = symbol;
    static const Backend one = [] {
        if (const char* path = std::getenv("RT_FUZZ_BACKEND")) return load_backend(path);
        Backend linked;
#include "impl/abi/functions.def"
        return linked;
    }();
#undef RT_FUNCTION
    return one;
}

template <typename Argument>
Argument argument(State& state, Bytes& bytes, const Param& param) {
    if constexpr (std::is_same_v<Argument, double>) {
        return real(bytes);
    } else if constexpr (std::is_same_v<Argument, bool>) {
        return bytes.byte() & 1;
    } else if constexpr (std::is_pointer_v<Argument>) {
        return state.array(bytes, param.type);
    } else {
        const bool named = param.type == Type::tensor || param.type == Type::tensor_opt || param.type == Type::stream;
        return static_cast<Argument>(named ? state.handle(bytes) : integer(bytes));
    }
}

void take(State& state, const Function& function, int64_t result, int code) {
    const bool optional = function.result == Type::tensor_opt;  // grad gives 0 where there is none
    if (!optional && function.result != Type::tensor && function.result != Type::stream) {
        if (code != 0 && result != -1) broken(function, "a number from a call that failed", code);
        return;
    }
    if (code != 0 && result != 0) broken(function, "a handle from a call that failed", code);
    if (result == 0 && code == 0 && !optional) broken(function, "no handle from a call that succeeded", code);
    if (result != 0) state.live.push_back(result);
}
void take(State& state, const Function& function, SplArray* result, int code) {
    if ((code == 0) != (result != nullptr))
        broken(function, "an array where it failed, or none where it did not", code);
    if (!result) return;
    if (result->cap < 1 || result->len < 0 || result->len > result->cap) broken(function, "a bad array", code);
    for (int64_t i = 0; i < result->len && function.result == Type::tensor_array; ++i)
        state.live.push_back(result->items[i].as_int);
    std::free(result->items);
    std::free(result);
}
void take(State&, const Function& function, char* result, int code) {
    if (!result && code != 7) broken(function, "no text", code);
    if (result && *result && code != 0 && function.id != Fn::last_error_message)
        broken(function, "a text from a call that failed", code);
    std::free(result);
}
void take(State&, const Function& function, double result, int code) {
    if (code != 0 && !std::isnan(result)) broken(function, "a number from a call that failed", code);
}
void take(State&, const Function& function, bool result, int code) {
    if (code != 0 && result) broken(function, "true from a call that failed", code);
}
void take(State&, const Function& function, int32_t result, int code) {
    const int sentinel = function.id == Fn::device            ? -2  // -1 is the CPU
                         : function.id == Fn::last_error_code ? code
                                                              : -1;
    if (code != 0 && result != sentinel) broken(function, "a number from a call that failed", code);
}

// Whether a call may be out of memory though the table does not list it: one that makes something or computes.
bool may_need_memory(const Function& function) {
    switch (function.result) {
        case Type::boolean:
        case Type::i32:
        case Type::i64: return false;
        case Type::nothing: return function.category == "autograd" || function.category == "threads";
        default: return true;
    }
}

void check_failure(const Function& function, int code) {
    if (function.id == Fn::last_error_code || function.id == Fn::last_error_message) return;  // which leave it
    const bool allowed =
        code == 0 || function.can_fail_with(static_cast<Code>(code)) || (code == 7 && may_need_memory(function));
    if (!allowed) broken(function, "a code that the function table does not list", code);
    char* message = backend().last_error_message();
    if (!message) return;  // there was no memory for it
    const std::string_view text = message;
    if (code == 0 && !text.empty()) broken(function, "a message of a call that succeeded", code);
    if (code != 0 && text.substr(0, function.symbol.size()) != function.symbol)
        broken(function, "a message that does not name the function", code);
    std::free(message);
}

void check_live_count(const State& state, const Function& function) {
    const auto expected = static_cast<int64_t>(state.live.size());
    if (backend().live_tensors() != expected) broken(function, "a wrong live count", 0);
}

template <typename Result, typename... Arguments, size_t... I>
void make_call(Result (*target)(Arguments...), const Function& function, State& state, Bytes& bytes,
               std::index_sequence<I...>) {
    state.lent.clear();
    state.arrays.clear();
    state.lent.reserve(8);  // pointers into them are lent
    state.arrays.reserve(8);
    const std::tuple<Arguments...> arguments{argument<Arguments>(state, bytes, function.params[I])...};
    // Memory and time are not what is looked for: to_data of much, and a million empty pieces.
    if constexpr (sizeof...(Arguments) > 0 && std::is_same_v<Result, SplArray*>) {
        if (backend().numel(static_cast<int64_t>(std::get<0>(arguments))) > 4096) return;
        if constexpr (sizeof...(Arguments) == 3)
            if (std::get<1>(arguments) > 64 && std::get<1>(arguments) <= (1 << 20)) return;
    }
    if constexpr (std::is_void_v<Result>) {
        target(std::get<I>(arguments)...);
        check_failure(function, backend().last_error_code());
    } else {
        const Result result = target(std::get<I>(arguments)...);
        const int code = backend().last_error_code();
        check_failure(function, code);
        take(state, function, result, code);
    }
    if constexpr (std::is_same_v<std::tuple<Arguments...>, std::tuple<int64_t>>)
        if (function.id == Fn::free) {
            const int64_t handle = std::get<0>(arguments);
            const bool freed = backend().last_error_code() == 0;
            if (handle != 0 && freed != state.forget(handle))
                broken(function, "whether it was live is told wrong", !freed);
        }
    check_live_count(state, function);
}

template <typename Result, typename... Arguments>
void make_call(Result (*target)(Arguments...), const Function& function, State& state, Bytes& bytes) {
    make_call(target, function, state, bytes, std::index_sequence_for<Arguments...>{});
}

void call_one(State& state, Bytes& bytes) {
    const auto fn = static_cast<Fn>(bytes.byte() % kFunctionCount);
    switch (fn) {
#define RT_FUNCTION(name, ...) \
    case Fn::name:             \
        return make_call(backend().name, function(Fn::name), state, bytes);
#include "impl/abi/functions.def"
#undef RT_FUNCTION
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    Bytes bytes(data, size);
    State state;
    while (!bytes.spent()) call_one(state, bytes);
    const Function& freeing = function(Fn::free);
    for (const int64_t handle : state.live) {
        backend().free(handle);
        if (const int code = backend().last_error_code()) broken(freeing, "a live handle is not freed", code);
    }
    if (backend().live_tensors() != 0) broken(freeing, "tensors are left", 0);
    do backend().no_grad_end();
    while (backend().last_error_code() == 0);
    return 0;
}
