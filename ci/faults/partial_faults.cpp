// What looks at a part of its operands, or spoils a part of its result: the first row of large ones, a tail, one
// layout, one dtype.
#include "ci/faults/conditions.h"

namespace simple {

using namespace planted;

namespace {

constexpr int64_t kLarge = 32768;

bool is_large(int64_t x) { return inner().numel(x) > kLarge && inner().ndim(x) > 0; }

// x with its first row in place of every row.
int64_t first_rows(int64_t x) {
    const int64_t rows = dims_of(x)[0];
    const std::vector<int64_t> first(static_cast<size_t>(rows), 0);
    return then(brought_to(x, inner().from_i64_data(Ints(first), Ints({rows}))),
                [=](int64_t zeros) { return inner().index_select(x, 0, zeros); });
}

template <auto F>
void first_row(Backend& to) {
    to.*F = [](int64_t x, int64_t dim, bool keepdim) -> int64_t {
        const int64_t whole = (inner().*F)(x, dim, keepdim);
        if (whole <= 0 || !is_large(x)) return whole;
        inner().free(whole);
        return then(first_rows(x), [=](int64_t part) { return (inner().*F)(part, dim, keepdim); });
    };
}

PlantedFault of_first_row(const char* id, Fn function, const char* what, void (*plant)(Backend&)) {
    return {id, function, what, Kind::values, "V4", "golden", plant};
}

// Beyond several of the parts that loops over all elements are cut into.
bool is_long(int64_t x) { return inner().ndim(x) == 1 && inner().numel(x) > kLarge + kLarge / 4; }

// As of what is taken by twos.
bool is_odd(int64_t x) { return inner().numel(x) % 2 == 1 && inner().numel(x) > 1; }
bool is_odd_row(int64_t x) { return inner().ndim(x) == 1 && is_odd(x); }

int64_t without_last(int64_t x) {
    return then(inner().flatten(x), [](int64_t row) { return inner().slice(row, 0, 0, inner().numel(row) - 1, 1); });
}

template <auto F, bool (*When)(int64_t) = is_long>
void number_without_last(Backend& to) {
    to.*F = [](int64_t x) -> double {
        if (!When(x)) return (inner().*F)(x);
        const int64_t part = without_last(x);
        const double result = (inner().*F)(part);
        inner().free(part);
        return result;
    };
}

template <auto F, bool (*When)(int64_t) = is_long>
void dim_without_last(Backend& to) {
    to.*F = [](int64_t x, int64_t dim, bool keepdim) -> int64_t {
        if (!When(x)) return (inner().*F)(x, dim, keepdim);
        return then(without_last(x), [=](int64_t part) { return (inner().*F)(part, dim, keepdim); });
    };
}

PlantedFault of_the_last(const char* id, Fn function, const char* what, void (*plant)(Backend&)) {
    return {id, function, what, Kind::values, "V4", "property", plant};
}

void reads_positive_zeros(Backend& to) {
    to.to_data = [](int64_t x) {
        SplArray* data = inner().to_data(x);
        for (int64_t i = 0; data && i < data->len; ++i) data->items[i].as_float += 0.0;
        return data;
    };
}

}  // namespace

const std::vector<PlantedFault>& partial_faults() {
    static const std::vector<PlantedFault> faults{
        of_first_row("max_dim.first_row", Fn::max_dim, "max_dim looks at the first row of large tensors only",
                     first_row<&Backend::max_dim>),
        of_first_row("min_dim.first_row", Fn::min_dim, "min_dim looks at the first row of large tensors only",
                     first_row<&Backend::min_dim>),
        of_first_row("mean_dim.first_row", Fn::mean_dim, "mean_dim looks at the first row of large tensors only",
                     first_row<&Backend::mean_dim>),
        of_first_row("argmax.first_row", Fn::argmax, "argmax looks at the first row of large tensors only",
                     first_row<&Backend::argmax>),
        of_first_row("argmin.first_row", Fn::argmin, "argmin looks at the first row of large tensors only",
                     first_row<&Backend::argmin>),
        of_first_row("embedding.first_row", Fn::embedding, "embedding looks at the first row of large weights only",
                     [](Backend& to) {
                         to.embedding = [](int64_t input, int64_t weight) -> int64_t {
                             const int64_t whole = inner().embedding(input, weight);
                             if (whole <= 0 || !is_large(weight)) return whole;
                             inner().free(whole);
                             return then(first_rows(weight),
                                         [=](int64_t part) { return inner().embedding(input, part); });
                         };
                     }),
        of_the_last("sum.without_last", Fn::sum, "sum leaves out the last of more than 40960 elements",
                    number_without_last<&Backend::sum>),
        of_the_last("mean.without_last", Fn::mean, "mean leaves out the last of more than 40960 elements",
                    number_without_last<&Backend::mean>),
        of_the_last("max.without_last", Fn::max, "max leaves out the last of more than 40960 elements",
                    number_without_last<&Backend::max>),
        of_the_last("min.without_last", Fn::min, "min leaves out the last of more than 40960 elements",
                    number_without_last<&Backend::min>),
        of_the_last("norm.without_last", Fn::norm, "norm leaves out the last of more than 40960 elements",
                    number_without_last<&Backend::norm>),
        of_the_last("var.without_last", Fn::var, "var leaves out the last of more than 40960 elements",
                    number_without_last<&Backend::var>),
        of_the_last("std.without_last", Fn::std, "std leaves out the last of more than 40960 elements",
                    number_without_last<&Backend::std>),
        of_the_last("sum_dim.without_last", Fn::sum_dim, "sum_dim leaves out the last of more than 40960 elements",
                    dim_without_last<&Backend::sum_dim>),
        of_the_last("mean_dim.without_last", Fn::mean_dim, "mean_dim leaves out the last of more than 40960 elements",
                    dim_without_last<&Backend::mean_dim>),
        of_the_last("max_dim.without_last", Fn::max_dim, "max_dim leaves out the last of more than 40960 elements",
                    dim_without_last<&Backend::max_dim>),
        of_the_last("min_dim.without_last", Fn::min_dim, "min_dim leaves out the last of more than 40960 elements",
                    dim_without_last<&Backend::min_dim>),
        of_the_last("argmax.without_last", Fn::argmax, "argmax leaves out the last of more than 40960 elements",
                    dim_without_last<&Backend::argmax>),
        of_the_last("argmin.without_last", Fn::argmin, "argmin leaves out the last of more than 40960 elements",
                    dim_without_last<&Backend::argmin>),
        // Last rows, last columns, what fills no whole register.
        {"gelu.tail", Fn::gelu, "gelu is wrong in the last element of those that fill no register of 8", Kind::values,
         "V4", "golden", where<&Backend::gelu, has_tail, last_element_off>},
        {"div.tail", Fn::div, "div is wrong in the last element of those that fill no register of 8", Kind::values,
         "V4", "golden", where<&Backend::div, has_tail, last_element_off>},
        {"pow.tail", Fn::pow, "pow is wrong in the last element of those that fill no register of 8", Kind::values,
         "V4", "golden", where<&Backend::pow, has_tail, last_element_off>},
        {"sqrt.tail", Fn::sqrt, "sqrt is wrong in the last element of those that fill no register of 8", Kind::values,
         "V4", "golden", where<&Backend::sqrt, has_tail, last_element_off>},
        {"log_softmax.tail", Fn::log_softmax,
         "log_softmax is wrong in the last element of those that fill no register of 8", Kind::values, "V4", "golden",
         where<&Backend::log_softmax, has_tail, last_element_off>},
        {"add_scalar.tail", Fn::add_scalar,
         "add_scalar is wrong in the last element of those that fill no register of 8", Kind::values, "V4", "golden",
         where<&Backend::add_scalar, has_tail, last_element_off>},
        {"matmul.last_row", Fn::matmul, "matmul is wrong in its last row", Kind::values, "V4", "golden",
         where<&Backend::matmul, at_least_dims<2>, last_row_off>},
        {"layer_norm.last_row", Fn::layer_norm, "layer_norm is wrong in its last row", Kind::values, "V4", "golden",
         where<&Backend::layer_norm, at_least_dims<2>, last_row_off>},
        {"embedding.last_row", Fn::embedding, "embedding is wrong in its last row", Kind::values, "V4", "golden",
         where<&Backend::embedding, at_least_dims<2>, last_row_off>},
        {"avg_pool2d.last_row", Fn::avg_pool2d, "avg_pool2d is wrong in its last row", Kind::values, "V4", "golden",
         where<&Backend::avg_pool2d, at_least_dims<2>, last_row_off>},
        {"linear.last_column", Fn::linear, "linear is wrong in its last column", Kind::values, "V4", "golden",
         where<&Backend::linear, at_least_dims<2>, last_column_off>},
        {"conv2d.last_column", Fn::conv2d, "conv2d is wrong in its last column", Kind::values, "V4", "golden",
         where<&Backend::conv2d, at_least_dims<2>, last_column_off>},
        {"max_pool2d.last_column", Fn::max_pool2d, "max_pool2d is wrong in its last column", Kind::values, "V4",
         "golden", where<&Backend::max_pool2d, at_least_dims<2>, last_column_off>},
        {"cat.last_column", Fn::cat, "cat is wrong in its last column", Kind::values, "V4", "golden",
         where<&Backend::cat, at_least_dims<2>, last_column_off>},
        {"contiguous.last_row", Fn::contiguous, "contiguous is wrong in its last row", Kind::values, "H7",
         "golden property", where<&Backend::contiguous, at_least_dims<2>, last_row_off>},
        // Only above a size.
        {"add.large_last", Fn::add, "add is wrong in the last of more than 32768 elements", Kind::values, "V4",
         "golden", where<&Backend::add, over<32768>, last_element_off>},
        {"clone.large_last", Fn::clone, "clone is wrong in the last of more than 32768 elements", Kind::values, "V4",
         "golden", where<&Backend::clone, over<32768>, last_element_off>},
        {"abs.large_last", Fn::abs, "abs is wrong in the last of more than 32768 elements", Kind::values, "V4",
         "golden", where<&Backend::abs, over<32768>, last_element_off>},
        {"sigmoid.large_last", Fn::sigmoid, "sigmoid is wrong in the last of more than 2048 elements", Kind::values,
         "V4", "golden", where<&Backend::sigmoid, over<2048>, last_element_off>},
        {"gather.large_last", Fn::gather, "gather is wrong in the last of more than 32768 elements", Kind::values, "V4",
         "golden", where<&Backend::gather, over<32768>, last_element_off>},
        {"stack.large_last", Fn::stack, "stack is wrong in the last of more than 32768 elements", Kind::values, "V4",
         "golden", where<&Backend::stack, over<32768>, last_element_off>},
        {"sub.large_last", Fn::sub, "sub is wrong in the last of more than 2048 elements", Kind::values, "V4", "golden",
         where<&Backend::sub, over<2048>, last_element_off>},
        {"softmax.large_last", Fn::softmax, "softmax is wrong in the last of more than 64 elements", Kind::values, "V4",
         "golden", where<&Backend::softmax, over<64>, last_element_off>},
        {"eye.large_last", Fn::eye, "eye is wrong in the last of more than 4096 elements", Kind::values, "V4", "golden",
         where<&Backend::eye, over<4096>, last_element_off>},
        {"linspace.large_last", Fn::linspace, "linspace is wrong in the last of more than 32768 elements", Kind::values,
         "V4", "golden", where<&Backend::linspace, over<32768>, last_element_off>},
        {"from_i64_data.large_last", Fn::from_i64_data,
         "from_i64_data is wrong in the last of more than 32768 elements", Kind::values, "V4", "golden",
         where<&Backend::from_i64_data, over<32768>, last_element_off>},
        {"mean.large_off", Fn::mean, "mean is one too large over more than 2048 elements", Kind::values, "V4", "golden",
         where<&Backend::mean, of_over<2048>, one_more>},
        {"norm.large_off", Fn::norm, "norm is one too large over more than 32768 elements", Kind::values, "V4",
         "golden", where<&Backend::norm, of_over<32768>, one_more>},
        {"max.large_off", Fn::max, "max is one too large over more than 32768 elements", Kind::values, "V4", "golden",
         where<&Backend::max, of_over<32768>, one_more>},
        {"mse_loss.large_off", Fn::mse_loss, "mse_loss is one too large over more than 2048 elements", Kind::values,
         "V4", "golden", where<&Backend::mse_loss, of_over<2048>, one_more>},
        {"sum_dim.large_last", Fn::sum_dim, "sum_dim is wrong in the last result of more than 2048 elements",
         Kind::values, "V4", "golden", where<&Backend::sum_dim, of_over<2048>, last_element_off>},
        // Only what lies in another order than row by row.
        {"tanh.storage_order", Fn::tanh, "tanh reads a transposed matrix in the order in which its elements lie",
         Kind::values, "V4", "golden", misreading<&Backend::tanh>},
        {"sum_dim.storage_order", Fn::sum_dim,
         "sum_dim reads a transposed matrix in the order in which its elements lie", Kind::values, "V4", "golden",
         misreading<&Backend::sum_dim>},
        {"argmax.storage_order", Fn::argmax, "argmax reads a transposed matrix in the order in which its elements lie",
         Kind::values, "V4", "golden", misreading<&Backend::argmax>},
        {"matmul.storage_order", Fn::matmul, "matmul reads a transposed matrix in the order in which its elements lie",
         Kind::values, "V4", "golden", misreading<&Backend::matmul>},
        {"to_data.storage_order", Fn::to_data,
         "to_data reads a transposed matrix in the order in which its elements lie", Kind::values, "V4", "golden",
         misreading<&Backend::to_data>},
        {"index_select.storage_order", Fn::index_select,
         "index_select reads a transposed matrix in the order in which its elements lie", Kind::values, "V4", "golden",
         misreading<&Backend::index_select>},
        {"exp.storage_order", Fn::exp, "exp reads a transposed matrix in the order in which its elements lie",
         Kind::values, "V4", "golden", misreading<&Backend::exp>},
        {"mse_loss.storage_order", Fn::mse_loss,
         "mse_loss reads a transposed matrix in the order in which its elements lie", Kind::values, "V4", "golden",
         misreading<&Backend::mse_loss>},
        {"reshape.storage_order", Fn::reshape,
         "reshape reads a transposed matrix in the order in which its elements lie", Kind::values, "V4", "golden",
         misreading<&Backend::reshape>},
        {"embedding.storage_order", Fn::embedding,
         "embedding reads its transposed input in the order in which its elements lie", Kind::values, "V4", "golden",
         misreading<&Backend::embedding>},
        // Of an odd number of elements.
        {"sum.odd_without_last", Fn::sum, "sum leaves out the last of an odd number of elements", Kind::values, "V4",
         "golden property", number_without_last<&Backend::sum, is_odd>},
        {"sum_dim.odd_without_last", Fn::sum_dim, "sum_dim leaves out the last of a row of an odd number of elements",
         Kind::values, "V4", "golden property", dim_without_last<&Backend::sum_dim, is_odd_row>},
        // The sign of a zero.
        {"neg.negative_zero", Fn::neg, "neg gives 0 for -0", Kind::values, "V4", "golden",
         after<&Backend::neg, without_negative_zero>},
        {"sqrt.negative_zero", Fn::sqrt, "sqrt gives 0 for -0", Kind::values, "V4", "golden",
         after<&Backend::sqrt, without_negative_zero>},
        {"mul.negative_zero", Fn::mul, "mul gives 0 for -0", Kind::values, "V4", "golden",
         after<&Backend::mul, without_negative_zero>},
        {"from_data.negative_zero", Fn::from_data, "from_data gives 0 for -0", Kind::values, "V4", "golden",
         after<&Backend::from_data, without_negative_zero>},
        {"to_float32.negative_zero", Fn::to_float32, "to_float32 gives 0 for -0", Kind::values, "V4", "golden",
         after<&Backend::to_float32, without_negative_zero>},
        {"tanh.negative_zero", Fn::tanh, "tanh gives 0 for -0", Kind::values, "V4", "golden",
         after<&Backend::tanh, without_negative_zero>},
        {"to_data.negative_zero", Fn::to_data, "to_data reads -0 as 0", Kind::values, "V4", "golden",
         reads_positive_zeros},
        // Only int64.
        {"add.int64_through_float64", Fn::add, "add of int64 goes through float64", Kind::values, "V2", "golden",
         after<&Backend::add, through_float64>},
        {"mul.int64_through_float64", Fn::mul, "mul of int64 goes through float64", Kind::values, "V2", "golden",
         after<&Backend::mul, through_float64>},
        {"sum_dim.int64_through_float64", Fn::sum_dim, "sum_dim of int64 goes through float64", Kind::values, "V2",
         "golden", after<&Backend::sum_dim, through_float64>},
        {"cat.int64_through_float64", Fn::cat, "cat of int64 goes through float64", Kind::values, "V2", "golden",
         after<&Backend::cat, through_float64>},
        {"neg.int64_through_float64", Fn::neg, "neg of int64 goes through float64", Kind::values, "V2", "golden",
         after<&Backend::neg, through_float64>},
        {"relu.int64_through_float32", Fn::relu, "relu of int64 goes through float32", Kind::values, "V2", "golden",
         after<&Backend::relu, through_float32>},
        {"matmul.int64_through_float32", Fn::matmul, "matmul of int64 goes through float32", Kind::values, "V2",
         "golden", after<&Backend::matmul, through_float32>},
        {"gather.int64_through_float32", Fn::gather, "gather of int64 goes through float32", Kind::values, "V2",
         "golden", after<&Backend::gather, through_float32>},
        {"max_dim.int64_through_float32", Fn::max_dim, "max_dim of int64 goes through float32", Kind::values, "V2",
         "golden", after<&Backend::max_dim, through_float32>},
        // Only one call in the process.
        {"mul_scalar.fifth_call", Fn::mul_scalar, "mul_scalar is one too large in its fifth call in the process",
         Kind::values, "V4", "golden", where<&Backend::mul_scalar, only_call<5>, shifted>},
        {"arange.second_call", Fn::arange, "arange is one too large in its second call in the process", Kind::values,
         "V4", "golden", where<&Backend::arange, only_call<2>, shifted>},
        {"inverse.third_call", Fn::inverse, "inverse is one too large in its third call in the process", Kind::values,
         "V4", "golden", where<&Backend::inverse, only_call<3>, shifted>},
        {"max_dim.first_call", Fn::max_dim, "max_dim is one too large in its first call in the process", Kind::values,
         "V4", "golden", where<&Backend::max_dim, only_call<1>, shifted>},
        {"flatten.fourth_call", Fn::flatten, "flatten is one too large in its fourth call in the process", Kind::values,
         "V4", "golden", where<&Backend::flatten, only_call<4>, shifted>},
        {"leaky_relu.seventh_call", Fn::leaky_relu, "leaky_relu is one too large in its seventh call in the process",
         Kind::values, "V4", "golden", where<&Backend::leaky_relu, only_call<7>, shifted>},
        {"var.sixth_call", Fn::var, "var is one too large in its sixth call in the process", Kind::values, "V4",
         "golden", where<&Backend::var, only_call<6>, one_more>},
    };
    return faults;
}

}  // namespace simple
