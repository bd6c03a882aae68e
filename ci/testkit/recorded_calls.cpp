#include "ci/testkit/recorded_calls.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <type_traits>
#include <utility>

#include "ci/testkit/client.h"
#include "ci/testkit/device.h"
#include "ci/testkit/stand_in.h"

namespace simple {
namespace {

// Cells: no tensors, float32, float64, int64.
constexpr std::array<const char*, 4> kDTypes{"", "float32", "float64", "int64"};
constexpr std::array<const char*, 2> kDevices{"cpu", "cuda"};
// The contract's codes 0 to 9, 100, and a failure whose code is not known.
constexpr size_t kOther = 10, kUnknown = 11, kCodes = 12;

struct Cell {
    size_t dtype = 0;
    bool cuda = false;
};

// What is known of live tensors: of two that meet in a place the later one.
class Tensors {
  public:
    void clear() { known_.fill({}); }
    void keep(int64_t handle, Cell cell) { known_[place(handle)] = {handle, cell}; }
    void forget(int64_t handle) {
        if (known_[place(handle)].handle == handle) known_[place(handle)] = {};
    }
    std::optional<Cell> find(int64_t handle) const {
        const Known& known = known_[place(handle)];
        return known.handle == handle && handle > 0 ? std::optional<Cell>(known.cell) : std::nullopt;
    }

  private:
    struct Known {
        int64_t handle = 0;
        Cell cell;
    };
    static constexpr size_t kBits = 12;
    static size_t place(int64_t handle) {  // Fibonacci hashing (Knuth, TAOCP 3, 6.4)
        return static_cast<size_t>((static_cast<uint64_t>(handle) * 0x9e3779b97f4a7c15u) >> (64 - kBits));
    }
    std::array<Known, size_t{1} << kBits> known_{};
};

enum class End {
    none,  // no call to be judged
    success,
    failure,
    unclear
};

Backend g_recorded;
const Function* g_function = nullptr;  // the running case's
Tensors g_tensors;
std::array<std::array<std::array<int64_t, kCodes>, kDevices.size()>, kDTypes.size()> g_counts{};
End g_end = End::none;  // of the last call of the function, till its code is asked for
Cell g_cell;

size_t index_of(DType dtype) {
    switch (dtype) {
        case DType::f32: return 1;
        case DType::f64: return 2;
        case DType::i64: return 3;
        default: return 0;
    }
}

size_t place_of(int32_t code) {
    if (code == -1) return kUnknown;
    return code >= 0 && code < static_cast<int32_t>(kOther) ? static_cast<size_t>(code) : kOther;
}

void settle(int32_t code) {
    if (g_end != End::none) ++g_counts[g_cell.dtype][g_cell.cuda][place_of(code)];
    g_end = End::none;
}

// The suite did not ask for the code of the call before.
void settle_unasked() {
    if (g_end == End::unclear) g_end = End::none;
    settle(g_end == End::failure ? -1 : 0);
}

// What a call's arguments say of it.
class Looked {
  public:
    template <typename T>
    void argument(const Param& param, T value) {
        if constexpr (std::is_same_v<T, int64_t>) {
            if (param.type == Type::tensor || (param.type == Type::tensor_opt && value != 0)) tensor(param.role, value);
        } else if constexpr (std::is_same_v<T, const SplArray*>) {
            if (param.type == Type::tensor_array && value && value->items)
                for (int64_t i = 0; i < value->len; ++i) tensor(param.role, value->items[i].as_int);
        }
    }

    bool has_tensors() const { return has_tensors_; }
    // None where something about the dtype is not known.
    std::optional<Cell> cell() const {
        // Of a target, probabilities count and classes do not (V3).
        const bool hidden = target_ != 0 && (target_ > dtype_ || dtype_ == 3);
        return known_ && dtype_ != 0 && !hidden ? std::optional<Cell>(Cell{dtype_, cuda_}) : std::nullopt;
    }

  private:
    void tensor(Role role, int64_t handle) {
        has_tensors_ = true;
        const auto found = g_tensors.find(handle);
        if (!found || found->dtype == 0) {
            known_ = false;
            return;
        }
        cuda_ = cuda_ || found->cuda;
        if (role == Role::target && found->dtype != 3) target_ = found->dtype;
        if (role != Role::value) return;
        // int64 < float32 < float64 (V1)
        dtype_ = dtype_ == 0 || dtype_ == 3 ? found->dtype
                 : found->dtype == 3        ? dtype_
                                            : std::max(dtype_, found->dtype);
    }

