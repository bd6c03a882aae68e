/* The digits that mnist_classifier learns: 28 by 28 grey values from 0 to 1, with their classes. */
#ifndef DIGITS_H
#define DIGITS_H

#include <stddef.h>

enum {
    DIGIT_SIDE = 28,
    DIGIT_PIXELS = DIGIT_SIDE * DIGIT_SIDE
};

typedef struct Digits {
    size_t count;
    double* pixels; /* count * DIGIT_PIXELS */
    double* classes;
} Digits;

/* Draws count digits: the classes in turn, each glyph shifted, scaled and noisy. The same seed, the same digits. */
Digits draw_digits(size_t count, unsigned seed);

/* Reads a pair of IDX files of the MNIST data set (http://yann.lecun.com/exdb/mnist, "FILE FORMATS"). */
Digits read_digits(const char* folder, const char* images, const char* labels);

/* These fail as fail() of example.h does. Both fields are malloc'ed; this frees them. */
void free_digits(Digits* digits);

#endif
