// Functions of single numbers, over a row.
#include "include/kernels.h"
#include "lanes.h"

// 0.5 x (1 + tanh u) = x / (1 + e^(-2u)).
KERNEL void kernel_gelu_tanh(float *x, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float u = 0.797884561f * (x[i] + 0.044715f * x[i] * x[i] * x[i]);
        x[i] = x[i] * sigmoid_lane(2.0f * u);
    }
}

// erfc(z) for z >= 0, as e^(-z^2) t p(t) with t = 1 / (1 + 0.3 z): 1 - erf(z) without the digits that the difference loses.
// The polynomial is fitted to within 2e-8 of its value for z up to 9; beyond, nothing is left of erfc in float32.
static inline __attribute__((always_inline)) float erfc_lane(float z) {
    float t = 1.0f / (1.0f + 0.3f * z);
    float p = -0.129254333f;
    p = p * t + 0.484149625f;
    p = p * t - 0.509087308f;
    p = p * t + 0.543691454f;
    p = p * t - 0.091543541f;
    p = p * t + 0.213429129f;
    p = p * t + 0.148778434f;
    p = p * t + 0.170643541f;
    p = p * t + 0.169192981f;
    return p * t * exp_lane(-z * z);
}

// 0.5 x (1 + erf(x / sqrt 2)): for x < 0 half of x erfc(|x| / sqrt 2), for others what that leaves of x.
KERNEL void kernel_gelu_erf(float *x, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float magnitude = x[i] < 0.0f ? -x[i] : x[i];
        float tail = 0.5f * magnitude * erfc_lane(magnitude * 0.707106781f);
        x[i] = x[i] < 0.0f ? -tail : x[i] - tail;
    }
}

KERNEL void kernel_silu(float *x, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] = x[i] * sigmoid_lane(x[i]);
}

KERNEL void kernel_silu_product(float *gate, const float *up, size_t count) {
    for (size_t i = 0; i < count; i++) gate[i] = gate[i] * sigmoid_lane(gate[i]) * up[i];
}

KERNEL void kernel_sigmoid_product(float *x, const float *gate, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] = x[i] * sigmoid_lane(gate[i]);
}
