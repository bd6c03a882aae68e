#include "golden/examples/optimizers.h"

#include <math.h>

#include "golden/examples/example.h"

/* The tensors of a step are made between kept() and release(), which frees all but those that replaced older ones. */

int64_t zeros_like(int64_t parameter) { return keep(rt_torch_torchtensor_mul_scalar(parameter, 0)); }

/* decay * old + scale * tensor in the place of old. */
static void average(int64_t* old, double decay, int64_t tensor, double scale) {
    const int64_t part = keep(rt_torch_torchtensor_mul_scalar(tensor, scale));
    const int64_t rest = keep(rt_torch_torchtensor_mul_scalar(*old, decay));
    replace(old, keep(rt_torch_torchtensor_add(rest, part)));
}

/* parameter - rate * direction as a new leaf in the place of parameter. */
static void descend_along(int64_t* parameter, int64_t direction, double rate) {
    const int64_t change = keep(rt_torch_torchtensor_mul_scalar(direction, rate));
    replace(parameter, keep(rt_torch_torchtensor_sub(*parameter, change)));
}

static void renew_leaf(int64_t parameter) {
    rt_torch_autograd_set_requires_grad(parameter, true);
    check();
}

void sgd_step(const Sgd* sgd, int64_t* parameter, int64_t* velocity) {
    const size_t mark = kept();
    const int64_t gradient = keep(rt_torch_autograd_grad(*parameter));
    rt_torch_autograd_no_grad_begin();
    average(velocity, sgd->momentum, gradient, 1);
    descend_along(parameter, *velocity, sgd->rate);
    rt_torch_autograd_no_grad_end();
    renew_leaf(*parameter);
    release(mark);
}

void adam_step(const Adam* adam, int step, int64_t* parameter, int64_t* first_moment, int64_t* second_moment) {
    const size_t mark = kept();
    const int64_t gradient = keep(rt_torch_autograd_grad(*parameter));
    rt_torch_autograd_no_grad_begin();
    average(first_moment, adam->beta1, gradient, 1 - adam->beta1);
    const int64_t squares = keep(rt_torch_torchtensor_mul(gradient, gradient));
    average(second_moment, adam->beta2, squares, 1 - adam->beta2);
    const int64_t mean = keep(rt_torch_torchtensor_mul_scalar(*first_moment, 1 / (1 - pow(adam->beta1, step))));
    const int64_t square = keep(rt_torch_torchtensor_mul_scalar(*second_moment, 1 / (1 - pow(adam->beta2, step))));
    const int64_t root = keep(rt_torch_torchtensor_sqrt(square));
    const int64_t divisor = keep(rt_torch_torchtensor_add_scalar(root, adam->epsilon));
    descend_along(parameter, keep(rt_torch_torchtensor_div(mean, divisor)), adam->rate);
    rt_torch_autograd_no_grad_end();
    renew_leaf(*parameter);
    release(mark);
}
