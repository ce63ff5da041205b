// Rows brought to a common scale.
#include "include/kernels.h"
#include "lanes.h"

#include <math.h>

static inline __attribute__((always_inline)) float row_sum(const float *x, size_t count) {
    float lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++) lanes[lane] += x[i + lane];
    for (size_t lane = 0; i < count; i++, lane++) lanes[lane] += x[i];
    return lanes_sum(lanes);
}

static inline __attribute__((always_inline)) float squares_around(const float *x, float mean, size_t count) {
    float lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++) {
            float distance = x[i + lane] - mean;
            lanes[lane] += distance * distance;
        }
    for (size_t lane = 0; i < count; i++, lane++) lanes[lane] += (x[i] - mean) * (x[i] - mean);
    return lanes_sum(lanes);
}

KERNEL void kernel_rms_norm(const float *x, const float *gain, float epsilon, float *to, size_t count) {
    float scale = 1.0f / sqrtf(squares_around(x, 0, count) / (float)count + epsilon);
    for (size_t i = 0; i < count; i++) to[i] = x[i] * scale * gain[i];
}

KERNEL void kernel_layer_norm(const float *x, const float *gain, const float *bias, float epsilon, float *to,
                              size_t count) {
    float mean = row_sum(x, count) / (float)count;
    float scale = 1.0f / sqrtf(squares_around(x, mean, count) / (float)count + epsilon);
    for (size_t i = 0; i < count; i++) to[i] = (x[i] - mean) * scale * gain[i] + bias[i];
}

KERNEL void kernel_softmax(float *x, float scale, size_t count) {
    float lanes[LANES];
    for (size_t lane = 0; lane < LANES; lane++) lanes[lane] = -INFINITY;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++) lanes[lane] = x[i + lane] > lanes[lane] ? x[i + lane] : lanes[lane];
    for (size_t lane = 0; i < count; i++, lane++) lanes[lane] = x[i] > lanes[lane] ? x[i] : lanes[lane];
    float most = lanes[0];
    for (size_t lane = 1; lane < LANES; lane++) most = lanes[lane] > most ? lanes[lane] : most;
    for (size_t lane = 0; lane < LANES; lane++) lanes[lane] = 0;
    for (i = 0; i + LANES <= count; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++) lanes[lane] += x[i + lane] = exp_lane((x[i + lane] - most) * scale);
    for (size_t lane = 0; i < count; i++, lane++) lanes[lane] += x[i] = exp_lane((x[i] - most) * scale);
    float share = 1.0f / lanes_sum(lanes);
    for (i = 0; i < count; i++) x[i] *= share;
}
