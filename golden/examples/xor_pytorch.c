/* A network of 2 inputs, 8 hidden units (tanh) and 1 output (sigmoid) learns the exclusive or of its inputs by gradient
 * descent on the binary cross entropy of the four cases. */
#include <math.h>
#include <stdio.h>

#include "golden/examples/example.h"

enum {
    HIDDEN = 8,
    MOST_STEPS = 5000,
    REPORT_EVERY = 500
};
static const double kEnough = 0.01; /* the loss at which training ends */
static const double kRate = 0.5;

typedef struct Network {
    int64_t weight1, bias1, weight2, bias2;
} Network;

static int64_t parameter(Random* random, int64_t out, int64_t in) {
    double numbers[2 * HIDDEN];
    const size_t count = (size_t)(out * in);
    for (size_t i = 0; i < count; ++i) numbers[i] = uniform(random, -1, 1);
    const int64_t tensor = tensor_f64(numbers, count, INTS(out, in));
    rt_torch_autograd_set_requires_grad(tensor, true);
    check();
    return tensor;
}

static int64_t bias(int64_t out) {
    const double zeros[HIDDEN] = {0};
    const int64_t tensor = tensor_f64(zeros, (size_t)out, INTS(out));
    rt_torch_autograd_set_requires_grad(tensor, true);
    check();
    return tensor;
}

static int64_t predict(const Network* net, int64_t x) {
    const int64_t hidden = keep(rt_torch_torchtensor_tanh(keep(rt_torch_nn_linear(x, net->weight1, net->bias1))));
    return keep(rt_torch_torchtensor_sigmoid(keep(rt_torch_nn_linear(hidden, net->weight2, net->bias2))));
}

/* One step of gradient descent; returns the loss before it. */
static double train(Network* net, int64_t x, int64_t y) {
    const size_t mark = kept();
    const int64_t loss = keep(rt_torch_nn_binary_cross_entropy_tensor(predict(net, x), y));
    const double value = rt_torch_torchtensor_sum(loss);
    check();
    rt_torch_autograd_backward(loss);
    check();
    descend(&net->weight1, kRate);
    descend(&net->bias1, kRate);
    descend(&net->weight2, kRate);
    descend(&net->bias2, kRate);
    release(mark);
    return value;
}

static void print_predictions(const Network* net, int64_t x) {
    double out[4];
    read_elements(predict(net, x), out, 4);
    printf("Predictions: %d %d %d %d\n", (int)lround(out[0]), (int)lround(out[1]), (int)lround(out[2]),
           (int)lround(out[3]));
}

int main(void) {
    printf("=== XOR Problem - PyTorch Backend ===\n\n");
    if (!rt_torch_available()) {
        printf("⚠ PyTorch not available\n");
        return 0;
    }
    const double inputs[] = {0, 0, 0, 1, 1, 0, 1, 1};
    const double outputs[] = {0, 1, 1, 0};
    const int64_t x = tensor_f64(inputs, 8, INTS(4, 2));
    const int64_t y = tensor_f64(outputs, 4, INTS(4, 1));

    Random random = {1};
    Network net;
    net.weight1 = parameter(&random, HIDDEN, 2);
    net.bias1 = bias(HIDDEN);
    net.weight2 = parameter(&random, 1, HIDDEN);
    net.bias2 = bias(1);

    int step = 0;
    double loss = train(&net, x, y);
    while (loss >= kEnough && step < MOST_STEPS) {
        if (step % REPORT_EVERY == 0) printf("Step %d: loss %.4f\n", step, loss);
        loss = train(&net, x, y);
        ++step;
    }
    print_predictions(&net, x);
    if (!(loss < kEnough)) fail("did not converge");
    printf("✓ Converged after %d steps\n", step);
    release(0);
    return 0;
}
