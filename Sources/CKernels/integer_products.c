// Products of packed integers: which instructions, in which order over rows and tiles; and the activations' quantisation.
#include "integer_set.h"

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

static const struct instruction_set *set_of(enum kernel_instructions instructions) {
    switch (instructions) {
#if defined(__x86_64__)
    case KERNEL_AVX2: return &avx2_set;
    case KERNEL_AVX_VNNI: return &avx_vnni_set;
    case KERNEL_AVX512_VNNI: return &avx512_vnni_set;
#elif defined(__aarch64__)
    case KERNEL_NEON: return &neon_set;
#endif
    default: return &portable_set;
    }
}

int kernel_has_instructions(enum kernel_instructions instructions) {
    switch (instructions) {
    case KERNEL_PORTABLE: return 1;
#if defined(__x86_64__)
    case KERNEL_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
    case KERNEL_AVX_VNNI: return kernel_has_instructions(KERNEL_AVX2) && __builtin_cpu_supports("avxvnni");
    case KERNEL_AVX512_VNNI:
        return kernel_has_instructions(KERNEL_AVX2) && __builtin_cpu_supports("avx512f") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni");
#elif defined(__aarch64__)
    case KERNEL_NEON: return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#endif
    default: return 0;
    }
}

int kernel_byte_limit(enum kernel_instructions instructions, enum kernel_integer_kind kind) {
    return instructions == KERNEL_AVX2 && kind == KERNEL_EIGHTS ? 63 : 127;
}

// Sixteen bytes' sum, two words at a time: registers of vectors are added up across more slowly.
static inline __attribute__((always_inline)) int16_t sum_of_sixteen(const int8_t *bytes) {
    const uint64_t even = 0x00FF00FF00FF00FFu;
    uint64_t words[2], pairs = 0;
    memcpy(words, bytes, sizeof words);
    for (size_t i = 0; i < 2; i++) {
        // 128 more each, so that none is negative.
        const uint64_t word = words[i] ^ 0x8080808080808080u;
        pairs += (word & even) + (word >> 8 & even);
    }
    return (int16_t)((int32_t)(pairs * 0x0001000100010001u >> 48) - 16 * 128);
}

KERNEL void kernel_quantise_row(const float *x, size_t count, int limit, int8_t *bytes, float *scales, int16_t *sums) {
    for (size_t first = 0; first < count; first += KERNEL_BLOCK) {
        float block[KERNEL_BLOCK] = {0};
        const size_t some = count - first < KERNEL_BLOCK ? count - first : KERNEL_BLOCK;
        memcpy(block, x + first, some * sizeof *x);
        uint32_t most = 0;
        // Magnitudes are in the order of their bits.
        for (size_t i = 0; i < KERNEL_BLOCK; i++) {
            const uint32_t magnitude = bits_of_float(block[i]) & 0x7FFFFFFF;
            most = magnitude > most ? magnitude : most;
        }
        const float largest = float_of_bits(most);
        const float factor = largest > 0 ? (float)limit / largest : 0;
        // Adding 1.5 * 2^23 leaves the nearest integer in the low bits.
        for (size_t i = 0; i < KERNEL_BLOCK; i++)
            bytes[first + i] = (int8_t)(bits_of_float(block[i] * factor + 12582912.0f) - 0x4B400000u);
        *scales++ = largest / (float)limit;
    }
    const size_t blocks = (count + KERNEL_BLOCK - 1) / KERNEL_BLOCK;
    // When all bytes are laid down: reading back what was just written waits.
    for (size_t half = 0; half < 2 * blocks; half++) sums[half] = sum_of_sixteen(bytes + half * KERNEL_BLOCK / 2);
}

float kernel_spin_integers(enum kernel_instructions instructions, size_t rounds) {
    return set_of(instructions)->spin(rounds);
}

// Rows whose bytes stay in the second-level cache while all tiles pass.
static size_t rows_at_a_time(size_t depth, size_t group) {
    const size_t rows = (384 << 10) / depth / group * group;
    return rows < 4 * group ? 4 * group : rows;
}

void kernel_integer_product(enum kernel_instructions instructions, const struct kernel_bytes *x, size_t rows,
                            const struct kernel_integers *weights, size_t columns, const float *bias, int adds, float *to,
                            size_t to_stride) {
    const struct instruction_set *set = set_of(instructions);
    const size_t blocks = weights->blocks, depth = blocks * KERNEL_BLOCK;
    const size_t tile_bytes = blocks * block_bytes(weights->kind);
    const size_t tile_units = blocks / KERNEL_SUPERBLOCK * unit_halves(weights->kind);
    const size_t tiles = (columns + KERNEL_TILE - 1) / KERNEL_TILE;
    // Few rows meet one tile at a time: their weights come from memory, and faster as one stream than as several.
    const int are_few = rows <= set->most_rows;
    const size_t group = are_few ? set->most_rows : set->many_rows, wanted = are_few ? 1 : set->many_tiles;
    const size_t height = rows_at_a_time(depth, group);
    for (size_t top = 0; top < rows; top += height) {
        const size_t bottom = rows - top < height ? rows : top + height;
        for (size_t tile = 0, some; tile < tiles; tile += some) {
            some = tiles - tile < wanted ? 1 : wanted;
            struct kernel_integers part = *weights;
            part.data += tile * tile_bytes;
            part.scales += tile * blocks * 2 * KERNEL_TILE;
            if (part.units) part.units += tile * tile_units;
            const size_t column = tile * KERNEL_TILE;
            for (size_t row = top; row < bottom; row += group) {
                const size_t count = bottom - row < group ? bottom - row : group;
                const struct kernel_bytes some_rows = {x->bytes + row * depth, x->scales + row * blocks,
                                                        x->sums + 2 * row * blocks};
                set->products[weights->kind](&some_rows, count, some, &part, columns - column, bias ? bias + column : NULL, adds,
                                             to + row * to_stride + column, to_stride);
            }
        }
    }
}
