/* Trains a small network with the optimizers of optimizers.h and follows NumPy's trajectory (trajectories.py), step by
 * step.
 *
 * usage: trajectories FILE. A line of FILE is an optimizer, a step, the loss before the step and all parameters after
 * it. Exits with 1 at the first number that is farther from the recorded one than kLimit. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "golden/examples/example.h"
#include "golden/examples/optimizers.h"

enum {
    SAMPLES = 5,
    INPUTS = 3,
    HIDDEN = 2,
    PARAMETERS = 4,
    NUMBERS = HIDDEN * INPUTS + HIDDEN + HIDDEN + 1
};
static const size_t kSizes[PARAMETERS] = {HIDDEN * INPUTS, HIDDEN, HIDDEN, 1};
static const double kLimit = 1e-12; /* relative, and absolute below 1: some hundred roundings of float64 */
static const Sgd kSgd = {0.1, 0.9};
static const Adam kAdam = {0.05, 0.9, 0.999, 1e-8};

typedef struct Training {
    int64_t inputs, targets;
    int64_t parameters[PARAMETERS]; /* weight and bias of the hidden layer, then of the output */
    int64_t first[PARAMETERS], second[PARAMETERS];
} Training;

static int64_t leaf(const double* numbers, size_t count, const SplArray* dims) {
    const int64_t tensor = tensor_f64(numbers, count, dims);
    rt_torch_autograd_set_requires_grad(tensor, true);
    check();
    return tensor;
}

static void begin(Training* t) {
    static const double inputs[] = {0.5, -1, 0.25, 1.5, 0.75, -0.5, -1.25, 0.5, 1, 0, -0.75, 1.25, 1, 1, -1};
    static const double targets[] = {0.5, -0.25, 1, 0.75, -1};
    static const double weight1[] = {0.5, -0.25, 0.125, -0.375, 0.75, 0.25}, bias1[] = {0, 0.125};
    static const double weight2[] = {0.625, -0.5}, bias2[] = {0.25};
    t->inputs = tensor_f64(inputs, SAMPLES * INPUTS, INTS(SAMPLES, INPUTS));
    t->targets = tensor_f64(targets, SAMPLES, INTS(SAMPLES, 1));
    t->parameters[0] = leaf(weight1, kSizes[0], INTS(HIDDEN, INPUTS));
    t->parameters[1] = leaf(bias1, kSizes[1], INTS(HIDDEN));
    t->parameters[2] = leaf(weight2, kSizes[2], INTS(1, HIDDEN));
    t->parameters[3] = leaf(bias2, kSizes[3], INTS(1));
    rt_torch_autograd_no_grad_begin();
    for (int i = 0; i < PARAMETERS; ++i) {
        t->first[i] = zeros_like(t->parameters[i]);
        t->second[i] = zeros_like(t->parameters[i]);
    }
    rt_torch_autograd_no_grad_end();
}

/* The loss before the step. */
static double advance(Training* t, const char* optimizer, int step) {
    const size_t mark = kept();
    const int64_t hidden =
        keep(rt_torch_torchtensor_tanh(keep(rt_torch_nn_linear(t->inputs, t->parameters[0], t->parameters[1]))));
    const int64_t output = keep(rt_torch_nn_linear(hidden, t->parameters[2], t->parameters[3]));
    const int64_t loss = keep(rt_torch_nn_mse_loss_tensor(output, t->targets));
    const double value = rt_torch_torchtensor_sum(loss);
    check();
    rt_torch_autograd_backward(loss);
    check();
    for (int i = 0; i < PARAMETERS; ++i) {
        if (strcmp(optimizer, "sgd") == 0)
            sgd_step(&kSgd, &t->parameters[i], &t->first[i]);
        else
            adam_step(&kAdam, step, &t->parameters[i], &t->first[i], &t->second[i]);
    }
    release(mark);
    return value;
}

static void compare(const char* optimizer, int step, const char* what, double got, double expected, double* farthest) {
    const double distance = fabs(got - expected) / fmax(1, fabs(expected));
    if (!(distance <= kLimit)) {
        fprintf(stderr, "%s, step %d, %s: got %.17g, expected %.17g\n", optimizer, step, what, got, expected);
        fail("the trajectory is left");
    }
    *farthest = fmax(*farthest, distance);
}

/* Reads one line's numbers and compares them with the step's; 0 at the end of the file. */
static int follow(FILE* file, Training* t, char* optimizer, double* farthest) {
    char name[8];
    int step;
    double expected;
    if (fscanf(file, "%7s %d %lf", name, &step, &expected) != 3) return 0;
    if (strcmp(name, optimizer) != 0) {
        release(0);
        begin(t);
        strcpy(optimizer, name);
    }
    compare(name, step, "loss", advance(t, name, step), expected, farthest);
    for (int i = 0; i < PARAMETERS; ++i) {
        double numbers[NUMBERS];
        read_elements(t->parameters[i], numbers, kSizes[i]);
        for (size_t k = 0; k < kSizes[i]; ++k) {
            if (fscanf(file, "%lf", &expected) != 1) fail("a line is too short");
            compare(name, step, "parameter", numbers[k], expected, farthest);
        }
    }
    return 1;
}

int main(int count, char** arguments) {
    if (!rt_torch_available()) {
        printf("⚠ PyTorch not available\n");
        return 0;
    }
    FILE* file = count == 2 ? fopen(arguments[1], "r") : NULL;
    if (!file) fail("usage: trajectories FILE");
    Training training;
    char optimizer[8] = "";
    double farthest = 0;
    int steps = 0;
    while (follow(file, &training, optimizer, &farthest)) ++steps;
    fclose(file);
    if (steps == 0) fail("the file holds no step");
    printf("✓ %d steps, farthest from NumPy: %.1e\n", steps, farthest);
    release(0);
    return 0;
}
