// The defects D01 to D21 that published implementations have, each as it was met, so that a candidate which has one is
// told its number. What they break in general is checked all over the suites.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "property/cases.h"
#include "property/laws/law.h"

namespace simple::property {

namespace {

Value ones(Trial& t, const Dims& dims) { return t(Fn::ones, dims); }

constexpr int64_t kUnknown = 12345678901;

// Each thread holds many tensors, so that what a handle leads to has to grow while others look for theirs: a table that
// is not made for threads loses some or falls apart, in nearly every run and not only in some.
void add_in_threads(Trial& t) {
    constexpr int kThreads = 8, kTimes = 200, kHeld = 100;
    const Value x = ones(t, {4, 4});
    std::atomic<int> begun{0}, wrong{0};
    const auto work = [&] {
        for (++begun; begun < kThreads;) std::this_thread::yield();
        for (int i = 0; i < kTimes; ++i) {
            int64_t sums[kHeld];
            for (int64_t& sum : sums) sum = t.backend.add(x.get(), x.get());
            for (const int64_t sum : sums) {
                if (t.backend.numel(sum) != 16) ++wrong;
                t.backend.free(sum);
            }
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) threads.emplace_back(work);
    for (std::thread& thread : threads) thread.join();
    t.check(wrong == 0, "each thread's sums are its own");
}

struct Defect {  // NOLINT(clang-analyzer-optin.performance.Padding): in the order of a row
    const char* number;
    Fn function;
    const char* promise;
    Needs needs;
    void (*body)(Trial& t);
};

const Defect kDefects[] = {
    {"D01", Fn::add, "E1", Needs::structure,
     [](Trial& t) {
         t.fails(3, Fn::add, {to_arg(ones(t, {2, 3})), to_arg(ones(t, {4}))});
     }},
    {"D02", Fn::zeros, "E1", Needs::structure, [](Trial& t) { t.fails(2, Fn::zeros, {to_arg(Dims{-1})}); }},
    {"D03", Fn::t, "E1", Needs::structure,
     [](Trial& t) {
         t.fails(3, Fn::t, {to_arg(ones(t, {2, 3, 4}))});
     }},
    {"D04", Fn::inverse, "E1", Needs::values,
     [](Trial& t) {
         t.fails(6, Fn::inverse, {to_arg(t(Fn::zeros, Dims{2, 2}))});
     }},
    {"D05", Fn::slice, "E1", Needs::structure,
     [](Trial& t) {
         t.fails(2, Fn::slice, {to_arg(ones(t, {4})), to_arg(0), to_arg(0), to_arg(4), to_arg(0)});
     }},
    {"D06", Fn::arange, "E1", Needs::structure,
     [](Trial& t) {
         t.fails(2, Fn::arange, {to_arg(0.0), to_arg(1.0), to_arg(0.0)});
     }},
    {"D07", Fn::dropout, "E1", Needs::structure,
     [](Trial& t) {
         t.fails(2, Fn::dropout, {to_arg(ones(t, {4})), to_arg(1.5), to_arg(true)});
     }},
    {"D08", Fn::cuda, "C2", Needs::structure,
     [](Trial& t) {
         if (!t.backend.cuda_available()) t.fails(8, Fn::cuda, {to_arg(ones(t, {2})), to_arg(0)});
     }},
    {"D09", Fn::exp, "H2", Needs::structure, [](Trial& t) { t.fails(1, Fn::exp, {to_arg(kUnknown)}); }},
    {"D09", Fn::numel, "H2", Needs::structure,
     [](Trial& t) {
         const int64_t freed = ones(t, {2}).get();
         t.fails(1, Fn::numel, {to_arg(freed)});
     }},
    {"D10", Fn::set_requires_grad, "H2", Needs::structure,
     [](Trial& t) {
         t.fails(1, Fn::set_requires_grad, {to_arg(kUnknown), to_arg(true)});
         t.fails(1, Fn::numel, {to_arg(kUnknown)});
     }},
    {"D10", Fn::zero_grad, "H2", Needs::structure,
     [](Trial& t) {
         t.fails(1, Fn::zero_grad, {to_arg(kUnknown)});
         t.fails(1, Fn::numel, {to_arg(kUnknown)});
     }},
    {"D11", Fn::linear, "V7", Needs::structure,
     [](Trial& t) {
         t.same_dims(t.shape(t(Fn::linear, ones(t, {2, 3}), ones(t, {4, 3}), 0)), {2, 4});
     }},
    {"D11", Fn::batch_norm, "V7", Needs::structure,
     [](Trial& t) {
         const Value x = ones(t, {2, 3});
         t.same_dims(t.shape(t(Fn::batch_norm, x, ones(t, {3}), ones(t, {3}), ones(t, {3}), 0, false, 0.1, 1e-5)),
                     {2, 3});
     }},
    {"D11", Fn::layer_norm, "V7", Needs::structure,
     [](Trial& t) {
         t.same_dims(t.shape(t(Fn::layer_norm, ones(t, {2, 3}), Dims{3}, ones(t, {3}), 0, 1e-5)), {2, 3});
     }},
    {"D12", Fn::from_data, "E3", Needs::structure,
     [](Trial& t) {
         t.fails(2, Fn::from_data, {to_arg(std::vector<double>{1, 2, 3}), to_arg(Dims{2, 2})});
     }},
    {"D13", Fn::from_data, "T2", Needs::values,
     [](Trial& t) {
         t.check(t.data(t(Fn::from_data, Dims{3, 4}, Dims{2})) == std::vector<double>{3, 4},
                 "INT elements are 3 and 4");
     }},
    {"D14", Fn::add, "H4", Needs::structure, [](Trial& t) { add_in_threads(t); }},
    {"D15", Fn::matmul, "V1", Needs::structure,
     [](Trial& t) {
         const Value data = t(Fn::from_data, std::vector<double>{1, 2, 3, 4}, Dims{2, 2});
         t.check(t.dtype(t(Fn::matmul, data, t(Fn::randn, Dims{2, 2}))) == DType::f64,
                 "float64 with float32 gives float64");
     }},
    {"D16", Fn::index_select, "V3", Needs::structure,
     [](Trial& t) {
         t.same_dims(t.shape(t(Fn::index_select, ones(t, {3, 2}), 0, t(Fn::zeros, Dims{4}))), {4, 2});
     }},
    {"D16", Fn::gather, "V3", Needs::structure,
     [](Trial& t) {
         t.same_dims(t.shape(t(Fn::gather, ones(t, {3, 2}), 0, t(Fn::zeros, Dims{1, 2}))), {1, 2});
     }},
    {"D16", Fn::embedding, "V3", Needs::structure,
     [](Trial& t) {
         t.same_dims(t.shape(t(Fn::embedding, t(Fn::zeros, Dims{4}), ones(t, {3, 2}))), {4, 2});
     }},
    {"D17", Fn::argmax, "V4", Needs::structure,
     [](Trial& t) {
         t.same_dims(t.shape(t(Fn::argmax, ones(t, {2, 3}), -1, true)), {2, 1});
     }},
    {"D18", Fn::view, "H7", Needs::values,
     [](Trial& t) {
         const Value x = t(Fn::zeros, Dims{2, 2}), seen = t(Fn::view, x, Dims{4});
         t(Fn::batch_norm, ones(t, {2, 4}), seen, ones(t, {4}), 0, 0, true, 1.0, 1e-5);
         t.equal(x, ones(t, {2, 2}));
     }},
    {"D19", Fn::contiguous, "H6", Needs::structure,
     [](Trial& t) {
         const Value x = ones(t, {2}), other = t(Fn::contiguous, x);
         t.run(Fn::set_requires_grad, {to_arg(other), to_arg(true)});
         t.check(!t.count(Fn::requires_grad, x), "the flag is the alias's own");
     }},
    {"D20", Fn::no_grad_begin, "G1", Needs::structure,
     [](Trial& t) {
         const Value x = ones(t, {2});
         t.run(Fn::set_requires_grad, {to_arg(x), to_arg(true)});
         t.run(Fn::no_grad_begin, {});
         t.run(Fn::no_grad_begin, {});
         t.run(Fn::no_grad_end, {});
         const bool recorded = t.count(Fn::requires_grad, t(Fn::exp, x)) != 0;
         t.backend.no_grad_end();
         t.check(!recorded, "off until as many ends as begins");
     }},
    {"D21", Fn::stream_query, "H2", Needs::structure,
     [](Trial& t) { t.fails(1, Fn::stream_query, {to_arg(kUnknown)}); }},
    {"D21", Fn::stream_sync, "H2", Needs::structure, [](Trial& t) { t.fails(1, Fn::stream_sync, {to_arg(kUnknown)}); }},
};

}  // namespace

Cases defect_cases(const Backend& backend, const SuiteOptions& options) {
    const bool real = backend.available();
    Cases cases;
    for (const Defect& defect : kDefects) {
        const std::string name = name_of(defect.function), id = std::string("defect/") + defect.number + "/" + name;
        cases.push_back({id,
                         name,
                         {defect.number, defect.promise},
                         true,
                         with_values(defect.needs == Needs::structure || real,
                                     [=, &backend, body = defect.body] { hold(id, backend, options, 1, body); })});
    }
    return cases;
}

}  // namespace simple::property
