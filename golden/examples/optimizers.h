/* Optimizers written on the C functions alone. Each step takes a parameter's gradient and puts a new leaf in the
 * parameter's place; what the optimizer remembers of the parameter is kept in tensors of its shape. All are float64. */
#ifndef OPTIMIZERS_H
#define OPTIMIZERS_H

#include <stdint.h>

/* Zeros of the parameter's shape; kept. */
int64_t zeros_like(int64_t parameter);

/* Gradient descent with momentum: velocity <- momentum * velocity + gradient; parameter <- parameter - rate * velocity.
 */
typedef struct Sgd {
    double rate, momentum;
} Sgd;
void sgd_step(const Sgd* sgd, int64_t* parameter, int64_t* velocity);

/* Adam (Kingma, Ba 2015, algorithm 1): step counts from 1. */
typedef struct Adam {
    double rate, beta1, beta2, epsilon;
} Adam;
void adam_step(const Adam* adam, int step, int64_t* parameter, int64_t* first_moment, int64_t* second_moment);

#endif
