// Weights as files hold them, to float32. The layouts are those of GGUF's block types; definitions: Tensors/Weights/BlockFormat.
#include "include/kernels.h"
#include "lanes.h"

// A product and a difference are two roundings, as the definition has them: fused they would differ in the last bit.
#pragma clang fp contract(off)

KERNEL void kernel_widen_bf16(const void *from, float *to, size_t count) {
    const uint16_t *halves = from;
    for (size_t i = 0; i < count; i++) to[i] = float_of_bits((uint32_t)halves[i] << 16);
}

KERNEL void kernel_widen_f16(const void *from, float *to, size_t count) {
    const uint16_t *halves = from;
    for (size_t i = 0; i < count; i++) to[i] = float_of_half(halves[i]);
}

// Blocks are 34, 18, 144, 176 and 210 bytes long: no field is aligned, so halves are copied out.
static inline __attribute__((always_inline)) float half_at(const uint8_t *bytes) {
    uint16_t half;
    memcpy(&half, bytes, sizeof half);
    return float_of_half(half);
}

KERNEL void kernel_dequantise_q8_0(const void *from, float *to, size_t count) {
    const uint8_t *block = from;
    for (size_t start = 0; start < count; start += 32, block += 34) {
        float scale = half_at(block);
        const int8_t *quants = (const int8_t *)block + 2;
        for (size_t i = 0; i < 32; i++) to[start + i] = scale * (float)quants[i];
    }
}

KERNEL void kernel_dequantise_q4_0(const void *from, float *to, size_t count) {
    const uint8_t *block = from;
    for (size_t start = 0; start < count; start += 32, block += 18) {
        float scale = half_at(block);
        for (size_t i = 0; i < 16; i++) {
            to[start + i] = scale * (float)((int)(block[2 + i] & 15) - 8);
            to[start + 16 + i] = scale * (float)((int)(block[2 + i] >> 4) - 8);
        }
    }
}

// The eight 6-bit scales and minima of a K block, packed into twelve bytes: the low four of each pair whole, the
// upper four with their top bits in the spare bits of the first eight bytes.
static inline __attribute__((always_inline)) void scale_and_minimum(const uint8_t *packed, size_t group, int *scale,
                                                                    int *minimum) {
    if (group < 4) {
        *scale = packed[group] & 63;
        *minimum = packed[group + 4] & 63;
    } else {
        *scale = (packed[group + 4] & 15) | (packed[group - 4] >> 6) << 4;
        *minimum = (packed[group + 4] >> 4) | (packed[group] >> 6) << 4;
    }
}

KERNEL void kernel_dequantise_q4_k(const void *from, float *to, size_t count) {
    const uint8_t *block = from;
    for (size_t start = 0; start < count; start += 256, block += 144) {
        float scale_unit = half_at(block), minimum_unit = half_at(block + 2);
        for (size_t group = 0; group < 8; group++) {
            int scale, minimum;
            scale_and_minimum(block + 4, group, &scale, &minimum);
            float factor = scale_unit * (float)scale, offset = minimum_unit * (float)minimum;
            const uint8_t *quants = block + 16 + group / 2 * 32;
            int shift = group % 2 == 0 ? 0 : 4;
            float *out = to + start + group * 32;
            for (size_t i = 0; i < 32; i++) out[i] = factor * (float)(quants[i] >> shift & 15) - offset;
        }
    }
}

KERNEL void kernel_dequantise_q5_k(const void *from, float *to, size_t count) {
    const uint8_t *block = from;
    for (size_t start = 0; start < count; start += 256, block += 176) {
        float scale_unit = half_at(block), minimum_unit = half_at(block + 2);
        const uint8_t *fifth_bits = block + 16;
        for (size_t group = 0; group < 8; group++) {
            int scale, minimum;
            scale_and_minimum(block + 4, group, &scale, &minimum);
            float factor = scale_unit * (float)scale, offset = minimum_unit * (float)minimum;
            const uint8_t *quants = block + 48 + group / 2 * 32;
            int shift = group % 2 == 0 ? 0 : 4;
            float *out = to + start + group * 32;
            for (size_t i = 0; i < 32; i++) {
                int quant = (quants[i] >> shift & 15) | (fifth_bits[i] >> group & 1) << 4;
                out[i] = factor * (float)quant - offset;
            }
        }
    }
}

KERNEL void kernel_dequantise_q6_k(const void *from, float *to, size_t count) {
    const uint8_t *block = from;
    for (size_t start = 0; start < count; start += 256, block += 210) {
        float unit = half_at(block + 208);
        const int8_t *scales = (const int8_t *)block + 192;
        for (size_t half = 0; half < 2; half++) {
            const uint8_t *low = block + half * 64, *high = block + 128 + half * 32;
            float *out = to + start + half * 128;
            for (size_t quarter = 0; quarter < 4; quarter++) {
                const uint8_t *nibbles = low + (quarter % 2) * 32;
                int shift = quarter < 2 ? 0 : 4;
                for (size_t i = 0; i < 32; i++) {
                    int quant = (nibbles[i] >> shift & 15) | (high[i] >> (2 * quarter) & 3) << 4;
                    float factor = unit * (float)scales[half * 8 + quarter * 2 + i / 16];
                    out[quarter * 32 + i] = factor * (float)(quant - 32);
                }
            }
        }
    }
}
