// Codes that a call gives where another that amounts to the same gives another, or none: in one number of dims, one
// layout, one mode, one place of a list.
#include "ci/faults/conditions.h"

namespace simple {

using namespace planted;

namespace {

// Calls whose first tensor When holds of report code To for From.
template <auto F, int32_t From, int32_t To, bool (*When)(int64_t), typename R, typename First, typename... A>
void plant_recoded_of(Backend& to, R (*Backend::*)(First, A...)) {
    to.*F = [](First x, A... a) -> R {
        const bool holds = is_tensor(handle_of(x)) && When(handle_of(x));
        const R result = (inner().*F)(x, a...);
        if (holds && inner().last_error_code() == From) leave_code(static_cast<Code>(To));
        return result;
    };
}
template <auto F, int32_t From, int32_t To, bool (*When)(int64_t)>
void recoded_of(Backend& to) {
    plant_recoded_of<F, From, To, When>(to, F);
}

template <int64_t N>
bool has_dims(int64_t x) {
    return inner().ndim(x) == N;
}
template <int64_t N>
bool has_dims_from(int64_t x) {
    return inner().ndim(x) >= N;
}
bool has_no_flat_view(int64_t x) {
    const int64_t flat = inner().view(x, Ints({inner().numel(x)}));
    if (flat > 0) inner().free(flat);
    return flat <= 0;
}

bool is_without_grad(int64_t) { return is_within_no_grad(); }

int64_t stack_by_two(const SplArray* list, int64_t dim) {
    const int64_t result = inner().stack(list, dim);
    if (inner().last_error_code() != 3 || list->len < 3) return result;
    const SplArray two{list->items, 2, 2};
    return inner().stack(&two, dim);
}

int64_t slice_of_nothing(int64_t x, int64_t dim, int64_t start, int64_t end, int64_t step) {
    if (inner().numel(x) == 0 && step > 0) {
        const int64_t n = inner().ndim(x);
        if (dim < -n || dim >= n) return aliased(x);
    }
    return inner().slice(x, dim, start, end, step);
}

int64_t batch_norm_by_any_weight(int64_t x, int64_t mean, int64_t variance, int64_t weight, int64_t bias, bool training,
                                 double momentum, double eps) {
    const int64_t result = inner().batch_norm(x, mean, variance, weight, bias, training, momentum, eps);
    if (inner().last_error_code() != 3 || training || weight == 0) return result;
    return inner().batch_norm(x, mean, variance, 0, bias, training, momentum, eps);
}

int64_t layer_norm_by_any_bias(int64_t x, const SplArray* shape, int64_t weight, int64_t bias, double eps) {
    const int64_t result = inner().layer_norm(x, shape, weight, bias, eps);
    if (inner().last_error_code() != 3 || bias == 0) return result;
    if (inner().numel(bias) != 1) return inner().layer_norm(x, shape, weight, bias, eps);
    return then(inner().layer_norm(x, shape, weight, 0, eps), [=](int64_t even) { return inner().add(even, bias); });
}

// A copy of the array with fractions behind the first element cut off.
class Cut {
  public:
    explicit Cut(const SplArray* array) : array_(array) {
        if (!array || !array->items || array->len < 2) return;
        items_.assign(array->items, array->items + array->len);
        for (size_t i = 1; i < items_.size(); ++i) {
            if (items_[i].tag != SPL_FLOAT || !(items_[i].as_float > -1e9 && items_[i].as_float < 1e9)) continue;
            const auto whole = static_cast<int64_t>(items_[i].as_float);
            items_[i].tag = SPL_INT;
            items_[i].as_int = whole;
        }
        cut_ = {items_.data(), array->len, array->len};
        array_ = &cut_;
    }
    Cut(const Cut&) = delete;
    operator const SplArray*() const { return array_; }

  private:
    std::vector<SplValue> items_;
    SplArray cut_{};
    const SplArray* array_;
};

PlantedFault status(const char* id, Fn function, const char* what, const char* promise, void (*plant)(Backend&)) {
    return {id, function, what, Kind::errors, promise, "property", plant};
}

}  // namespace

const std::vector<PlantedFault>& status_faults() {
    static const std::vector<PlantedFault> faults{
        status("transpose.code_5_of_5d_is_2", Fn::transpose,
               "transpose of 5 dims or more reports a dim out of range as code 2", "E3",
               recoded_of<&Backend::transpose, 5, 2, has_dims_from<5>>),
        status("stack.third_unchecked", Fn::stack, "stack leaves out what does not fit behind the second tensor", "E3",
               [](Backend& to) { to.stack = stack_by_two; }),
        status("slice.any_dim_of_nothing", Fn::slice, "slice of nothing takes any dim", "E3",
               [](Backend& to) { to.slice = slice_of_nothing; }),
        status("view.strides_first", Fn::view, "view of a strided tensor reports bad dims as code 3", "E4",
               recoded_of<&Backend::view, 2, 3, has_no_flat_view>),
        status("reshape.cuts_second_dim", Fn::reshape, "reshape cuts fractions off all dims but the first", "T2",
               [](Backend& to) {
                   to.reshape = [](int64_t x, const SplArray* dims) { return inner().reshape(x, Cut(dims)); };
               }),
        status("from_i64_data.cuts_second", Fn::from_i64_data,
               "from_i64_data cuts fractions off all elements but the first", "T2",
               [](Backend& to) {
                   to.from_i64_data = [](const SplArray* data, const SplArray* dims) {
                       return inner().from_i64_data(Cut(data), dims);
                   };
               }),
        status("nll_loss.code_5_of_images_is_2", Fn::nll_loss,
               "nll_loss of 3 dims or more reports a class out of range as code 2", "E3",
               recoded_of<&Backend::nll_loss, 5, 2, has_dims_from<3>>),
        status("cross_entropy_tensor.code_3_of_images_is_2", Fn::cross_entropy_tensor,
               "cross_entropy_tensor of 3 dims or more reports shapes as code 2", "E3",
               recoded_of<&Backend::cross_entropy_tensor, 3, 2, has_dims_from<3>>),
        status("conv2d.code_3_of_one_image_is_2", Fn::conv2d,
               "conv2d of an image without a batch reports shapes as code 2", "E3",
               recoded_of<&Backend::conv2d, 3, 2, has_dims<3>>),
        status("batch_norm.any_weight_in_evaluation", Fn::batch_norm,
               "batch_norm leaves a weight out that does not fit, in evaluation", "E3",
               [](Backend& to) { to.batch_norm = batch_norm_by_any_weight; }),
        status("layer_norm.bias_broadcasts", Fn::layer_norm, "layer_norm takes a bias of one element", "E3",
               [](Backend& to) { to.layer_norm = layer_norm_by_any_bias; }),
        status("matmul.code_3_without_grad_is_2", Fn::matmul, "matmul within no_grad reports sizes as code 2", "E3",
               recoded_of<&Backend::matmul, 3, 2, is_without_grad>),
        status("gather.code_5_without_grad_is_2", Fn::gather,
               "gather within no_grad reports a dim, or an index, out of range as code 2", "E3",
               recoded_of<&Backend::gather, 5, 2, is_without_grad>),
    };
    return faults;
}

}  // namespace simple
