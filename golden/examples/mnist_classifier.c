/* A small convolutional network learns to tell digits apart: conv2d, relu, max_pool2d, linear, cross entropy, minibatch
 * gradient descent.
 *
 *     mnist_classifier            digits drawn by the program: 2,000 to learn from, 500 to be tested on
 *     mnist_classifier FOLDER     the four IDX files of the MNIST data set, unpacked, in FOLDER
 */
#include <stdio.h>

#include "golden/examples/digits.h"
#include "golden/examples/example.h"

enum {
    CHANNELS = 8,
    KERNEL = 5,
    POOLED = CHANNELS * (DIGIT_SIDE / 2) * (DIGIT_SIDE / 2),
    CLASSES = 10,
    BATCH = 20,
    EPOCHS = 3
};
static const double kRate = 0.15;
static const double kLeastAccuracy = 0.95;

typedef struct Network {
    int64_t kernels, kernel_bias; /* [8, 1, 5, 5], [8] */
    int64_t weight, bias;         /* [10, 1568], [10] */
} Network;

/* Uniform in +-1/sqrt(fan-in), PyTorch's default for both layers; bound is that number. */
static int64_t parameter(Random* random, double bound, size_t count, const SplArray* dims) {
    static double numbers[CLASSES * POOLED];
    for (size_t i = 0; i < count; ++i) numbers[i] = uniform(random, -bound, bound);
    const int64_t tensor = tensor_f32(numbers, count, dims);
    rt_torch_autograd_set_requires_grad(tensor, true);
    check();
    return tensor;
}

static Network make_network(Random* random) {
    const double convolution = 0.2, dense = 0.02525; /* 1/sqrt(25), 1/sqrt(1568) */
    Network net;
    net.kernels = parameter(random, convolution, CHANNELS * KERNEL * KERNEL, INTS(CHANNELS, 1, KERNEL, KERNEL));
    net.kernel_bias = parameter(random, convolution, CHANNELS, INTS(CHANNELS));
    net.weight = parameter(random, dense, CLASSES * POOLED, INTS(CLASSES, POOLED));
    net.bias = parameter(random, dense, CLASSES, INTS(CLASSES));
    return net;
}

/* [n, 1, 28, 28] to [n, 10]. */
static int64_t classify(const Network* net, int64_t images) {
    int64_t x = keep(rt_torch_nn_conv2d(images, net->kernels, net->kernel_bias, NULL, INTS(KERNEL / 2), NULL, 1));
    x = keep(rt_torch_torchtensor_relu(x));
    x = keep(rt_torch_nn_max_pool2d(x, INTS(2), NULL, NULL));
    x = keep(rt_torch_torchtensor_reshape(x, INTS(-1, POOLED)));
    return keep(rt_torch_nn_linear(x, net->weight, net->bias));
}

typedef struct Batch {
    int64_t images, classes;
    size_t count;
} Batch;

static Batch batch_of(const Digits* digits, size_t first) {
    Batch batch;
    batch.count = digits->count - first < BATCH ? digits->count - first : BATCH;
    batch.images = tensor_f32(digits->pixels + first * DIGIT_PIXELS, batch.count * DIGIT_PIXELS,
                              INTS((int64_t)batch.count, 1, DIGIT_SIDE, DIGIT_SIDE));
    batch.classes = tensor_f64(digits->classes + first, batch.count, INTS((int64_t)batch.count));
    return batch;
}

static size_t hits(int64_t scores, const double* classes, size_t count) {
    double found[BATCH];
    read_elements(keep(rt_torch_torchtensor_argmax(scores, 1, false)), found, count);
    size_t right = 0;
    for (size_t i = 0; i < count; ++i) right += found[i] == classes[i];
    return right;
}

static void train_epoch(Network* net, const Digits* digits, int epoch) {
    double loss_sum = 0;
    size_t right = 0;
    for (size_t first = 0; first < digits->count; first += BATCH) {
        const size_t mark = kept();
        const Batch batch = batch_of(digits, first);
        const int64_t scores = classify(net, batch.images);
        const int64_t loss = keep(rt_torch_nn_cross_entropy_tensor(scores, batch.classes));
        loss_sum += rt_torch_torchtensor_sum(loss) * (double)batch.count;
        check();
        rt_torch_autograd_backward(loss);
        check();
        descend(&net->kernels, kRate);
        descend(&net->kernel_bias, kRate);
        descend(&net->weight, kRate);
        descend(&net->bias, kRate);
        right += hits(scores, digits->classes + first, batch.count);
        release(mark);
    }
    printf("Epoch %d: loss %.4f, accuracy %.4f\n", epoch, loss_sum / (double)digits->count,
           (double)right / (double)digits->count);
    fflush(stdout);
}

static double accuracy(const Network* net, const Digits* digits) {
    size_t right = 0;
    rt_torch_autograd_no_grad_begin();
    for (size_t first = 0; first < digits->count; first += BATCH) {
        const size_t mark = kept();
        const Batch batch = batch_of(digits, first);
        right += hits(classify(net, batch.images), digits->classes + first, batch.count);
        release(mark);
    }
    rt_torch_autograd_no_grad_end();
    return (double)right / (double)digits->count;
}

int main(int argc, char** argv) {
    printf("=== MNIST Digit Classifier - PyTorch ===\n\n");
    if (!rt_torch_available()) {
        printf("⚠ PyTorch not available\n");
        return 0;
    }
    if (argc > 2) fail("usage: mnist_classifier [FOLDER]");
    Digits train, test;
    if (argc == 2) {
        train = read_digits(argv[1], "train-images-idx3-ubyte", "train-labels-idx1-ubyte");
        test = read_digits(argv[1], "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");
    } else {
        train = draw_digits(2000, 1);
        test = draw_digits(500, 2);
    }
    Random random = {3};
    Network net = make_network(&random);
    for (int epoch = 1; epoch <= EPOCHS; ++epoch) train_epoch(&net, &train, epoch);
    const double reached = accuracy(&net, &test);
    free_digits(&train);
    free_digits(&test);
    if (reached < kLeastAccuracy) {
        char line[80];
        snprintf(line, sizeof line, "test accuracy %.4f is under %.2f", reached, kLeastAccuracy);
        fail(line);
    }
    printf("✓ Test accuracy: %.4f\n", reached);
    release(0);
    return 0;
}
