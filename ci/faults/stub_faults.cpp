// Faults of a stub alone. Those that it can share with a backend are made from the differential suite's own
// (planted_faults).
#include <cstdlib>
#include <cstring>

#include "ci/faults/conditions.h"

namespace simple {

using namespace planted;

namespace {

constexpr double not_zero(double) { return 1; }

template <auto F>
bool says_true() {
    (inner().*F)();
    return true;
}

// A name that is not the stub's.
template <auto F>
char* real_name() {
    char* name = (inner().*F)();
    std::free(name);
    return strdup("2.6.0+cpu");
}

// Fails with code C though the call succeeds: a stub that guesses what only values decide.
template <Code C>
int64_t refused(int64_t x) {
    inner().free(x);
    leave_code(C);
    return 0;
}

SplArray* with_one(int64_t x) {
    SplArray* data = inner().to_data(x);
    if (data && data->len > 0) data->items[data->len - 1].as_float = 1;
    return data;
}

PlantedFault in_stub(const char* id, Fn function, const char* what, Kind kind, const char* promise,
                     void (*plant)(Backend&)) {
    return {id, function, what, kind, promise, "differential", plant, "", false, "", true};
}

bool opposite(bool flag) { return !flag; }
int32_t always_float32(int32_t) { return 1; }

// The last of several tensors passes through Next.
template <auto F, auto Next, typename... A>
void plant_last_handle(Backend& to, SplArray* (*Backend::*)(A...)) {
    to.*F = [](A... a) {
        SplArray* list = (inner().*F)(a...);
        if (list && list->len > 1) list->items[list->len - 1].as_int = then(list->items[list->len - 1].as_int, Next);
        return list;
    };
}
template <auto F, auto Next>
void last_handle_changed(Backend& to) {
    plant_last_handle<F, Next>(to, F);
}

void tells_fourth_dim(Backend& to) {
    to.shape = [](int64_t x) {
        SplArray* dims = inner().shape(x);
        if (dims && dims->len == 4) ++dims->items[3].as_int;
        return dims;
    };
}

void frees_but_each_fiftieth(Backend& to) {
    to.free = [](int64_t x) {
        static int count = 0;
        if (x != 0 && is_tensor(x) && is_turn(50, count)) return;
        inner().free(x);
    };
}

}  // namespace

const std::vector<PlantedFault>& stub_faults() {
    static const std::vector<PlantedFault> faults{
        in_stub("stub.available.true", Fn::available, "the stub says that LibTorch is there", Kind::values, "S1",
                [](Backend& to) { to.available = says_true<&Backend::available>; }),
        in_stub("stub.cuda_available.true", Fn::cuda_available, "the stub says that CUDA is there", Kind::values, "S1",
                [](Backend& to) { to.cuda_available = says_true<&Backend::cuda_available>; }),
        in_stub("stub.version.real", Fn::version, "the stub has LibTorch's version", Kind::values, "S1",
                [](Backend& to) { to.version = real_name<&Backend::version>; }),
        in_stub("stub.backend_name.real", Fn::backend_name, "the stub has another name", Kind::values, "S1",
                [](Backend& to) { to.backend_name = real_name<&Backend::backend_name>; }),
        in_stub("stub.sum.one", Fn::sum, "the stub's sum is 1", Kind::values, "S3", after<&Backend::sum, not_zero>),
        in_stub("stub.norm.one", Fn::norm, "the stub's norm is 1", Kind::values, "S3", after<&Backend::norm, not_zero>),
        in_stub("stub.to_data.last_is_one", Fn::to_data, "the last element that the stub reads back is 1", Kind::values,
                "S3", [](Backend& to) { to.to_data = with_one; }),
        in_stub("stub.inverse.singular", Fn::inverse, "the stub takes every matrix for singular", Kind::errors, "S4",
                after<&Backend::inverse, refused<Code::numerical>>),
        in_stub("stub.svd.not_finite", Fn::svd, "the stub takes every matrix for one that is not finite", Kind::errors,
                "S4", after<&Backend::svd, refused<Code::numerical>>),
        in_stub("stub.index_select.out_of_range", Fn::index_select, "the stub takes every index for one out of range",
                Kind::errors, "S4", after<&Backend::index_select, refused<Code::range>>),
        // Last pieces, last dims, large and strided tensors, one dtype.
        in_stub("stub.chunk.last_piece_wider", Fn::chunk,
                "the stub's chunk gives the last of several pieces in float64", Kind::shapes, "S2",
                last_handle_changed<&Backend::chunk, widened>),
        in_stub("stub.svd_all.last_part_flat", Fn::svd_all, "the stub's svd_all flattens the last of its parts",
                Kind::shapes, "S2", last_handle_changed<&Backend::svd_all, flat>),
        in_stub("stub.eig_all.last_part_narrowed", Fn::eig_all,
                "the stub's eig_all gives the last of its parts in float32", Kind::shapes, "S2",
                last_handle_changed<&Backend::eig_all, narrowed>),
        in_stub("stub.shape.fourth_dim", Fn::shape, "the stub's shape tells a fourth dim one too large", Kind::shapes,
                "S2", tells_fourth_dim),
        in_stub("stub.reshape.over_60", Fn::reshape, "the stub's reshape is 1-D over 60 elements", Kind::shapes, "S2",
                where<&Backend::reshape, over<60>, flat>),
        in_stub("stub.zeros.over_50", Fn::zeros, "the stub's zeros is float64 over 50 elements", Kind::shapes, "S2",
                where<&Backend::zeros, over<50>, widened>),
        in_stub("stub.cat.over_24", Fn::cat, "the stub's cat has a dim too many over 24 elements", Kind::shapes, "S2",
                where<&Backend::cat, over<24>, with_dim>),
        in_stub("stub.matmul.over_8", Fn::matmul, "the stub's matmul has twice the rows over 8 elements", Kind::shapes,
                "S2", where<&Backend::matmul, over<8>, doubled_row>),
        in_stub("stub.add_scalar.over_40", Fn::add_scalar, "the stub's add_scalar is 1-D over 40 elements",
                Kind::shapes, "S2", where<&Backend::add_scalar, over<40>, flat>),
        in_stub("stub.arange.over_8", Fn::arange, "the stub's arange has a dim too many over 8 elements", Kind::shapes,
                "S2", where<&Backend::arange, over<8>, with_dim>),
        in_stub("stub.relu.strided", Fn::relu,
                "the stub's relu gives a matrix column by column where its argument is not contiguous", Kind::ownership,
                "S2", where<&Backend::relu, of_strided, strided>),
        in_stub("stub.sum_dim.strided", Fn::sum_dim,
                "the stub's sum_dim has a dim too many where its argument is not contiguous", Kind::shapes, "S2",
                where<&Backend::sum_dim, of_strided, with_dim>),
        in_stub("stub.clone.strided", Fn::clone,
                "the stub's clone gives a matrix column by column where its argument is not contiguous",
                Kind::ownership, "S2", where<&Backend::clone, of_strided, strided>),
        in_stub("stub.mul.strided", Fn::mul,
                "the stub's mul is cut from the graph where its argument is not contiguous", Kind::autograd, "S2",
                where<&Backend::mul, of_strided, detached>),
        in_stub("stub.to_float32.strided", Fn::to_float32,
                "the stub's to_float32 gives float64 where its argument is not contiguous", Kind::shapes, "S2",
                where<&Backend::to_float32, of_strided, widened>),
        in_stub("stub.softmax.strided", Fn::softmax, "the stub's softmax is 1-D where its argument is not contiguous",
                Kind::shapes, "S2", where<&Backend::softmax, of_strided, flat>),
        in_stub("stub.abs.int64", Fn::abs, "the stub's abs of int64 gives float32", Kind::shapes, "S2",
                where<&Backend::abs, of_int64, narrowed>),
        in_stub("stub.max_dim.int64", Fn::max_dim, "the stub's max_dim of int64 gives float32", Kind::shapes, "S2",
                where<&Backend::max_dim, of_int64, narrowed>),
        in_stub("stub.sqrt.int64", Fn::sqrt, "the stub's sqrt of int64 gives float64", Kind::shapes, "S2",
                where<&Backend::sqrt, of_int64, widened>),
        in_stub("stub.div.int64", Fn::div, "the stub's div of int64 gives float64", Kind::shapes, "S2",
                where<&Backend::div, of_int64, widened>),
        in_stub("stub.dot.int64", Fn::dot, "the stub's dot of int64 gives float64", Kind::shapes, "S2",
                where<&Backend::dot, of_int64, widened>),
        in_stub("stub.index_select.int64", Fn::index_select, "the stub's index_select of int64 gives float32",
                Kind::shapes, "S2", where<&Backend::index_select, of_int64, narrowed>),
        in_stub("stub.squeeze.int64", Fn::squeeze, "the stub's squeeze of int64 gives float64", Kind::shapes, "S2",
                where<&Backend::squeeze, of_int64, widened>),
        // Some calls of many.
        in_stub("stub.exp.second_call", Fn::exp, "the stub's exp is 1-D in its second call in the process",
                Kind::shapes, "S2", where<&Backend::exp, only_call<2>, flat>),
        in_stub("stub.eye.second_call", Fn::eye, "the stub's eye is 1-D in its second call in the process",
                Kind::shapes, "S2", where<&Backend::eye, only_call<2>, flat>),
        in_stub("stub.full.first_call", Fn::full, "the stub's full is float64 in its first call in the process",
                Kind::shapes, "S2", where<&Backend::full, only_call<1>, widened>),
        in_stub("stub.gelu.first_call", Fn::gelu, "the stub's gelu has a dim too many in its first call in the process",
                Kind::shapes, "S2", where<&Backend::gelu, only_call<1>, with_dim>),
        in_stub("stub.leaky_relu.fifth_call", Fn::leaky_relu,
                "the stub's leaky_relu has a dim too many in its fifth call in the process", Kind::shapes, "S2",
                where<&Backend::leaky_relu, only_call<5>, with_dim>),
        in_stub("stub.transpose.fiftieth", Fn::transpose, "the stub's transpose is 1-D in every fiftieth call",
                Kind::shapes, "S2", where<&Backend::transpose, each<50>, flat>),
        in_stub("stub.log.hundredth", Fn::log, "the stub's log has a dim too many in every hundredth call",
                Kind::shapes, "S2", where<&Backend::log, each<100>, with_dim>),
        in_stub("stub.inverse.seventieth", Fn::inverse,
                "the stub's inverse is cut from the graph in every seventieth call", Kind::autograd, "S2",
                where<&Backend::inverse, each<70>, detached>),
        in_stub("stub.neg.thirtieth", Fn::neg, "the stub's neg gives a matrix column by column in every thirtieth call",
                Kind::ownership, "S2", where<&Backend::neg, each<30>, strided>),
        in_stub("stub.free.fiftieth", Fn::free, "the stub's free does nothing in every fiftieth call", Kind::lifecycle,
                "S2", frees_but_each_fiftieth),
        in_stub("stub.requires_grad.twentieth", Fn::requires_grad,
                "the stub's requires_grad says the opposite in every twentieth call", Kind::autograd, "S2",
                where<&Backend::requires_grad, each<20>, opposite>),
        // On another thread, after a failure, beside a code that was left, of the same handle twice.
        in_stub("stub.add.second_thread", Fn::add, "the stub's add is 1-D on every thread but the first", Kind::threads,
                "S2", where<&Backend::add, beside, flat>),
        in_stub("stub.linear.second_thread", Fn::linear,
                "the stub's linear gives float64 on every thread but the first", Kind::threads, "S2",
                where<&Backend::linear, beside, widened>),
        in_stub("stub.unsqueeze.second_thread", Fn::unsqueeze,
                "the stub's unsqueeze has a dim too many on every thread but the first", Kind::threads, "S2",
                where<&Backend::unsqueeze, beside, with_dim>),
        in_stub("stub.log_softmax.second_thread", Fn::log_softmax,
                "the stub's log_softmax is cut from the graph on every thread but the first", Kind::threads, "S2",
                where<&Backend::log_softmax, beside, detached>),
        in_stub("stub.ones.second_thread", Fn::ones, "the stub's ones has a dim too many on every thread but the first",
                Kind::threads, "S2", where<&Backend::ones, beside, with_dim>),
        in_stub("stub.eye.after_failure", Fn::eye, "the stub's eye is 1-D right after one of its calls failed",
                Kind::shapes, "S2", after_failure<&Backend::eye, flat>),
        in_stub("stub.pow.after_failure", Fn::pow,
                "the stub's pow has a dim too many right after one of its calls failed", Kind::shapes, "S2",
                after_failure<&Backend::pow, with_dim>),
        in_stub("stub.min_dim.after_failure", Fn::min_dim,
                "the stub's min_dim gives float32 right after one of its calls failed", Kind::shapes, "S2",
                after_failure<&Backend::min_dim, narrowed>),
        in_stub("stub.embedding.after_failure", Fn::embedding,
                "the stub's embedding is 1-D right after one of its calls failed", Kind::shapes, "S2",
                after_failure<&Backend::embedding, flat>),
        in_stub("stub.tanh.after_failure", Fn::tanh,
                "the stub's tanh has a dim too many right after one of its calls failed", Kind::shapes, "S2",
                after_failure<&Backend::tanh, with_dim>),
        in_stub("stub.reshape.after_failure", Fn::reshape,
                "the stub's reshape has a dim too many right after one of its calls failed", Kind::shapes, "S2",
                after_failure<&Backend::reshape, with_dim>),
        in_stub("stub.permute.after_failure", Fn::permute,
                "the stub's permute is 1-D right after one of its calls failed", Kind::shapes, "S2",
                after_failure<&Backend::permute, flat>),
        in_stub("stub.sigmoid.stale_code", Fn::sigmoid,
                "the stub's sigmoid is 1-D where the call before failed, whatever it was", Kind::shapes, "S2",
                where<&Backend::sigmoid, after_code, flat>),
        in_stub("stub.t.stale_code", Fn::t,
                "the stub's t has a dim too many where the call before failed, whatever it was", Kind::shapes, "S2",
                where<&Backend::t, after_code, with_dim>),
        in_stub("stub.mul_scalar.stale_code", Fn::mul_scalar,
                "the stub's mul_scalar gives float64 where the call before failed, whatever it was", Kind::shapes, "S2",
                where<&Backend::mul_scalar, after_code, widened>),
        in_stub("stub.gather.stale_code", Fn::gather,
                "the stub's gather has a dim too many where the call before failed, whatever it was", Kind::shapes,
                "S2", where<&Backend::gather, after_code, with_dim>),
        in_stub("stub.max_pool2d.stale_code", Fn::max_pool2d,
                "the stub's max_pool2d is cut from the graph where the call before failed, whatever it was",
                Kind::shapes, "S2", where<&Backend::max_pool2d, after_code, detached>),
        in_stub("stub.dtype.stale_code", Fn::dtype,
                "the stub's dtype is 1 where the call before failed, whatever it was", Kind::shapes, "S2",
                where<&Backend::dtype, after_code, always_float32>),
        in_stub("stub.add.same_handle", Fn::add,
                "the stub's add has a dim too many where two arguments are the same handle", Kind::shapes, "S2",
                where<&Backend::add, of_twice, with_dim>),
        in_stub("stub.mul.same_handle", Fn::mul, "the stub's mul is 1-D where two arguments are the same handle",
                Kind::shapes, "S2", where<&Backend::mul, of_twice, flat>),
        in_stub("stub.matmul.same_handle", Fn::matmul,
                "the stub's matmul gives float64 where two arguments are the same handle", Kind::shapes, "S2",
                where<&Backend::matmul, of_twice, widened>),
        in_stub("stub.stack.same_handle", Fn::stack, "the stub's stack is 1-D where two arguments are the same handle",
                Kind::shapes, "S2", where<&Backend::stack, of_twice, flat>),
        in_stub("stub.mse_loss_tensor.same_handle", Fn::mse_loss_tensor,
                "the stub's mse_loss_tensor is cut from the graph where two arguments are the same handle",
                Kind::autograd, "S2", where<&Backend::mse_loss_tensor, of_twice, detached>),
        in_stub("stub.div.same_handle", Fn::div,
                "the stub's div has twice the rows where two arguments are the same handle", Kind::shapes, "S2",
                where<&Backend::div, of_twice, doubled_row>),
    };
    return faults;
}

}  // namespace simple
