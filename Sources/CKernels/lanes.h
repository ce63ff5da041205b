// What all kernels share: one source for the baseline and for AVX2, and sums in a fixed order.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
// The loader takes the first that the CPU has: levels of features (v3: AVX2 with FMA), since names of processors, such as
// haswell, match no other maker's.
#define KERNEL __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define KERNEL
#endif

// Sums run in this many lanes, whatever the vector's width, so that the order of additions is one and the same.
enum { LANES = 32 };

static inline __attribute__((always_inline)) float lanes_sum(float *lanes) {
    for (size_t half = LANES / 2; half > 0; half /= 2)
        for (size_t i = 0; i < half; i++) lanes[i] += lanes[i + half];
    return lanes[0];
}

static inline __attribute__((always_inline)) float float_of_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline __attribute__((always_inline)) uint32_t bits_of_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

// A half as float32, exact for every finite value: the exponent's bias is moved by a multiplication, which also
// normalises subnormal halves.
static inline __attribute__((always_inline)) float float_of_half(uint16_t half) {
    float magnitude = float_of_bits((uint32_t)(half & 0x7FFF) << 13) * 0x1p112f;
    uint32_t bits = bits_of_float(magnitude);
    if ((half & 0x7C00) == 0x7C00) bits |= 0x7F800000;
    return float_of_bits(bits | (uint32_t)(half & 0x8000) << 16);
}

// e^x within 2 ulp for |x| < 87, clamped beyond: 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2].
static inline __attribute__((always_inline)) float exp_lane(float x) {
    x = x > 88.0f ? 88.0f : x;
    x = x < -87.0f ? -87.0f : x;
    // Adding 1.5 * 2^23 leaves the nearest integer in the low bits.
    float shifted = x * 1.44269504f + 12582912.0f;
    float n = shifted - 12582912.0f;
    // ln 2 in two parts: the first has few bits, so that n * high is exact.
    float r = x - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    uint32_t power = (bits_of_float(shifted) - 0x4B400000u + 127u) << 23;
    return p * float_of_bits(power);
}

static inline __attribute__((always_inline)) float sigmoid_lane(float x) { return 1.0f / (1.0f + exp_lane(-x)); }
