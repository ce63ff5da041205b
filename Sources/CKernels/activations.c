// Functions of single numbers, over a row.
#include "include/kernels.h"
#include "lanes.h"

#include <math.h>

// 0.5 x (1 + tanh u) = x / (1 + e^(-2u)).
KERNEL void kernel_gelu_tanh(float *x, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float u = 0.797884561f * (x[i] + 0.044715f * x[i] * x[i] * x[i]);
        x[i] = x[i] * sigmoid_lane(2.0f * u);
    }
}

void kernel_gelu_erf(float *x, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] = 0.5f * x[i] * (1.0f + erff(x[i] * 0.707106781f));
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
