// What a set of instructions offers to integer_products.c.
#pragma once

#include "include/integers.h"
#include "lanes.h"

#define INLINE static inline __attribute__((always_inline))

typedef void (*tile_product)(const struct kernel_bytes *x, size_t rows, size_t tiles, const struct kernel_integers *weights,
                             size_t columns, const float *bias, int adds, float *to, size_t to_stride);

// Products by kind, and what registers hold: up to `most_rows` rows with one tile, or `many_rows` with `many_tiles`.
struct instruction_set {
    tile_product products[3];
    size_t most_rows, many_rows, many_tiles;
    float (*spin)(size_t rounds);
};

extern const struct instruction_set portable_set, neon_set, avx2_set, avx_vnni_set, avx512_vnni_set;

INLINE int32_t four_bytes(const int8_t *from) {
    int32_t four;
    memcpy(&four, from, sizeof four);
    return four;
}
