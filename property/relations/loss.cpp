// Relations of losses.
#include "property/relations/expressions.h"

namespace simple::property {

namespace {

int64_t class_dim(Trial& t, const Arguments& a) { return t.count(Fn::ndim, a[0]) > 1 ? 1 : 0; }

void no_probabilities(const Arguments& a) {
    if (a.all_live() && a.dtype(1) != DType::i64 && a.tensor(0)->dims == a.tensor(1)->dims)
        throw Unrelated("a target of probabilities");
}

Expression of_log_softmax(Fn nll) {
    return [=](Trial& t, const Arguments& a) -> Result {
        no_probabilities(a);
        const Value logs = t(Fn::log_softmax, a[0], class_dim(t, a));
        if (function(nll).result == Type::f64) return t.value(nll, logs, a[1]);
        return t(nll, logs, a[1]);
    };
}

Dims without_classes(const Arguments& a) {
    Dims dims = a.tensor(0)->dims;
    dims.erase(dims.begin() + (dims.size() == 1 ? 0 : 1));
    return dims;
}

Result mean_of_picked(Trial& t, const Arguments& a) {
    const int64_t dim = class_dim(t, a);
    const Value picked = t(Fn::gather, a[0], dim, t(Fn::unsqueeze, a[1], dim));
    return t(Fn::neg, t(Fn::mean_dim, t(Fn::flatten, picked), 0, false));
}

Expression number_of(Fn tensor) {
    return [=](Trial& t, const Arguments& a) -> Result { return t.data(t(tensor, a[0], a[1]))[0]; };
}

const Beyond kNoClasses{"each element but the classes has one target",
                        [](const Arguments& a) {
                            return a.dtype(0) != DType::i64 &&
                                   (a.ndim(0) == 0 || a.tensor(1)->dims != without_classes(a));
                        },
                        Code::shape};

}  // namespace

Relations loss_relations() {
    return {
        {Fn::cross_entropy,
         "is-nll-loss-of-log-softmax",
         {Fn::nll_loss, Fn::log_softmax},
         Agreement::close,
         of_log_softmax(Fn::nll_loss)},
        {Fn::cross_entropy_tensor,
         "is-nll-loss-of-log-softmax",
         {Fn::nll_loss_tensor, Fn::log_softmax},
         Agreement::close,
         of_log_softmax(Fn::nll_loss_tensor)},
        {Fn::nll_loss_tensor,
         "is-mean-of-what-gather-picks",
         {Fn::gather, Fn::mean_dim, Fn::neg},
         Agreement::close,
         mean_of_picked,
         {kNoClasses}},
        {Fn::mse_loss_tensor,
         "is-mean-of-squared-difference",
         {Fn::sub, Fn::mul, Fn::mean_dim},
         Agreement::close,
         [](Trial& t, const Arguments& a) -> Result {
             const Value off = t(Fn::sub, a[0], a[1]);
             return t(Fn::mean_dim, t(Fn::flatten, t(Fn::mul, off, off)), 0, false);
         }},
        {Fn::mse_loss, "is-its-tensor-form", {Fn::mse_loss_tensor}, Agreement::close, number_of(Fn::mse_loss_tensor)},
        {Fn::cross_entropy,
         "is-its-tensor-form",
         {Fn::cross_entropy_tensor},
         Agreement::close,
         number_of(Fn::cross_entropy_tensor)},
        {Fn::nll_loss, "is-its-tensor-form", {Fn::nll_loss_tensor}, Agreement::close, number_of(Fn::nll_loss_tensor)},
        {Fn::binary_cross_entropy,
         "is-its-tensor-form",
         {Fn::binary_cross_entropy_tensor},
         Agreement::close,
         number_of(Fn::binary_cross_entropy_tensor)},
    };
}

}  // namespace simple::property
