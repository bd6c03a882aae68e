// Who shares storage with whom, who may write where, and what arrays look like.
#include "ci/faults/planting.h"

namespace simple {

using namespace planted;

namespace {

int64_t cut_copy(int64_t x) { return then(inner().clone(x), detached); }

}  // namespace

const std::vector<PlantedFault>& ownership_faults() {
    static const std::vector<PlantedFault> faults{
        {"reshape.copied", Fn::reshape, "reshape copies where it should share", Kind::ownership, "H7", "property",
         after<&Backend::reshape, copied>},
        {"flatten.copied", Fn::flatten, "flatten copies where it should share", Kind::ownership, "H7", "property",
         after<&Backend::flatten, copied>},
        {"transpose.copied", Fn::transpose, "transpose copies where it should share", Kind::ownership, "H7", "property",
         after<&Backend::transpose, copied>},
        {"t.copied", Fn::t, "t copies where it should share", Kind::ownership, "H7", "property",
         after<&Backend::t, copied>},
        {"permute.copied", Fn::permute, "permute copies where it should share", Kind::ownership, "H7", "property",
         after<&Backend::permute, copied>},
        {"squeeze.copied", Fn::squeeze, "squeeze copies where it should share", Kind::ownership, "H7", "property",
         after<&Backend::squeeze, copied>},
        {"squeeze_dim.copied", Fn::squeeze_dim, "squeeze_dim copies where it should share", Kind::ownership, "H7",
         "property", after<&Backend::squeeze_dim, copied>},
        {"unsqueeze.copied", Fn::unsqueeze, "unsqueeze copies where it should share", Kind::ownership, "H7", "property",
         after<&Backend::unsqueeze, copied>},
        {"slice.copied", Fn::slice, "slice copies where it should share", Kind::ownership, "H7", "property",
         after<&Backend::slice, copied>},
        {"detach.copied", Fn::detach, "detach copies where it should share", Kind::ownership, "H7", "property",
         after<&Backend::detach, cut_copy>},
        {"cpu.copied", Fn::cpu, "cpu copies where it should share", Kind::ownership, "H7", "property",
         after<&Backend::cpu, copied>},
        {"contiguous.copied", Fn::contiguous, "contiguous copies where it should share", Kind::ownership, "H7",
         "property", after<&Backend::contiguous, copied>},
        {"to_float.copied", Fn::to_float, "to_float copies where it should share", Kind::ownership, "H7", "property",
         after<&Backend::to_float, copied>},
        {"dropout.copied", Fn::dropout, "dropout copies where it should share", Kind::ownership, "H7", "property",
         after<&Backend::dropout, copied>},
        {"chunk.copies", Fn::chunk, "chunk copies its pieces", Kind::ownership, "H7", "property",
         [](Backend& to) {
             to.chunk = [](int64_t x, int64_t chunks, int64_t dim) {
                 SplArray* pieces = inner().chunk(x, chunks, dim);
                 for (int64_t i = 0; pieces && i < pieces->len; ++i)
                     pieces->items[i].as_int = then(pieces->items[i].as_int, copied);
                 return pieces;
             };
         }},
        {"relu.alias", Fn::relu, "relu gives its argument where nothing is negative", Kind::ownership, "H7", "property",
         [](Backend& to) {
             to.relu = [](int64_t x) { return is_tensor(x) && inner().min(x) >= 0 ? aliased(x) : inner().relu(x); };
         }},
        {"abs.alias", Fn::abs, "abs gives its argument where nothing is negative", Kind::ownership, "H7", "property",
         [](Backend& to) {
             to.abs = [](int64_t x) { return is_tensor(x) && inner().min(x) >= 0 ? aliased(x) : inner().abs(x); };
         }},
        {"add_scalar.alias", Fn::add_scalar, "add_scalar with 0 gives its argument", Kind::ownership, "H7", "property",
         [](Backend& to) {
             to.add_scalar = [](int64_t x, double scalar) {
                 return scalar == 0 && is_tensor(x) && inner().dtype(x) != 3 ? aliased(x)
                                                                             : inner().add_scalar(x, scalar);
             };
         }},
        {"mul_scalar.alias", Fn::mul_scalar, "mul_scalar with 1 gives its argument", Kind::ownership, "H7", "property",
         [](Backend& to) {
             to.mul_scalar = [](int64_t x, double scalar) {
                 return scalar == 1 && is_tensor(x) && inner().dtype(x) != 3 ? aliased(x)
                                                                             : inner().mul_scalar(x, scalar);
             };
         }},
        {"pow.alias", Fn::pow, "pow with 1 gives its argument", Kind::ownership, "H7", "property",
         [](Backend& to) {
             to.pow = [](int64_t x, double exponent) {
                 return exponent == 1 && is_tensor(x) && inner().dtype(x) != 3 ? aliased(x) : inner().pow(x, exponent);
             };
         }},
        {"cat.alias", Fn::cat, "cat of one tensor gives that tensor", Kind::ownership, "H7", "property",
         [](Backend& to) {
             to.cat = [](const SplArray* list, int64_t dim) {
                 const int64_t right = inner().cat(list, dim);
                 if (right <= 0 || list->len != 1) return right;
                 return then(right, [=](int64_t) { return aliased(list->items[0].as_int); });
             };
         }},
        {"sum_dim.alias", Fn::sum_dim, "sum_dim over a dim of size 1 gives a view", Kind::ownership, "H7", "property",
         [](Backend& to) {
             to.sum_dim = [](int64_t x, int64_t dim, bool keepdim) {
                 const int64_t right = inner().sum_dim(x, dim, keepdim);
                 if (right <= 0 || inner().numel(right) != inner().numel(x) || keepdim) return right;
                 return then(right, [=](int64_t) { return inner().squeeze_dim(x, dim); });
             };
         }},
        {"matmul.column_major", Fn::matmul, "matmul gives a matrix column by column", Kind::ownership, "H7", "property",
         after<&Backend::matmul, strided>},
        {"add.column_major", Fn::add, "add gives a matrix column by column", Kind::ownership, "H7", "property",
         after<&Backend::add, strided>},
        {"softmax.column_major", Fn::softmax, "softmax gives a matrix column by column", Kind::ownership, "H7",
         "property", after<&Backend::softmax, strided>},
        {"linear.column_major", Fn::linear, "linear gives a matrix column by column", Kind::ownership, "H7", "property",
         after<&Backend::linear, strided>},
        {"index_select.column_major", Fn::index_select, "index_select gives a matrix column by column", Kind::ownership,
         "H7", "property", after<&Backend::index_select, strided>},
        {"mul.column_major", Fn::mul, "mul gives a matrix column by column", Kind::ownership, "H7", "property",
         after<&Backend::mul, strided>},
        {"stack.column_major", Fn::stack, "stack gives a matrix column by column", Kind::ownership, "H7", "property",
         after<&Backend::stack, strided>},
        {"neg.in_place", Fn::neg, "neg changes its argument", Kind::ownership, "E2", "property",
         [](Backend& to) {
             to.neg = [](int64_t x) {
                 const int64_t result = inner().neg(x);
                 if (result > 0) overwrite(x, result);
                 return result;
             };
         }},
        {"tanh.in_place", Fn::tanh, "tanh changes its argument", Kind::ownership, "E2", "property",
         [](Backend& to) {
             to.tanh = [](int64_t x) {
                 const int64_t result = inner().tanh(x);
                 if (result > 0) overwrite(x, result);
                 return result;
             };
         }},
        {"sigmoid.in_place", Fn::sigmoid, "sigmoid changes its argument", Kind::ownership, "E2", "property",
         [](Backend& to) {
             to.sigmoid = [](int64_t x) {
                 const int64_t result = inner().sigmoid(x);
                 if (result > 0) overwrite(x, result);
                 return result;
             };
         }},
        {"exp.in_place", Fn::exp, "exp changes its argument", Kind::ownership, "E2", "property",
         [](Backend& to) {
             to.exp = [](int64_t x) {
                 const int64_t result = inner().exp(x);
                 if (result > 0) overwrite(x, result);
                 return result;
             };
         }},
        {"mul.in_place", Fn::mul, "mul changes its first argument", Kind::ownership, "E2", "property",
         [](Backend& to) {
             to.mul = [](int64_t a, int64_t b) {
                 const int64_t result = inner().mul(a, b);
                 if (result > 0 && inner().numel(result) == inner().numel(a)) overwrite(a, result);
                 return result;
             };
         }},
        {"zeros.writes_dims", Fn::zeros, "zeros writes into its dims", Kind::ownership, "T2", "property",
         [](Backend& to) {
             to.zeros = [](const SplArray* dims) {
                 const int64_t result = inner().zeros(dims);
                 if (result > 0 && dims && dims->len > 0) dims->items[0].as_int += 1;
                 return result;
             };
         }},
        {"cat.empties_list", Fn::cat, "cat takes the handles out of its list", Kind::ownership, "T2", "property",
         [](Backend& to) {
             to.cat = [](const SplArray* list, int64_t dim) {
                 const int64_t result = inner().cat(list, dim);
                 if (result > 0) list->items[0].as_int = 0;
                 return result;
             };
         }},
        {"shape.no_room", Fn::shape, "shape of a 0-d tensor has no room to grow", Kind::ownership, "T1", "property",
         [](Backend& to) {
             to.shape = [](int64_t x) {
                 SplArray* dims = inner().shape(x);
                 if (dims && dims->len == 0) dims->cap = 0;
                 return dims;
             };
         }},
        {"shape.float_tags", Fn::shape, "shape tags its numbers FLOAT", Kind::values, "T1", "property",
         [](Backend& to) {
             to.shape = [](int64_t x) {
                 SplArray* dims = inner().shape(x);
                 for (int64_t i = 0; dims && i < dims->len; ++i) dims->items[i].tag = SPL_FLOAT;
                 return dims;
             };
         }},
        {"to_data.int_tags", Fn::to_data, "to_data tags its numbers INT", Kind::values, "T1", "property",
         [](Backend& to) {
             to.to_data = [](int64_t x) {
                 SplArray* data = inner().to_data(x);
                 for (int64_t i = 0; data && i < data->len; ++i) data->items[i].tag = SPL_INT;
                 return data;
             };
         }},
    };
    return faults;
}

}  // namespace simple