    size_t dtype_ = 0, target_ = 0;
    bool has_tensors_ = false, known_ = true, cuda_ = false;
};

// Of a function that makes a tensor from none (V1).
DType created(Fn fn) { return fn == Fn::from_data ? DType::f64 : fn == Fn::from_i64_data ? DType::i64 : DType::f32; }

// Of a tensor that a call of this dtype gives; 0 where that alone does not say it.
size_t result_dtype(const Function& row, size_t call, bool creates) {
    if (creates) return call;
    switch (row.id) {
        case Fn::to_float: return index_of(DType::f64);
        case Fn::to_float32: return index_of(DType::f32);
        case Fn::to_int:
        case Fn::argmax:
        case Fn::argmin: return index_of(DType::i64);
        default: break;
    }
    // Some functions make float32 of int64 (V2); those that move elements do not.
    const bool moves =
        row.category == "shape" || row.category == "indexing" || row.category == "device" || row.category == "memory";
    return call != index_of(DType::i64) || moves ? call : 0;
}

template <typename Result>
End end_of(const Function& row, const Result& result) {
    if (row.code_count == 0) return End::success;
    if constexpr (std::is_same_v<Result, bool>) {
        return result ? End::success : End::unclear;
    } else if constexpr (std::is_same_v<Result, double>) {
        return std::isnan(result) ? End::unclear : End::success;
    } else if constexpr (std::is_same_v<Result, char*>) {
        return result && *result ? End::success : End::unclear;
    } else if constexpr (std::is_pointer_v<Result>) {
        return result ? End::success : End::failure;
    } else {
        const bool handle = row.result == Type::tensor || row.result == Type::stream;
        if (row.result == Type::tensor_opt) return result > 0 ? End::success : End::unclear;
        if (handle) return result > 0 ? End::success : End::failure;
        return result == (row.id == Fn::device ? -2 : -1) ? End::failure : End::success;
    }
}

// Without CUDA some functions can only fail (C4): they are asked of CUDA, wherever their tensors are.
Cell placed(const Function& row, Cell cell) { return {cell.dtype, cell.cuda || !can_succeed(row.id)}; }

std::optional<Cell> cell_of(const Function& row, const Looked& looked) {
    if (looked.has_tensors()) return looked.cell();
    if (takes_tensors(row)) return std::nullopt;
    const bool creates = row.result == Type::tensor;
    return Cell{creates ? index_of(created(row.id)) : 0, suite_device() >= 0};
}

template <typename Result>
void after(const Function& row, const std::optional<Cell>& cell, bool creates, const Result& result) {
    if (&row == g_function && cell) {
        g_cell = placed(row, *cell);
        g_end = end_of(row, result);
    }
    if constexpr (std::is_same_v<Result, int64_t>) {
        const bool tensor = row.result == Type::tensor || row.result == Type::tensor_opt;
        if (!tensor || result <= 0 || !cell) return;
        const bool cuda = row.id != Fn::cpu && placed(row, *cell).cuda;
        if (const size_t dtype = result_dtype(row, cell->dtype, creates)) g_tensors.keep(result, {dtype, cuda});
    }
}

// Of this thread alone: others come and go.
template <typename Result, typename... Arguments>
Result recorded(Fn fn, Result (*function)(Arguments...), Arguments... arguments) {
    if (!t_runs_cases) return function(arguments...);
    const Function& row = simple::function(fn);
    if (fn != Fn::last_error_code && fn != Fn::last_error_message) settle_unasked();
    Looked looked;
    size_t i = 0;
    (looked.argument(row.params[i++], arguments), ...);
    (void)i;
    const auto cell = cell_of(row, looked);
    if constexpr (std::is_void_v<Result>) {
        function(arguments...);
        if (&row == g_function && cell) {
            g_cell = placed(row, *cell);
            g_end = row.code_count == 0 ? End::success : End::unclear;
        }
        if constexpr (sizeof...(Arguments) == 1)
            if (fn == Fn::free) (g_tensors.forget(arguments), ...);
    } else {
        const Result result = function(arguments...);
        if constexpr (std::is_same_v<Result, int32_t>)
            if (fn == Fn::last_error_code) settle(result);
        after(row, cell, !looked.has_tensors(), result);
        return result;
    }
}

}  // namespace

void record_calls(Backend& backend) {
    g_recorded = backend;
#define RT_FUNCTION(name, symbol, set, category, result, c_result, ...) \
    if (backend.name)                                                   \
        backend.name = [](auto... arguments) -> c_result { return recorded(Fn::name, g_recorded.name, arguments...); };
#include "impl/abi/functions.def"
#undef RT_FUNCTION
}

void begin_recording(const std::string& function) {
    g_function = function.empty() ? nullptr : find_function(function);
    g_tensors.clear();
    g_counts = {};
    g_end = End::none;
}

std::vector<RecordedCalls> recorded_calls() {
    settle_unasked();
    std::vector<RecordedCalls> all;
    for (size_t dtype = 0; dtype < kDTypes.size(); ++dtype)
        for (size_t device = 0; device < kDevices.size(); ++device) {
            RecordedCalls calls{kDTypes[dtype], kDevices[device], {}};
            for (size_t place = 0; place < kCodes; ++place)
                if (const int64_t count = g_counts[dtype][device][place])
                    calls.codes[place == kUnknown ? -1 : place == kOther ? 100 : static_cast<int32_t>(place)] = count;
            if (!calls.codes.empty()) all.push_back(std::move(calls));
        }
    return all;
}

}  // namespace simple
