#include "golden/examples/digits.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "golden/examples/example.h"

enum {
    GLYPH_ROWS = 7,
    GLYPH_COLUMNS = 5
};

static const char* const kGlyphs[10][GLYPH_ROWS] = {
    {" ### ", "#   #", "#  ##", "# # #", "##  #", "#   #", " ### "},
    {"  #  ", " ##  ", "  #  ", "  #  ", "  #  ", "  #  ", " ### "},
    {" ### ", "#   #", "    #", "   # ", "  #  ", " #   ", "#####"},
    {" ### ", "#   #", "    #", "  ## ", "    #", "#   #", " ### "},
    {"   # ", "  ## ", " # # ", "#  # ", "#####", "   # ", "   # "},
    {"#####", "#    ", "#### ", "    #", "    #", "#   #", " ### "},
    {"  ## ", " #   ", "#    ", "#### ", "#   #", "#   #", " ### "},
    {"#####", "    #", "   # ", "  #  ", " #   ", " #   ", " #   "},
    {" ### ", "#   #", "#   #", " ### ", "#   #", "#   #", " ### "},
    {" ### ", "#   #", "#   #", " ####", "    #", "   # ", " ##  "},
};

static Digits allocate(size_t count) {
    Digits digits = {count, malloc(count * DIGIT_PIXELS * sizeof(double)), malloc(count * sizeof(double))};
    if (!digits.pixels || !digits.classes) {
        free_digits(&digits);
        fail("out of memory");
    }
    return digits;
}

void free_digits(Digits* digits) {
    free(digits->pixels);
    free(digits->classes);
    digits->pixels = digits->classes = NULL;
}

static double ink(int digit, int row, int column) {
    if (row < 0 || row >= GLYPH_ROWS || column < 0 || column >= GLYPH_COLUMNS) return 0;
    return kGlyphs[digit][row][column] == '#';
}

/* The glyph at a point between its cells, bilinear. */
static double sample(int digit, double row, double column) {
    const int r = (int)floor(row), c = (int)floor(column);
    const double y = row - r, x = column - c;
    return (1 - y) * ((1 - x) * ink(digit, r, c) + x * ink(digit, r, c + 1)) +
           y * ((1 - x) * ink(digit, r + 1, c) + x * ink(digit, r + 1, c + 1));
}

static void draw(double* pixels, int digit, Random* random) {
    const double cell_height = uniform(random, 2.4, 3.4), cell_width = uniform(random, 2.6, 4.0);
    const double top = (DIGIT_SIDE - GLYPH_ROWS * cell_height) / 2 + uniform(random, -3, 3);
    const double left = (DIGIT_SIDE - GLYPH_COLUMNS * cell_width) / 2 + uniform(random, -3, 3);
    for (int y = 0; y < DIGIT_SIDE; ++y) {
        for (int x = 0; x < DIGIT_SIDE; ++x) {
            const double clean = sample(digit, (y - top) / cell_height - 0.5, (x - left) / cell_width - 0.5);
            const double noisy = clean + uniform(random, -0.25, 0.25);
            pixels[y * DIGIT_SIDE + x] = fmin(fmax(noisy, 0), 1);
        }
    }
}

Digits draw_digits(size_t count, unsigned seed) {
    Digits digits = allocate(count);
    Random random = {seed};
    for (size_t i = 0; i < count; ++i) {
        digits.classes[i] = (double)(i % 10);
        draw(digits.pixels + i * DIGIT_PIXELS, (int)(i % 10), &random);
    }
    return digits;
}

/* A whole file. length is set; the caller frees the bytes. */
static unsigned char* read_file(const char* path, size_t* length) {
    FILE* file = fopen(path, "rb");
    long size = -1;
    if (file && fseek(file, 0, SEEK_END) == 0) size = ftell(file);
    unsigned char* bytes = size >= 0 ? malloc((size_t)size + 1) : NULL;
    bool complete = false;
    if (bytes) {
        rewind(file);
        complete = fread(bytes, 1, (size_t)size, file) == (size_t)size;
    }
    if (file) fclose(file);
    if (!complete) {
        free(bytes);
        return NULL;
    }
    *length = (size_t)size;
    return bytes;
}

static uint32_t big_endian(const unsigned char* bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* An IDX file: its magic number (0x803 has three dims, 0x801 one), its dims, one byte an element. What is wrong with
 * the file, or NULL. */
static const char* idx_fault(const unsigned char* bytes, size_t length, uint32_t magic) {
    const size_t dims = magic & 0xff;
    if (length < 4 || big_endian(bytes) != magic) return "not an IDX file of the expected kind";
    if (length < 4 + 4 * dims) return "torn: the header is incomplete";
    if (dims == 3 && (big_endian(bytes + 8) != DIGIT_SIDE || big_endian(bytes + 12) != DIGIT_SIDE))
        return "its images are not 28 by 28";
    const uint64_t count = big_endian(bytes + 4);
    if (count == 0) return "it holds nothing";
    const uint64_t expected = 4 + 4 * dims + count * (dims == 3 ? DIGIT_PIXELS : 1);
    if (length < expected) return "torn: it ends before its last element";
    if (length > expected) return "it goes on after its last element";
    return NULL;
}

static unsigned char* read_idx(const char* folder, const char* name, uint32_t magic, size_t* count) {
    char line[4096], path[2048];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    size_t length = 0;
    unsigned char* bytes = read_file(path, &length);
    const char* fault = bytes ? idx_fault(bytes, length, magic) : "cannot be read";
    if (fault) {
        free(bytes);
        snprintf(line, sizeof line, "%s: %s", path, fault);
        fail(line);
    }
    *count = big_endian(bytes + 4);
    return bytes;
}

Digits read_digits(const char* folder, const char* images, const char* labels) {
    size_t count = 0, label_count = 0;
    unsigned char* pixels = read_idx(folder, images, 0x803, &count);
    unsigned char* classes = read_idx(folder, labels, 0x801, &label_count);
    bool known = true;
    for (size_t i = 0; i < label_count; ++i) known &= classes[8 + i] < 10;
    if (count != label_count || !known) {
        char line[4096];
        free(pixels);
        free(classes);
        snprintf(line, sizeof line, known ? "%s/%s: as many labels as images are due" : "%s/%s: a label is over 9",
                 folder, labels);
        fail(line);
    }
    Digits digits = allocate(count);
    for (size_t i = 0; i < count * DIGIT_PIXELS; ++i) digits.pixels[i] = pixels[16 + i] / 255.0;
    for (size_t i = 0; i < count; ++i) digits.classes[i] = classes[8 + i];
    free(pixels);
    free(classes);
    return digits;
}
