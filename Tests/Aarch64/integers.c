// Holds the products of integers with NEON's instructions to the portable ones, on whatever runs aarch64 programs: run.sh.
#include "integers.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_ROWS = 13, MOST_TILES = 5, MOST_BLOCKS = 16, GUARD = 3, Q4_0_BYTES = 18, Q8_0_BYTES = 34, Q4_K_BYTES = 144, Q6_K_BYTES = 210 };

static uint32_t state = 1;
static uint32_t random_bits(void) { return (state = state * 1664525u + 1013904223u) >> 8; }
static float random_number(void) { return (float)random_bits() / 0x1p23f - 1.0f; }
// A finite half between 2^-7 and 2.
static uint16_t random_half(void) { return (uint16_t)(0x2000 + random_bits() % 0x2000); }

// A row of blocks as GGUF stores them: random bytes, and from `first` on sane halves, which are scales.
static void fill_blocks(uint8_t *row, size_t count, size_t bytes, size_t first, size_t halves) {
    for (size_t block = 0; block < count; block++, row += bytes) {
        for (size_t i = 0; i < bytes; i++) row[i] = (uint8_t)random_bits();
        for (size_t i = 0; i < halves; i++) {
            const uint16_t half = random_half();
            row[first + 2 * i] = (uint8_t)half;
            row[first + 2 * i + 1] = (uint8_t)(half >> 8);
        }
    }
}

// Packs a tile of random weights.
static void pack(enum kernel_integer_kind kind, size_t blocks, uint8_t *data, uint8_t *scales, uint16_t *units) {
    static uint8_t rows[KERNEL_TILE * MOST_BLOCKS * Q8_0_BYTES];
    if (kind == KERNEL_FOURS_AND_LEASTS) {
        const size_t stride = blocks / KERNEL_SUPERBLOCK * Q4_K_BYTES;
        for (size_t r = 0; r < KERNEL_TILE; r++) fill_blocks(rows + r * stride, stride / Q4_K_BYTES, Q4_K_BYTES, 0, 2);
        kernel_pack_q4_k(rows, stride, KERNEL_TILE, blocks, data, scales, units);
        return;
    }
    if (kind == KERNEL_SIXES) {
        const size_t stride = blocks / KERNEL_SUPERBLOCK * Q6_K_BYTES;
        for (size_t r = 0; r < KERNEL_TILE; r++) fill_blocks(rows + r * stride, stride / Q6_K_BYTES, Q6_K_BYTES, 208, 1);
        kernel_pack_q6_k(rows, stride, KERNEL_TILE, blocks, data, scales, units);
        return;
    }
    const size_t bytes = kind == KERNEL_EIGHTS ? Q8_0_BYTES : Q4_0_BYTES, stride = blocks * bytes;
    for (size_t r = 0; r < KERNEL_TILE; r++) fill_blocks(rows + r * stride, blocks, bytes, 0, 1);
    if (kind == KERNEL_EIGHTS)
        kernel_pack_q8_0(rows, stride, KERNEL_TILE, blocks, data, (uint16_t *)scales);
    else
        kernel_pack_q4_0(rows, stride, KERNEL_TILE, blocks, data, (uint16_t *)scales);
}

// The largest difference of the two products, as a share of the largest number; NaN where one is written beside its place.
static float difference(enum kernel_integer_kind kind, size_t rows, size_t columns, size_t blocks, int adds) {
    static uint8_t data[MOST_TILES * MOST_BLOCKS * KERNEL_BLOCK * KERNEL_TILE];
    static _Alignas(16) uint8_t scales[MOST_TILES * MOST_BLOCKS * 2 * KERNEL_TILE];
    static uint16_t units[MOST_TILES * MOST_BLOCKS * 2 * KERNEL_TILE];
    static int8_t bytes[MOST_ROWS * MOST_BLOCKS * KERNEL_BLOCK];
    static float row_scales[MOST_ROWS * MOST_BLOCKS], bias[MOST_TILES * KERNEL_TILE];
    static int16_t sums[2 * MOST_ROWS * MOST_BLOCKS];
    // A row's end is followed by numbers that are nobody's.
    static float results[2][MOST_ROWS * (MOST_TILES * KERNEL_TILE + GUARD)];
    const size_t stride = columns + GUARD;
    const size_t depth = blocks * KERNEL_BLOCK, tiles = (columns + KERNEL_TILE - 1) / KERNEL_TILE;
    for (size_t tile = 0; tile < tiles; tile++)
        pack(kind, blocks, data + tile * depth * KERNEL_TILE * (kind == KERNEL_EIGHTS ? 8 : kind == KERNEL_SIXES ? 6 : 4) / 8,
             scales + tile * blocks * 2 * KERNEL_TILE,
             units + tile * (blocks / KERNEL_SUPERBLOCK) * (kind == KERNEL_SIXES ? 1 : 2) * KERNEL_TILE);
    for (size_t row = 0; row < rows; row++) {
        float numbers[MOST_BLOCKS * KERNEL_BLOCK];
        for (size_t i = 0; i < depth; i++) numbers[i] = random_number();
        kernel_quantise_row(numbers, depth, 127, bytes + row * depth, row_scales + row * blocks, sums + 2 * row * blocks);
    }
    for (size_t i = 0; i < columns; i++) bias[i] = random_number();
    const struct kernel_integers weights = {kind, data, scales, kind >= KERNEL_FOURS_AND_LEASTS ? units : NULL, blocks};
    const struct kernel_bytes x = {bytes, row_scales, sums};
    for (size_t i = 0; i < rows * stride; i++) 
        results[0][i] = results[1][i] = i % stride < columns ? random_number() : NAN;
    kernel_integer_product(KERNEL_PORTABLE, &x, rows, &weights, columns, bias, adds, results[0], stride);
    kernel_integer_product(KERNEL_NEON, &x, rows, &weights, columns, bias, adds, results[1], stride);
    float most = 0, largest = 0;
    for (size_t i = 0; i < rows * stride; i++) {
        if (i % stride >= columns) {
            if (!isnan(results[0][i]) || !isnan(results[1][i])) return NAN;
            continue;
        }
        most = fmaxf(most, fabsf(results[0][i] - results[1][i]));
        largest = fmaxf(largest, fabsf(results[0][i]));
    }
    return largest > 0 ? most / largest : NAN;
}

int main(void) {
    if (!kernel_has_instructions(KERNEL_NEON)) {
        fputs("this processor has no dot products\n", stderr);
        return 2;
    }
    int count = 0;
    for (enum kernel_integer_kind kind = KERNEL_EIGHTS; kind < KERNEL_INTEGER_KINDS; kind++)
        for (size_t rows = 1; rows <= MOST_ROWS; rows++)
            for (size_t columns = 1; columns <= MOST_TILES * KERNEL_TILE; columns += 13)
                for (size_t blocks = KERNEL_SUPERBLOCK; blocks <= MOST_BLOCKS; blocks += KERNEL_SUPERBLOCK, count++) {
                    const float error = difference(kind, rows, columns, blocks, (rows + columns) % 2);
                    // Sums of a block are exact; those of blocks may be fused, and are rounded once or twice each, by half of
                    // FLT_EPSILON of a number that the largest result bounds but for chance. Not ≤: NaN is no success.
                    if (!(error < 2 * FLT_EPSILON * (float)blocks)) {
                        fprintf(stderr, "kind %d, %zu rows, %zu columns, %zu blocks: %g\n", kind, rows, columns, blocks, error);
                        return 1;
                    }
                }
    printf("%d products with NEON equal the portable ones\n", count);
    return 0;
}
