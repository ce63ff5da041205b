// What a set of instructions offers to integer_products.c.
#pragma once

#include "include/integers.h"
#include "lanes.h"

#define INLINE static inline __attribute__((always_inline))

typedef void (*tile_product)(const struct kernel_bytes *x, size_t rows, size_t tiles, const struct kernel_integers *weights,
                             size_t columns, const float *bias, int adds, float *to, size_t to_stride);

// Products by kind, and what registers hold: up to `most_rows` rows with one tile, or `many_rows` with `many_tiles`.
struct instruction_set {
    tile_product products[KERNEL_INTEGER_KINDS];
    size_t most_rows, many_rows, many_tiles;
    float (*spin)(size_t rounds);
};

extern const struct instruction_set portable_set, neon_set, avx2_set, avx_vnni_set, avx512_vnni_set;

// Bytes of a block of a tile, and halves of a superblock's units.
INLINE size_t block_bytes(enum kernel_integer_kind kind) {
    return KERNEL_BLOCK * KERNEL_TILE * (kind == KERNEL_EIGHTS ? 8 : kind == KERNEL_SIXES ? 6 : 4) / 8;
}
INLINE size_t unit_halves(enum kernel_integer_kind kind) {
    return kind == KERNEL_FOURS_AND_LEASTS ? 2 * KERNEL_TILE : kind == KERNEL_SIXES ? KERNEL_TILE : 0;
}

// The number that stands for a weight of nought.
INLINE int32_t middle_of(enum kernel_integer_kind kind) {
    return kind == KERNEL_EIGHTS ? 128 : kind == KERNEL_SIXES ? 32 : kind == KERNEL_FOURS ? 8 : 0;
}

// Where the two bits of each weight of a group lie, behind a block's nibbles.
INLINE size_t high_bits_place(size_t group) { return KERNEL_BLOCK * KERNEL_TILE / 2 + group / 4 * 4 * KERNEL_TILE; }

INLINE int32_t block_sum(const struct kernel_bytes *x, size_t block) { return x->sums[2 * block] + x->sums[2 * block + 1]; }

INLINE int32_t four_bytes(const int8_t *from) {
    int32_t four;
    memcpy(&four, from, sizeof four);
    return four;
}
