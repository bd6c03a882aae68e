#include <ATen/ATen.h>
#include <benchmark/benchmark.h>
#include <c10/util/Exception.h>

#include <cstring>
#include <memory>
#include <stdexcept>

#include "bench/direct/pair.h"

namespace simple::bench {
namespace {

using benchmark::DoNotOptimize;

const std::vector<int64_t> kSizes = {4, 4};

// The runtime's array as a caller has it: made once, lent to each call.
class Numbers {
  public:
    explicit Numbers(const std::vector<double>& values) {
        for (double value : values) {
            items_.emplace_back();
            items_.back().tag = SPL_FLOAT;
            items_.back().as_float = value;
        }
    }
    explicit Numbers(const std::vector<int64_t>& values) {
        for (int64_t value : values) {
            items_.emplace_back();
            items_.back().tag = SPL_INT;
            items_.back().as_int = value;
        }
    }
    const SplArray* get() {
        const auto length = static_cast<int64_t>(items_.size());
        array_ = {items_.data(), length, length};
        return &array_;
    }

  private:
    std::vector<SplValue> items_;
    SplArray array_{};
};

// A handle of the backend for as long as the side lives.
class Handle {
  public:
    Handle(const Backend& backend, std::vector<int64_t> sizes) : backend_(backend) {
        handle_ = backend_.ones(Numbers(sizes).get());
        if (handle_ <= 0) throw std::runtime_error("rt_torch_tensor_ones gives no handle");
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { backend_.free(handle_); }
    int64_t get() const { return handle_; }

  private:
    const Backend& backend_;
    int64_t handle_ = 0;
};

Side direct_add_free() {
    return {[a = at::ones(kSizes), b = at::ones(kSizes)](int calls) {
        for (int i = 0; i < calls; ++i) {
            at::Tensor sum = at::add(a, b);
            DoNotOptimize(sum);
        }
    }};
}

Sides null_pair() { return {direct_add_free(), direct_add_free()}; }

Sides add_free(const Backend& backend) {
    auto a = std::make_shared<Handle>(backend, kSizes), b = std::make_shared<Handle>(backend, kSizes);
    return {{[&backend, a, b](int calls) {
                for (int i = 0; i < calls; ++i) backend.free(backend.add(a->get(), b->get()));
            }},
            direct_add_free()};
}

Sides free_alone(const Backend& backend) {
    auto a = std::make_shared<Handle>(backend, kSizes);
    auto handles = std::make_shared<std::vector<int64_t>>();
    auto tensors = std::make_shared<std::vector<at::Tensor>>();
    Side abi, direct;
    abi.prepare = [&backend, a, handles](int calls) {
        handles->resize(static_cast<size_t>(calls));
        for (int64_t& handle : *handles) handle = backend.add(a->get(), a->get());
    };
    abi.run = [&backend, handles](int) {
        for (const int64_t handle : *handles) backend.free(handle);
    };
    direct.prepare = [tensors, b = at::ones(kSizes)](int calls) {
        tensors->resize(static_cast<size_t>(calls));
        for (at::Tensor& tensor : *tensors) tensor = at::add(b, b);
    };
    direct.run = [tensors](int) {
        for (at::Tensor& tensor : *tensors) tensor.reset();
    };
    return {abi, direct};
}

// The caller owns the sizes that it gets, from both.
Sides shape(const Backend& backend) {
    auto a = std::make_shared<Handle>(backend, kSizes);
    return {{[&backend, a](int calls) {
                for (int i = 0; i < calls; ++i) {
                    SplArray* sizes = backend.shape(a->get());
                    DoNotOptimize(sizes);
                    std::free(sizes->items);
                    std::free(sizes);
                }
            }},
            {[b = at::ones(kSizes)](int calls) {
                for (int i = 0; i < calls; ++i) {
                    std::vector<int64_t> sizes = b.sizes().vec();
                    DoNotOptimize(sizes);
                }
            }}};
}

Sides sum(const Backend& backend) {
    auto a = std::make_shared<Handle>(backend, kSizes);
    return {{[&backend, a](int calls) {
                for (int i = 0; i < calls; ++i) DoNotOptimize(backend.sum(a->get()));
            }},
            {[b = at::ones(kSizes)](int calls) {
                for (int i = 0; i < calls; ++i) DoNotOptimize(at::sum(b).item<double>());
            }}};
}

Sides from_data_free(const Backend& backend) {
    const std::vector<double> values(16, 0.5);
    auto data = std::make_shared<Numbers>(values);
    auto sizes = std::make_shared<Numbers>(kSizes);
    return {{[&backend, data, sizes](int calls) {
                for (int i = 0; i < calls; ++i) backend.free(backend.from_data(data->get(), sizes->get()));
            }},
            {[values](int calls) {
                for (int i = 0; i < calls; ++i) {
                    at::Tensor made = at::empty(kSizes, at::kDouble);
                    std::memcpy(made.data_ptr<double>(), values.data(), values.size() * sizeof(double));
                    DoNotOptimize(made);
                }
            }}};
}

Sides shape_mismatch(const Backend& backend) {
    auto a = std::make_shared<Handle>(backend, std::vector<int64_t>{2, 3});
    auto b = std::make_shared<Handle>(backend, std::vector<int64_t>{4, 5});
    if (backend.add(a->get(), b->get()) != 0) throw std::runtime_error("adding [2, 3] and [4, 5] does not fail");
    return {{[&backend, a, b](int calls) {
                for (int i = 0; i < calls; ++i) DoNotOptimize(backend.add(a->get(), b->get()));
            }},
            {[c = at::ones({2, 3}), d = at::ones({4, 5})](int calls) {
                for (int i = 0; i < calls; ++i) {
                    try {
                        at::Tensor none = at::add(c, d);
                        DoNotOptimize(none);
                    } catch (const c10::Error& error) {
                        DoNotOptimize(error);
                    }
                }
            }}};
}

}  // namespace

std::vector<Pair> make_pairs(const Backend& backend) {
    const auto with = [&backend](Sides (*sides)(const Backend&)) {
        return [&backend, sides] { return sides(backend); };
    };
    return {
        {"null", "add", 1, Measure::ratio, 1.02, 40, null_pair},
        {"add-free", "add", 1, Measure::ratio, 1.10, 40, with(add_free)},
        {"free", "free", 1, Measure::ratio, 1.5, 100, with(free_alone)},
        {"shape", "shape", 1, Measure::nanoseconds, 150, 200, with(shape)},
        {"sum", "sum", 1, Measure::ratio, 1.10, 20, with(sum)},
        {"from-data-free", "from_data", 1, Measure::ratio, 2, 40, with(from_data_free)},
        {"shape-mismatch", "add", 1, Measure::nanoseconds, 15000, 2, with(shape_mismatch)},
        // From here on the process has had threads, which handles and tensors then count with.
        {"add-free", "add", 2, Measure::ratio, 1.15, 40, with(add_free)},
        {"add-free-after-threads", "add", 1, Measure::ratio, 1.15, 40, with(add_free)},
    };
}

}  // namespace simple::bench
