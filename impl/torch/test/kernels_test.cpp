// Which calls pass the dispatcher by, and that they make the same tensors. For the time of a call the dispatcher has
// another kernel for an operator, so that whoever still comes that way is seen.
#include "impl/torch/kernels.h"

#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>
#include <torch/csrc/api/include/torch/version.h>
#include <torch/library.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "impl/torch/copies.h"
#include "impl/torch/tensors.h"

namespace simple::torch_backend {
namespace {

// The dispatcher says on stderr that a kernel was replaced.
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

struct Dispatched {};
int g_dispatched = 0;
void count(const c10::OperatorHandle&, torch::jit::Stack*) {
    ++g_dispatched;
    throw Dispatched();
}

// Whether call asks the dispatcher for the operator's kernel.
template <typename Call>
bool asks_for(const std::string& operation, const Call& call) {
    SilentHandler silent;
    const warnings::WarningHandlerGuard guard(&silent);
    torch::Library library(torch::Library::IMPL, "aten", c10::DispatchKey::CPU, __FILE__, __LINE__);
    library.impl(operation.c_str(), torch::CppFunction::makeFromBoxedFunction<&count>());
    const int before = g_dispatched;
    try {
        call();
    } catch (const Dispatched&) {
    }
    return g_dispatched > before;
}

template <typename Call>
auto below_autograd(const Call& call) {
    const kernels::BelowAutograd guard;
    return call();
}

struct Given {
    at::Tensor x, y, row, whole;  // two of [4, 4], one of [4], and int64 of [4, 4] within [0, 4)
};

// Of two dtypes, row-major and not.
std::vector<Given> givens() {
    std::vector<Given> all;
    for (const at::ScalarType dtype : {at::kFloat, at::kDouble}) {
        const at::Tensor x = at::rand({4, 4}, dtype) + 0.25, y = at::rand({4, 4}, dtype), row = at::rand({4}, dtype);
        const at::Tensor whole = at::arange(16, at::kLong).remainder(4).view({4, 4});
        all.push_back({x, y, row, whole});
        all.push_back({x.t(), y, row, whole.t()});
        all.push_back({x.t(), y.t(), row, whole});
    }
    return all;
}

using Make = std::function<at::Tensor(const Given&)>;
struct Case {
    std::vector<std::string> operations;  // which `dispatched` asks for, the first of them first
    Make kernel, dispatched;
};
std::ostream& operator<<(std::ostream& out, const Case& each) { return out << each.operations.front(); }

// clang-format off
#define CASE(kernel, dispatched, ...) \
    {{__VA_ARGS__}, []([[maybe_unused]] const Given& g) -> at::Tensor { return kernel; }, []([[maybe_unused]] const Given& g) -> at::Tensor { return dispatched; }}
const std::vector<Case>& cases() {
    static const int64_t kImage[] = {1, 1, 4, 4}, kTwo[] = {2, 2}, kNone[] = {0, 0}, kOne[] = {1, 1}, kFlat[] = {16}, kOrder[] = {1, 0}, kWide[] = {4}, kDims[] = {3, 2};
    static const std::vector<Case> all{
        CASE(kernels::add(g.x, g.y), at::add(g.x, g.y), "add.Tensor"),
        CASE(kernels::sub(g.x, g.y), at::sub(g.x, g.y), "sub.Tensor"),
        CASE(kernels::mul(g.x, g.y), at::mul(g.x, g.y), "mul.Tensor"),
        CASE(kernels::div(g.x, g.y), at::div(g.x, g.y), "div.Tensor"),
        CASE(kernels::add(g.x, 0.1), at::add(g.x, 0.1), "add.Scalar", "add.Tensor"),
        CASE(kernels::mul(g.x, 0.1), at::mul(g.x, 0.1), "mul.Scalar", "mul.Tensor"),
        CASE(kernels::add(g.x, HUGE_VAL), at::add(g.x, HUGE_VAL), "add.Scalar"),
        CASE(kernels::add(g.x.select(0, 0).select(0, 0), 0.1), at::add(g.x.select(0, 0).select(0, 0), 0.1), "add.Scalar"),
        CASE(kernels::pow(g.x, 2.5), at::pow(g.x, 2.5), "pow.Tensor_Scalar"),
        CASE(kernels::neg(g.x), at::neg(g.x), "neg"),
        CASE(kernels::abs(g.x), at::abs(g.x), "abs", "abs.out"),
        CASE(kernels::abs(g.whole), at::abs(g.whole), "abs", "abs.out"),
        CASE(kernels::sqrt(g.x), at::sqrt(g.x), "sqrt"),
        CASE(kernels::exp(g.x), at::exp(g.x), "exp"),
        CASE(kernels::log(g.x), at::log(g.x), "log"),
        CASE(kernels::relu(g.x), at::relu(g.x), "relu", "clamp_min"),
        CASE(kernels::relu(g.x.log()), at::relu(g.x.log()), "relu", "clamp_min"),
        CASE(kernels::relu(g.whole), at::relu(g.whole), "relu", "clamp_min"),
        CASE(kernels::sigmoid(g.x), at::sigmoid(g.x), "sigmoid"),
        CASE(kernels::tanh(g.x), at::tanh(g.x), "tanh"),
        CASE(kernels::leaky_relu(g.x, 0.1), at::leaky_relu(g.x, 0.1), "leaky_relu"),
        CASE(kernels::gelu(g.x), at::gelu(g.x), "gelu"),
        CASE(kernels::softmax(g.x, 1), at::softmax(g.x, 1), "softmax.int", "_softmax"),
        CASE(kernels::log_softmax(g.x, 0), at::log_softmax(g.x, 0), "log_softmax.int", "_log_softmax"),
        CASE(kernels::matmul(g.x, g.y), at::matmul(g.x, g.y), "matmul", "mm"),
        CASE(kernels::linear(g.x, g.y, g.row), at::linear(g.x, g.y, g.row), "linear", "addmm", "t"),
        CASE(kernels::dot(g.row, g.row), at::dot(g.row, g.row), "dot"),
        CASE(kernels::det(g.x), at::det(g.x), "det", "linalg_det", "_linalg_det"),
        CASE(std::get<0>(kernels::linalg_inv_ex(g.x)), std::get<0>(at::linalg_inv_ex(g.x)), "linalg_inv_ex"),
        CASE(std::get<0>(kernels::linalg_eig(g.x)), std::get<0>(at::linalg_eig(g.x)), "linalg_eig"),
        CASE(std::get<0>(kernels::linalg_svd(g.x)), std::get<0>(at::linalg_svd(g.x, false)), "linalg_svd", "_linalg_svd"),
        CASE(std::get<2>(kernels::linalg_svd(g.x)), std::get<2>(at::linalg_svd(g.x, false)), "linalg_svd", "_linalg_svd"),
        CASE(kernels::sum(g.x), at::sum(g.x), "sum", "sum.dim_IntList"),
        CASE(kernels::sum(g.x, 1, true), at::sum(g.x, {1}, true), "sum.dim_IntList"),
        CASE(kernels::sum(g.whole), at::sum(g.whole), "sum", "sum.dim_IntList"),
        CASE(kernels::mean(g.x), at::mean(g.x), "mean", "mean.dim", "div_.Scalar", "div_.Tensor"),
        CASE(kernels::mean(g.x, 0, false), at::mean(g.x, {0}, false), "mean.dim", "div_.Scalar", "div_.Tensor"),
        CASE(kernels::mean(g.x.expand({1500, 4, 4}), 1, true), at::mean(g.x.expand({1500, 4, 4}), {1}, true), "mean.dim", "div_.Scalar"),
        CASE(kernels::max(g.x), at::max(g.x), "max"),
        CASE(kernels::min(g.x), at::min(g.x), "min"),
        CASE(std::get<0>(kernels::max(g.x, 1, false)), std::get<0>(at::max(g.x, 1, false)), "max.dim"),
        CASE(std::get<1>(kernels::min(g.x, 0, true)), std::get<1>(at::min(g.x, 0, true)), "min.dim"),
        CASE(kernels::argmax(g.x, 1, false), at::argmax(g.x, 1, false), "argmax"),
        CASE(kernels::argmin(g.x, 0, true), at::argmin(g.x, 0, true), "argmin"),
        CASE(kernels::index_select(g.x, 1, g.whole.select(0, 0)), at::index_select(g.x, 1, g.whole.select(0, 0)), "index_select"),
        CASE(kernels::gather(g.x, 1, g.whole), at::gather(g.x, 1, g.whole), "gather"),
        CASE(kernels::embedding(g.x, g.whole), at::embedding(g.x, g.whole), "embedding"),
        CASE(kernels::embedding(g.x, g.whole.select(0, 1)), at::embedding(g.x, g.whole.select(0, 1)), "embedding", "index_select"),
        CASE(kernels::index_select(g.y, -2, g.whole.select(1, 2).contiguous()), at::index_select(g.y, -2, g.whole.select(1, 2)), "index_select"),
        CASE(kernels::cat({g.x, g.y}, 1), at::cat({g.x, g.y}, 1), "cat"),
        CASE(kernels::cat({g.y, g.y, g.y}, 0), at::cat({g.y, g.y, g.y}, 0), "cat"),
        CASE(kernels::cat({g.row, g.row}, -1), at::cat({g.row, g.row}, -1), "cat"),
        CASE(kernels::cat({g.y.expand({99, 4, 4}).contiguous(), g.y.expand({99, 4, 4})}, 2), at::cat({g.y.expand({99, 4, 4}), g.y.expand({99, 4, 4})}, 2), "cat"),
        CASE(kernels::stack({g.y, g.y, g.y}, 2), at::stack({g.y, g.y, g.y}, 2), "stack"),
        CASE(kernels::stack({g.whole, g.whole}, -3), at::stack({g.whole, g.whole}, -3), "stack"),
        CASE(kernels::stack({g.row.select(0, 1), g.row.select(0, 2)}, 0), at::stack({g.row.select(0, 1), g.row.select(0, 2)}, 0), "stack"),
        CASE(kernels::clone(g.y.repeat({4000, 1, 1})), g.y.repeat({4000, 1, 1}).clone(at::MemoryFormat::Contiguous), "clone"),
        CASE(kernels::stack(at::TensorList({g.x, g.y}), 1), at::stack({g.x, g.y}, 1), "stack"),
        CASE(kernels::conv2d(g.x.reshape(kImage), g.y.reshape(kImage), {}, kOne, kNone, kOne, 1), at::conv2d(g.x.reshape(kImage), g.y.reshape(kImage), {}, kOne, kNone, kOne, 1), "conv2d", "convolution"),
        CASE(kernels::max_pool2d(g.x.reshape(kImage), kTwo, kTwo, kNone), at::max_pool2d(g.x.reshape(kImage), kTwo, kTwo, kNone), "max_pool2d", "max_pool2d_with_indices"),
        CASE(kernels::avg_pool2d(g.x.reshape(kImage), at::IntArrayRef(kTwo), at::IntArrayRef(kTwo), at::IntArrayRef(kNone)), at::avg_pool2d(g.x.reshape(kImage), kTwo, kTwo, kNone), "avg_pool2d"),
        CASE(std::get<0>(kernels::native_layer_norm(g.x, at::IntArrayRef(kWide), g.row, at::Tensor(), 1e-5)), std::get<0>(at::native_layer_norm(g.x, kWide, g.row, {}, 1e-5)), "native_layer_norm"),
        CASE(std::get<0>(kernels::native_batch_norm(g.x, g.row, g.row, at::Tensor(), at::Tensor(), true, 0.1, 1e-5)), std::get<0>(at::native_batch_norm(g.x, g.row, g.row, {}, {}, true, 0.1, 1e-5)), "native_batch_norm"),
        CASE(kernels::dropout(g.x, 0.3), at::dropout(g.x, 0.3, true), "dropout", "bernoulli_.float", "div_.Scalar", "mul.Tensor"),
        CASE(kernels::mse_loss(g.x, g.y), at::mse_loss(g.x, g.y), "mse_loss", "mean.out"),
        CASE(kernels::binary_cross_entropy(g.y, g.y), at::binary_cross_entropy(g.y, g.y), "binary_cross_entropy", "mean"),
        CASE(kernels::nll_loss(g.x, g.whole.select(0, 1)), at::nll_loss_nd(g.x, g.whole.select(0, 1)), "nll_loss_nd", "nll_loss", "nll_loss_forward"),
        CASE(kernels::cross_entropy(g.x, g.whole.select(0, 1)), at::cross_entropy_loss(g.x, g.whole.select(0, 1)), "cross_entropy_loss", "_log_softmax", "nll_loss_forward"),
        CASE(kernels::cross_entropy(g.row, g.whole.select(0, 1).select(0, 1)), at::cross_entropy_loss(g.row, g.whole.select(0, 1).select(0, 1)), "cross_entropy_loss"),
        CASE(kernels::clone(g.x), g.x.clone(at::MemoryFormat::Contiguous), "clone"),
        CASE(kernels::to(g.x, at::kLong), g.x.to(at::kLong), "_to_copy"),
        CASE(kernels::view(g.y.contiguous(), kFlat), g.y.contiguous().view(kFlat), "view"),
        CASE(kernels::reshape(g.y, kFlat), at::reshape(g.y, kFlat), "reshape"),
        CASE(kernels::flatten(g.y), at::flatten(g.y), "flatten.using_ints"),
        CASE(kernels::alias(g.x), at::alias(g.x), "alias"),
        CASE(kernels::transpose(g.x, 0, 1), at::transpose(g.x, 0, 1), "transpose.int"),
        CASE(kernels::t(g.x), at::t(g.x), "t"),
        CASE(kernels::permute(g.x, at::IntArrayRef(kOrder)), at::permute(g.x, kOrder), "permute"),
        CASE(kernels::unsqueeze(g.x, 1), at::unsqueeze(g.x, 1), "unsqueeze"),
        CASE(kernels::squeeze(g.x), at::squeeze(g.x), "squeeze"),
        CASE(kernels::squeeze(g.x, 1), at::squeeze(g.x, 1), "squeeze.dim"),
        CASE(kernels::slice(g.x, 1, 1, 3, 2), at::slice(g.x, 1, 1, 3, 2), "slice.Tensor"),
        CASE(kernels::zeros(kDims), at::zeros(kDims, at::kFloat), "zeros"),
        CASE(kernels::ones(kDims), at::ones(kDims, at::kFloat), "ones"),
        CASE(kernels::full(kDims, 0.1), at::full(kDims, 0.1, at::kFloat), "full"),
        CASE(kernels::full({40, 40}, 0.1), at::full({40, 40}, 0.1, at::kFloat), "full"),
        CASE(kernels::rand(kDims), at::rand(kDims, at::kFloat), "rand"),
        CASE(kernels::randn({30}), at::randn({30}, at::kFloat), "randn"),
        CASE(kernels::fresh(kDims, at::kLong).zero_(), at::empty(kDims, at::kLong).zero_(), "empty.memory_format"),
        CASE(kernels::arange(0.5, 4.0, 0.25, at::kFloat), at::arange(0.5, 4.0, 0.25, at::kFloat), "arange.start_step"),
        CASE(kernels::linspace(0.5, 4.0, 9), at::linspace(0.5, 4.0, 9, at::kFloat), "linspace"),
        CASE(kernels::eye(3, at::kFloat), at::eye(3, at::kFloat), "eye"),
    };
    return all;
}
#undef CASE
// clang-format on

// A view has its argument's elements, and so its version; all else is to be a tensor by itself.
void expect_same(const at::Tensor& got, const at::Tensor& want, const Given& g) {
    EXPECT_EQ(got.sizes(), want.sizes());
    EXPECT_EQ(got.strides(), want.strides());
    EXPECT_EQ(got.storage_offset(), want.storage_offset());
    EXPECT_EQ(got.scalar_type(), want.scalar_type());
    EXPECT_TRUE(got.key_set() == want.key_set());
    EXPECT_EQ(got.requires_grad(), want.requires_grad());
    EXPECT_EQ(got.is_view(), want.is_view());
    EXPECT_EQ(got._version(), want._version());
    EXPECT_EQ(got.is_alias_of(g.x), want.is_alias_of(g.x));
    EXPECT_EQ(got.is_alias_of(g.y), want.is_alias_of(g.y));
    const at::Tensor elements = got.contiguous(), expected = want.contiguous();
    ASSERT_EQ(elements.nbytes(), expected.nbytes());
    EXPECT_EQ(std::memcmp(elements.data_ptr(), expected.data_ptr(), elements.nbytes()), 0) << got << "\nis not\n"
                                                                                           << want;
}

TEST(Kernels, OfPlainTensorsTheDispatcherIsNotAsked) {
    const Given g = givens().front();
    for (const Case& each : cases()) {
        const std::string& first = each.operations.front();
        EXPECT_TRUE(below_autograd([&] { return asks_for(first, [&] { each.dispatched(g); }); })) << each;
        for (const std::string& operation : each.operations)
            EXPECT_FALSE(below_autograd([&] { return asks_for(operation, [&] { each.kernel(g); }); }))
                << each << " asks for " << operation;
    }
}

TEST(Kernels, TheTensorsAreTheDispatchers) {
    for (const Given& g : givens())
        for (const Case& each : cases()) {
            SCOPED_TRACE(each.operations.front());
            constexpr uint64_t kSeed = 7;
            at::manual_seed(kSeed);
            const at::Tensor want = below_autograd([&] { return each.dispatched(g); });
            at::manual_seed(kSeed);
            const at::Tensor got = below_autograd([&] { return each.kernel(g); });
            expect_same(got, want, g);
        }
}

bool asks_for_exp(const at::Tensor& x) {
    return asks_for("exp", [&] { kernels::exp(x); });
}

TEST(Kernels, AThreadThatIsNotBelowAutogradAloneAsks) {
    const at::Tensor x = at::rand({4, 4});
    EXPECT_TRUE(asks_for_exp(x)) << "above autograd";
    EXPECT_FALSE(below_autograd([&] { return asks_for_exp(x); }));
    {
        const c10::InferenceMode inference;
        EXPECT_TRUE(below_autograd([&] { return asks_for_exp(x); })) << "inference mode";
    }
    {
        c10::impl::tls_set_dispatch_key_excluded(c10::DispatchKey::AutocastCPU, false);
        EXPECT_TRUE(below_autograd([&] { return asks_for_exp(x); })) << "autocast";
        c10::impl::tls_set_dispatch_key_excluded(c10::DispatchKey::AutocastCPU, true);
    }
    {
        // Of a key that has no kernels of its own.
        const c10::impl::IncludeDispatchKeyGuard tracer(c10::DispatchKey::TESTING_ONLY_GenericWrapper);
        EXPECT_FALSE(below_autograd([] { return kernels::t_below_autograd_alone; })) << "a key that is included";
    }
    {
        const kernels::BelowAutograd outer;
        EXPECT_FALSE(below_autograd([&] { return asks_for_exp(x); })) << "twice below";
        EXPECT_FALSE(asks_for_exp(x)) << "below once more";
    }
    EXPECT_FALSE(below_autograd([&] { return asks_for_exp(x); })) << "all of it over";
}

TEST(Kernels, TensorsThatAreNotPlainAreDispatched) {
    at::Tensor of_inference;
    {
        const c10::InferenceMode inference;
        of_inference = at::rand({4, 4});
    }
    EXPECT_TRUE(below_autograd([&] { return asks_for_exp(of_inference); }));
    const at::Tensor conjugate = at::rand({4, 4}, at::kComplexFloat).conj();
    EXPECT_FALSE(kernels::is_plain(conjugate));
    EXPECT_TRUE(at::equal(below_autograd([&] { return kernels::exp(conjugate); }), at::exp(conjugate)));
    const at::Tensor elsewhere = at::empty({4, 4}, at::device(at::kMeta).dtype(at::kFloat));
    EXPECT_TRUE(below_autograd([&] { return kernels::exp(elsewhere); }).is_meta());
    EXPECT_TRUE(below_autograd([&] { return kernels::add(elsewhere, elsewhere); }).is_meta());
    EXPECT_FALSE(kernels::is_plain(at::TensorList({at::rand({4}), elsewhere})));
    EXPECT_FALSE(kernels::is_plain(at::eye(4).to_sparse()));
}

int g_seen = 0;
std::unique_ptr<at::ObserverContext> see(const at::RecordFunction& function) {
    g_seen += std::string(function.name()) == "aten::exp";
    return nullptr;
}

TEST(Kernels, AProfilerSeesTheCall) {
    const at::Tensor x = at::rand({4, 4});
    const at::CallbackHandle callback = at::addGlobalCallback(at::RecordFunctionCallback(see));
    below_autograd([&] { return kernels::exp(x); });
    at::removeCallback(callback);
    EXPECT_EQ(g_seen, 1);
    EXPECT_FALSE(below_autograd([&] { return asks_for_exp(x); }));
}

TEST(Kernels, ZerosInPlaceAreANewVersion) {
    at::Tensor x = at::rand({4, 4}), y = at::rand({4, 4});
    EXPECT_FALSE(asks_for("zero_", [&] { EXPECT_TRUE(kernels::zeroed(x)); }));
    y.zero_();
    EXPECT_TRUE(at::equal(x, y));
    EXPECT_EQ(x._version(), y._version());
    at::Tensor elsewhere = at::empty({4}, at::device(at::kMeta).dtype(at::kFloat));
    EXPECT_FALSE(kernels::zeroed(elsewhere));
}

TEST(Kernels, WhatRecordsAGraphIsDispatched) {
    const auto exp = [](const at::Tensor& y) { return kernels::exp(y); };
    const at::Tensor x = at::rand({4, 4});
    EXPECT_FALSE(asks_for("exp", [&] { computed(exp, x); }));
    x.set_requires_grad(true);
    EXPECT_TRUE(asks_for("exp", [&] { computed(exp, x); }));
    EXPECT_TRUE(computed(exp, x).requires_grad());
    const at::NoGradGuard no_graph;
    EXPECT_FALSE(asks_for("exp", [&] { computed(exp, x); }));
    EXPECT_FALSE(computed(exp, x).requires_grad());
}

}  // namespace
}  // namespace simple::torch_backend
