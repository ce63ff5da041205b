// Dot products and sums of rows.
#include "include/kernels.h"
#include "lanes.h"

KERNEL float kernel_dot(const float *a, const float *b, size_t count) {
    float lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++) lanes[lane] += a[i + lane] * b[i + lane];
    for (size_t lane = 0; i < count; i++, lane++) lanes[lane] += a[i] * b[i];
    return lanes_sum(lanes);
}

KERNEL float kernel_dot_bf16(const void *weights, const float *x, size_t count) {
    const uint16_t *halves = weights;
    float lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++)
            lanes[lane] += float_of_bits((uint32_t)halves[i + lane] << 16) * x[i + lane];
    for (size_t lane = 0; i < count; i++, lane++) lanes[lane] += float_of_bits((uint32_t)halves[i] << 16) * x[i];
    return lanes_sum(lanes);
}

KERNEL void kernel_time_taps(const float *const *inputs, const float *taps, size_t tap_stride, size_t tap_count, float *to,
                             size_t channels) {
    // In pieces that stay in the first-level cache.
    for (size_t first = 0; first < channels; first += 8 * LANES) {
        const size_t count = channels - first < 8 * LANES ? channels - first : 8 * LANES;
        for (size_t i = 0; i < count; i++) to[first + i] = taps[first + i] * inputs[0][first + i];
        for (size_t tap = 1; tap < tap_count; tap++) {
            const float *weights = taps + tap * tap_stride + first, *values = inputs[tap] + first;
            for (size_t i = 0; i < count; i++) to[first + i] += weights[i] * values[i];
        }
    }
}

KERNEL void kernel_add(float *to, const float *from, size_t count) {
    for (size_t i = 0; i < count; i++) to[i] += from[i];
}

KERNEL void kernel_add_scaled(float *to, const float *from, float scale, size_t count) {
    for (size_t i = 0; i < count; i++) to[i] += from[i] * scale;
}
