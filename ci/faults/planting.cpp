#include "ci/faults/planting.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

namespace simple::planted {
namespace {

thread_local int32_t g_left = -1;

}  // namespace

bool is_tensor(int64_t handle) { return handle > 0 && inner().ndim(handle) >= 0; }

std::vector<int64_t> dims_of(int64_t handle) {
    SplArray* array = inner().shape(handle);
    if (!array) return {};
    const std::vector<int64_t> dims = elements(array);
    std::free(array->items);
    std::free(array);
    return dims;
}

std::vector<int64_t> elements(const SplArray* array) {
    std::vector<int64_t> values;
    for (int64_t i = 0; array && array->items && i < array->len; ++i) values.push_back(array->items[i].as_int);
    return values;
}

Ints::Ints(const std::vector<int64_t>& values) : items_(values.size() + 1) {
    std::memset(static_cast<void*>(items_.data()), 0, items_.size() * sizeof(SplValue));
    for (size_t i = 0; i < values.size(); ++i) {
        items_[i].tag = SPL_INT;
        items_[i].as_int = values[i];
    }
    array_ = {items_.data(), static_cast<int64_t>(values.size()), static_cast<int64_t>(items_.size())};
}

void leave_code(Code code) { g_left = static_cast<int32_t>(code); }
int32_t left_code() { return g_left; }
void leave_nothing() { g_left = -1; }

int64_t copied(int64_t x) { return inner().clone(x); }
int64_t aliased(int64_t x) { return inner().transpose(x, 0, 0); }
int64_t detached(int64_t x) { return inner().detach(x); }

// x + (x - detach(x)): the difference is 0 where x is finite.
int64_t twice_graded(int64_t x) {
    if (!inner().requires_grad(x)) return aliased(x);
    const int64_t cut = inner().detach(x);
    const int64_t result = then(inner().sub(x, cut), [=](int64_t zero) { return inner().add(x, zero); });
    inner().free(cut);
    return result;
}

// Half a ULP and a little more moves every float to its neighbour.
int64_t raised(int64_t x) {
    const double step = inner().dtype(x) == 1 ? 0x1.02p-24 : 0x1.02p-53;
    return then(inner().mul_scalar(x, step), [=](int64_t part) { return inner().add(x, part); });
}

int64_t shifted(int64_t x) { return inner().add_scalar(x, 1); }

std::vector<double> numbers_of(int64_t x) {
    std::vector<double> numbers;
    SplArray* data = inner().to_data(x);
    for (int64_t i = 0; data && i < data->len; ++i) numbers.push_back(data->items[i].as_float);
    if (data) std::free(data->items);
    std::free(data);
    return numbers;
}

int64_t tensor_of(const std::vector<double>& numbers, int64_t like) {
    std::vector<SplValue> items(numbers.size() + 1);
    std::memset(static_cast<void*>(items.data()), 0, items.size() * sizeof(SplValue));
    for (size_t i = 0; i < numbers.size(); ++i) {
        items[i].tag = SPL_FLOAT;
        items[i].as_float = numbers[i];
    }
    const SplArray data{items.data(), static_cast<int64_t>(numbers.size()), static_cast<int64_t>(items.size())};
    return brought_to(like, then(inner().from_data(&data, Ints(dims_of(like))),
                                 [=](int64_t made) { return cast(made, inner().dtype(like)); }));
}

int64_t strided(int64_t x) {
    if (inner().ndim(x) != 2) return aliased(x);
    return then(then(inner().t(x), copied), [](int64_t turned) { return inner().t(turned); });
}

int64_t cast(int64_t x, int32_t dtype) {
    return dtype == 1 ? inner().to_float32(x) : dtype == 2 ? inner().to_float(x) : inner().to_int(x);
}

int64_t brought_to(int64_t x, int64_t made) {
    const int32_t at = made > 0 ? inner().device(x) : -1;
    return at < 0 ? made : then(made, [at](int64_t y) { return inner().cuda(y, at); });
}

// By what a call gives there: nothing says it.
bool is_within_no_grad() {
    const int64_t leaf = inner().ones(Ints({}));
    inner().set_requires_grad(leaf, true);
    const int64_t made = inner().neg(leaf);
    const bool within = !inner().requires_grad(made);
    for (const int64_t handle : {made, leaf}) inner().free(handle);
    return within;
}

int64_t raised_where(int64_t x, const std::function<bool(int64_t)>& is_off) {
    const int64_t n = inner().numel(x);
    if (n < 1) return aliased(x);
    std::vector<int64_t> ones;
    for (int64_t i = 0; i < n; ++i) ones.push_back(is_off(i) ? 1 : 0);
    return then(brought_to(x, inner().from_i64_data(Ints(ones), Ints(dims_of(x)))), [=](int64_t change) {
        return then(cast(change, inner().dtype(x)), [=](int64_t part) { return inner().add(x, part); });
    });
}

void leak_tensor() { inner().eye(1); }

void leak_file() { std::ignore = open("/dev/null", O_RDONLY); }

void leak_page() { std::ignore = mmap(nullptr, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }

void leak_thread() {
    std::thread([] {
        for (;;) pause();
    }).detach();
}

// batch_norm with momentum 1 makes a running mean that of the batch: of two equal rows, the row.
void overwrite(int64_t x, int64_t source) {
    const int64_t n = inner().numel(x);
    if (n < 1 || inner().dtype(x) == 3 || inner().requires_grad(x)) return;
    inner().no_grad_begin();
    const int64_t mean = inner().view(x, Ints({n}));
    if (mean > 0) {
        const int64_t row = then(inner().reshape(source, Ints({1, n})), [=](int64_t flat) {
            SplValue items[2];
            std::memset(static_cast<void*>(items), 0, sizeof items);
            for (SplValue& item : items) {
                item.tag = SPL_INT;
                item.as_int = flat;
            }
            const SplArray pair{items, 2, 2};
            return inner().cat(&pair, 0);
        });
        const int64_t variance = brought_to(row, inner().ones(Ints({n})));
        const int64_t ignored = inner().batch_norm(row, mean, variance, 0, 0, true, 1.0, 1e-5);
        for (const int64_t handle : {row, variance, ignored, mean})
            if (handle > 0) inner().free(handle);
    }
    inner().no_grad_end();
}

namespace {

std::map<int64_t, int64_t>& flag_pairs() {
    static std::map<int64_t, int64_t> pairs;
    return pairs;
}

}  // namespace

void note_flag_pair(int64_t argument, int64_t result) {
    flag_pairs()[argument] = result;
    flag_pairs()[result] = argument;
}

void set_both_flags(int64_t handle, bool on) {
    const auto other = flag_pairs().find(handle);
    if (other != flag_pairs().end()) inner().set_requires_grad(other->second, on);
    inner().set_requires_grad(handle, on);
}

bool is_turn(int n, int& count) {
    static std::mutex mutex;
    const std::lock_guard<std::mutex> lock(mutex);
    return ++count % n == 0;
}

}  // namespace simple::planted
