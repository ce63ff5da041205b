// Numbers of a row that dwarf the others: kept out of its bytes. Definition: Tensors/Kernels/Integers/RowOutliers.
#include "integer_set.h"

#include <math.h>

static inline __attribute__((always_inline)) float magnitude_of(float number) {
    return float_of_bits(bits_of_float(number) & 0x7FFFFFFF);
}

// The sum of the squares of the numbers up to a threshold, and how many they are.
KERNEL static float squares_within(const float *x, size_t count, float threshold, size_t *kept) {
    float lanes[LANES] = {0};
    uint32_t counts[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++) {
            const float number = magnitude_of(x[i + lane]);
            const int is_within = number <= threshold;
            lanes[lane] += is_within ? number * number : 0;
            counts[lane] += (uint32_t)is_within;
        }
    for (size_t lane = 0; i < count; i++, lane++) {
        const float number = magnitude_of(x[i]);
        lanes[lane] += number <= threshold ? number * number : 0;
        counts[lane] += number <= threshold;
    }
    *kept = 0;
    for (size_t lane = 0; lane < LANES; lane++) *kept += counts[lane];
    return lanes_sum(lanes);
}

// The largest scale of some blocks, and the sum of the scales' squares.
KERNEL static float largest_scale(const float *scales, size_t blocks, float *squares) {
    float most[LANES] = {0}, lanes[LANES] = {0};
    for (size_t first = 0; first < blocks; first += LANES) {
        const size_t count = blocks - first < LANES ? blocks - first : LANES;
        for (size_t lane = 0; lane < count; lane++) {
            const float scale = scales[first + lane];
            most[lane] = scale > most[lane] ? scale : most[lane];
            lanes[lane] += scale * scale;
        }
    }
    for (size_t half = LANES / 2; half > 0; half /= 2)
        for (size_t i = 0; i < half; i++) most[i] = most[i + half] > most[i] ? most[i + half] : most[i];
    *squares = lanes_sum(lanes);
    return most[0];
}

size_t kernel_take_outliers(const float *x, size_t count, int limit, int8_t *bytes, float *scales, int16_t *sums,
                            struct kernel_outlier *outliers) {
    const size_t blocks = (count + KERNEL_BLOCK - 1) / KERNEL_BLOCK;
    // Scales are rounded; what is let through here for nothing is sorted out below.
    const float slack = (float)limit * 1.00001f;
    float squares_of_scales;
    const float largest = slack * largest_scale(scales, blocks, &squares_of_scales);
    // A block's squares add up to that of its largest number at least: most rows need no second look.
    if (largest * 1.00001f <= KERNEL_OUTLIER * (float)limit * sqrtf(squares_of_scales / (float)count)) return 0;
    float threshold = INFINITY;
    size_t kept = count, before;
    do {
        before = kept;
        const float squares = squares_within(x, count, threshold, &kept);
        if (kept == before && threshold < INFINITY) break;
        threshold = KERNEL_OUTLIER * sqrtf(squares / (float)kept);
        if (!(largest > threshold)) return 0;
    } while (kept > 0);
    size_t found = 0;
    for (size_t block = 0; block < blocks; block++) {
        if (!(scales[block] * slack > threshold)) continue;
        const size_t first = block * KERNEL_BLOCK;
        const size_t some = count - first < KERNEL_BLOCK ? count - first : KERNEL_BLOCK, known = found;
        float others[KERNEL_BLOCK];
        for (size_t i = 0; i < some; i++) {
            const int is_outlier = magnitude_of(x[first + i]) > threshold;
            others[i] = is_outlier ? 0 : x[first + i];
            if (is_outlier) outliers[found++] = (struct kernel_outlier){(uint32_t)(first + i), x[first + i]};
        }
        if (found > known) kernel_quantise_row(others, some, limit, bytes + first, scales + block, sums + 2 * block);
    }
    return found;
}

// The packed number of a weight; `data` is its block's, of its tile.
INLINE uint32_t packed_number(enum kernel_integer_kind kind, const uint8_t *data, size_t output, size_t input) {
    const size_t group = input / 4, place = output * 4 + input % 4;
    if (kind == KERNEL_EIGHTS) return data[group * 4 * KERNEL_TILE + place];
    const uint32_t nibble = data[group % 4 * 4 * KERNEL_TILE + place] >> (group < 4 ? 0 : 4) & 15;
    if (kind != KERNEL_SIXES) return nibble;
    return nibble | (uint32_t)(data[high_bits_place(group) + place] >> 2 * (group % 4) & 3) << 4;
}

KERNEL void kernel_unpack_input(const struct kernel_integers *weights, size_t columns, size_t input, float *to) {
// A product and a difference are two roundings, as the definition has them.
#pragma clang fp contract(off)
    const enum kernel_integer_kind kind = weights->kind;
    const size_t blocks = weights->blocks, block = input / KERNEL_BLOCK, within = input % KERNEL_BLOCK;
    const float middle = (float)middle_of(kind);
    for (size_t tile = 0; tile * KERNEL_TILE < columns; tile++) {
        const uint8_t *data = weights->data + (tile * blocks + block) * block_bytes(kind);
        const uint8_t *bytes = weights->scales + (tile * blocks + block) * 2 * KERNEL_TILE;
        uint16_t halves[2 * KERNEL_TILE];
        float numbers[KERNEL_TILE];
        for (size_t i = 0; i < KERNEL_TILE; i++) numbers[i] = (float)packed_number(kind, data, i, within) - middle;
        if (unit_halves(kind) > 0) {
            const size_t superblock = (tile * blocks + block) / KERNEL_SUPERBLOCK;
            memcpy(halves, weights->units + superblock * unit_halves(kind), unit_halves(kind) * sizeof *halves);
        } else {
            memcpy(halves, bytes, sizeof halves);
        }
        for (size_t i = 0; i < KERNEL_TILE; i++) {
            const float unit = float_of_half(halves[i]);
            switch (kind) {
            case KERNEL_FOURS_AND_LEASTS:
                numbers[i] = unit * (float)bytes[i] * numbers[i] -
                             float_of_half(halves[KERNEL_TILE + i]) * (float)bytes[KERNEL_TILE + i];
                break;
            case KERNEL_SIXES:
                numbers[i] = unit * (float)(bytes[within / (KERNEL_BLOCK / 2) * KERNEL_TILE + i] - 128) * numbers[i];
                break;
            default: numbers[i] *= unit;
            }
        }
        const size_t left = columns - tile * KERNEL_TILE;
        memcpy(to + tile * KERNEL_TILE, numbers, (left < KERNEL_TILE ? left : KERNEL_TILE) * sizeof *to);
    }
}
