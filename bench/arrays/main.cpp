// bench_arrays: what an array costs on its way through the boundary, beside a loop that only moves its bytes: of an
// element 16 in the array and 8 in the tensor. Both sides take fresh memory for what they make and give it back. Blocks
// of one process, in the order loop, function, function, loop.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <vector>

#include "impl/abi/backend.h"
#include "reports/statistics.h"

namespace {

using namespace simple;

struct Row {
    const char* name;
    std::function<void()> function, loop;
};

// Memory as LibTorch takes a tensor's.
void* tensor_memory(size_t bytes) {
    void* memory = nullptr;
    if (posix_memalign(&memory, 64, bytes) != 0) throw std::bad_alloc();
    return memory;
}

// Keeps the compiler from seeing that nothing reads what was written.
void used(void* memory) { asm volatile("" : : "g"(memory) : "memory"); }

[[gnu::noinline]] void payloads_to(void* to, const SplValue* __restrict items, int64_t count) {
    auto* __restrict numbers = static_cast<int64_t*>(to);
    for (int64_t i = 0; i < count; ++i) numbers[i] = items[i].as_int;
}

[[gnu::noinline]] void items_to(SplValue* __restrict items, const double* __restrict from, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
        SplValue item{};
        item.tag = SPL_FLOAT;
        item.as_float = from[i];
        items[i] = item;
    }
}

double ns(const std::function<void()>& work, int calls) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < calls; ++i) work();
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() / calls;
}

void need(bool ok, const Backend& backend) {
    if (ok) return;
    throw std::runtime_error(fmt::format("a call failed: {}", backend.last_error_message()));
}

}  // namespace

int main(int argc, char** argv) try {
    CLI::App app("Times from_data, from_i64_data and to_data beside a loop that moves the same bytes.");
    std::string library, samples;
    int64_t count = 1'000'000;
    int quadruples = 200;
    app.add_option("--backend", library, "the library to time")->required()->check(CLI::ExistingFile);
    app.add_option("--elements", count, "of each array")->capture_default_str()->check(CLI::Range(1, 100'000'000));
    app.add_option("--quadruples", quadruples, "loop, function, function, loop; so often")
        ->capture_default_str()
        ->check(CLI::Range(20, 100'000));
    app.add_option("--samples", samples, "a file for every ratio: row, loop ns, function ns");
    CLI11_PARSE(app, argc, argv);

    const Backend backend = load_backend(library);
    const auto size = static_cast<size_t>(count);
    std::vector<SplValue> floats(size), ints(size);
    std::vector<double> plain(size);
    for (size_t i = 0; i < size; ++i) {
        floats[i].tag = SPL_FLOAT;
        floats[i].as_float = plain[i] = static_cast<double>(i) + 0.5;
        ints[i].tag = SPL_INT;
        ints[i].as_int = static_cast<int64_t>(i);
    }
    SplValue dim{};
    dim.tag = SPL_INT;
    dim.as_int = count;
    const SplArray dims{&dim, 1, 1}, float_data{floats.data(), count, count}, int_data{ints.data(), count, count};
    const int64_t tensor = backend.from_data(&float_data, &dims);
    need(tensor != 0, backend);

    const auto move_to_tensor = [&](const SplValue* items) {
        void* memory = tensor_memory(size * sizeof(double));
        payloads_to(memory, items, count);
        used(memory);
        std::free(memory);
    };
    const Row rows[] = {
        {"from_data",
         [&] {
             const int64_t made = backend.from_data(&float_data, &dims);
             need(made != 0, backend);
             backend.free(made);
         },
         [&] { move_to_tensor(floats.data()); }},
        {"from_i64_data",
         [&] {
             const int64_t made = backend.from_i64_data(&int_data, &dims);
             need(made != 0, backend);
             backend.free(made);
         },
         [&] { move_to_tensor(ints.data()); }},
        {"to_data",
         [&] {
             SplArray* made = backend.to_data(tensor);
             need(made != nullptr, backend);
             std::free(made->items);
             std::free(made);
         },
         [&] {
             auto* items = static_cast<SplValue*>(std::malloc(size * sizeof(SplValue)));
             if (!items) throw std::bad_alloc();
             items_to(items, plain.data(), count);
             used(items);
             std::free(items);
         }},
    };

    std::ofstream kept;
    if (!samples.empty()) kept.open(samples);
    fmt::print("{:<14} {:>8} {:>16} {:>15} {:>15}\n", "", "ratio", "99 %", "function ns/el", "loop ns/el");
    for (const Row& row : rows) {
        const int calls = static_cast<int>(std::max<int64_t>(1, 200'000 / count));
        for (int i = 0; i < 5; ++i) row.loop(), row.function();
        std::vector<double> ratios, function, loop;
        for (int i = 0; i < quadruples; ++i) {
            double l = ns(row.loop, calls), f = ns(row.function, calls);
            f = (f + ns(row.function, calls)) / 2;
            l = (l + ns(row.loop, calls)) / 2;
            ratios.push_back(f / l);
            function.push_back(f);
            loop.push_back(l);
            kept << row.name << '\t' << l << '\t' << f << '\n';
        }
        const statistics::Interval interval = statistics::median_interval(ratios, 0.99);
        fmt::print("{:<14} {:>8.3f} {:>16} {:>15.3f} {:>15.3f}\n", row.name, statistics::median(ratios),
                   fmt::format("{:.3f} to {:.3f}", interval.low, interval.high),
                   statistics::median(function) / static_cast<double>(count),
                   statistics::median(loop) / static_cast<double>(count));
    }
    if (!samples.empty() && !kept.flush()) throw std::runtime_error(samples + " cannot be written");
    backend.free(tensor);
    return 0;
} catch (const std::exception& error) {
    fmt::print(stderr, "bench_arrays: {}\n", error.what());
    return 2;
}
