// The defects D01 to D21 of published implementations, planted alone.
#include <cstdlib>
#include <vector>

#include "ci/faults/planting.h"

namespace simple {

using namespace planted;

namespace {

int64_t refused() {
    leave_code(Code::argument);
    return 0;
}

}  // namespace

const std::vector<PlantedFault>& defect_faults() {
    static const std::vector<PlantedFault> faults{
        {"add.throws", Fn::add, "add of shapes that do not fit throws", Kind::errors, "E1", "property",
         throwing<&Backend::add, 3>, "D01"},
        {"zeros.throws", Fn::zeros, "zeros of a negative dim throws", Kind::errors, "E1", "property",
         throwing<&Backend::zeros, 2>, "D02"},
        {"t.throws", Fn::t, "t of a 3-D tensor throws", Kind::errors, "E1", "property", throwing<&Backend::t, 3>,
         "D03"},
        {"inverse.throws", Fn::inverse, "inverse of a singular matrix throws", Kind::errors, "E1", "property",
         throwing<&Backend::inverse, 6>, "D04"},
        {"slice.throws", Fn::slice, "slice with step 0 throws", Kind::errors, "E1", "property",
         throwing<&Backend::slice, 2>, "D05"},
        {"arange.throws", Fn::arange, "arange with step 0 throws", Kind::errors, "E1", "property",
         throwing<&Backend::arange, 2>, "D06"},
        {"dropout.throws", Fn::dropout, "dropout with p over 1 throws", Kind::errors, "E1", "property",
         throwing<&Backend::dropout, 2>, "D07"},
        {"cuda.throws", Fn::cuda, "cuda throws where CUDA is absent", Kind::errors, "E1", "property",
         throwing<&Backend::cuda, 8>, "D08"},
        {"exp.unknown_aborts", Fn::exp, "exp of an unknown handle ends the process", Kind::errors, "E1", "property",
         on_code<&Backend::exp, 1, std::abort>, "D09"},
        {"numel.freed_aborts", Fn::numel, "numel of a freed handle ends the process", Kind::errors, "E1", "property",
         on_code<&Backend::numel, 1, std::abort>, "D09"},
        {"set_requires_grad.phantom", Fn::set_requires_grad,
         "set_requires_grad of an unknown handle leaves a tensor behind", Kind::lifecycle, "H2", "property",
         on_code<&Backend::set_requires_grad, 1, leak_tensor>, "D10"},
        {"zero_grad.phantom", Fn::zero_grad, "zero_grad of an unknown handle leaves a tensor behind", Kind::lifecycle,
         "H2", "property", on_code<&Backend::zero_grad, 1, leak_tensor>, "D10"},
        {"linear.needs_bias", Fn::linear, "linear refuses bias 0", Kind::errors, "V7", "property",
         [](Backend& to) {
             to.linear = [](int64_t x, int64_t weight, int64_t bias) {
                 return !bias ? refused() : inner().linear(x, weight, bias);
             };
         },
         "D11"},
        {"batch_norm.needs_bias", Fn::batch_norm, "batch_norm refuses bias 0", Kind::errors, "V7", "property",
         [](Backend& to) {
             to.batch_norm = [](int64_t x, int64_t mean, int64_t variance, int64_t weight, int64_t bias, bool training,
                                double momentum, double eps) {
                 return !bias ? refused()
                              : inner().batch_norm(x, mean, variance, weight, bias, training, momentum, eps);
             };
         },
         "D11"},
        {"layer_norm.needs_bias", Fn::layer_norm, "layer_norm refuses bias 0", Kind::errors, "V7", "property",
         [](Backend& to) {
             to.layer_norm = [](int64_t x, const SplArray* shape, int64_t weight, int64_t bias, double eps) {
                 return !bias ? refused() : inner().layer_norm(x, shape, weight, bias, eps);
             };
         },
         "D11"},
        {"from_data.reads_past", Fn::from_data, "from_data reads past data that is too short", Kind::errors, "E3",
         "property",
         [](Backend& to) {
             to.from_data = [](const SplArray* data, const SplArray* dims) {
                 const int64_t right = inner().from_data(data, dims);
                 return inner().last_error_code() == 2 && data && data->len > 0 ? inner().zeros(dims) : right;
             };
         },
         "D12"},
        {"from_data.raw_ints", Fn::from_data, "from_data takes the bits of an INT element for a double", Kind::values,
         "T2", "property",
         [](Backend& to) {
             to.from_data = [](const SplArray* data, const SplArray* dims) {
                 if (!data || !data->items || data->len < 0) return inner().from_data(data, dims);
                 std::vector<SplValue> items(data->items, data->items + data->len);
                 for (SplValue& item : items)
                     if (item.tag == SPL_INT) item.tag = SPL_FLOAT;
                 const SplArray raw{items.data(), data->len, data->cap};
                 return inner().from_data(&raw, dims);
             };
         },
         "D13"},
        {"add.crashes_under_threads", Fn::add, "add ends the process when two threads are inside", Kind::threads, "H4",
         "property",
         [](Backend& to) {
             to.add = [](int64_t a, int64_t b) {
                 static std::atomic<int> inside{0};
                 if (++inside > 1) std::abort();
                 std::this_thread::yield();
                 const int64_t result = inner().add(a, b);
                 --inside;
                 return result;
             };
         },
         "D14"},
        {"matmul.mixed_refused", Fn::matmul, "matmul of float64 with float32 fails", Kind::shapes, "V1", "property",
         [](Backend& to) {
             to.matmul = [](int64_t a, int64_t b) {
                 const int64_t right = inner().matmul(a, b);
                 if (right <= 0 || inner().dtype(a) == inner().dtype(b)) return right;
                 inner().free(right);
                 return refused();
             };
         },
         "D15"},
        {"index_select.int64_only", Fn::index_select, "index_select takes no whole numbers in floats for indices",
         Kind::errors, "V3", "property",
         [](Backend& to) {
             to.index_select = [](int64_t x, int64_t dim, int64_t indices) {
                 return is_tensor(indices) && inner().dtype(indices) != 3 ? refused()
                                                                          : inner().index_select(x, dim, indices);
             };
         },
         "D16"},
        {"gather.int64_only", Fn::gather, "gather takes no whole numbers in floats for indices", Kind::errors, "V3",
         "property",
         [](Backend& to) {
             to.gather = [](int64_t x, int64_t dim, int64_t indices) {
                 return is_tensor(indices) && inner().dtype(indices) != 3 ? refused() : inner().gather(x, dim, indices);
             };
         },
         "D16"},
        {"embedding.int64_only", Fn::embedding, "embedding takes no whole numbers in floats for indices", Kind::errors,
         "V3", "property",
         [](Backend& to) {
             to.embedding = [](int64_t indices, int64_t weight) {
                 return is_tensor(indices) && inner().dtype(indices) != 3 ? refused()
                                                                          : inner().embedding(indices, weight);
             };
         },
         "D16"},
        {"argmax.all_of_last", Fn::argmax, "argmax of dim -1 reduces everything", Kind::shapes, "V4", "property",
         [](Backend& to) {
             to.argmax = [](int64_t x, int64_t dim, bool keepdim) {
                 if (dim != -1) return inner().argmax(x, dim, keepdim);
                 return then(inner().flatten(x), [](int64_t flat) { return inner().argmax(flat, 0, false); });
             };
         },
         "D17"},
        {"view.always_copies", Fn::view, "view copies", Kind::ownership, "H7", "property",
         after<&Backend::view, copied>, "D18"},
        {"contiguous.shares_flag", Fn::contiguous, "contiguous shares requires_grad with its argument", Kind::autograd,
         "H6", "property", sharing_flag<&Backend::contiguous>, "D19"},
        {"no_grad_begin.flat", Fn::no_grad_begin, "no_grad does not nest", Kind::autograd, "G1", "property",
         [](Backend& to) {
             to.no_grad_end = [] {
                 inner().no_grad_end();
                 if (inner().last_error_code() != 0) return;
                 while (inner().last_error_code() == 0) inner().no_grad_end();
                 inner().clear_error();
             };
         },
         "D20"},
        {"stream_query.unknown_is_idle", Fn::stream_query, "stream_query calls an unknown stream idle", Kind::lifecycle,
         "H2", "property",
         [](Backend& to) {
             to.stream_query = [](int64_t) {
                 inner().clear_error();
                 return true;
             };
         },
         "D21"},
        {"stream_sync.unknown_syncs", Fn::stream_sync, "stream_sync of an unknown stream succeeds", Kind::lifecycle,
         "H2", "property", [](Backend& to) { to.stream_sync = [](int64_t) { inner().clear_error(); }; }, "D21"},
    };
    return faults;
}

}  // namespace simple
