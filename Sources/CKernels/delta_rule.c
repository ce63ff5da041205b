// The gated delta rule, one token at a time.
#include "include/kernels.h"
#include "lanes.h"

// At most this many values a head; the caller checks.
enum { MOST_VALUES = 256 };

KERNEL void kernel_delta_step(float *restrict state, const float *query, const float *key, const float *value, float decay,
                              float strength, float *restrict to, size_t keys, size_t values) {
    float held[MOST_VALUES] = {0};
    for (size_t k = 0; k < keys; k++) {
        float *restrict row = state + k * values;
        for (size_t v = 0; v < values; v++) {
            row[v] *= decay;
            held[v] += row[v] * key[k];
        }
    }
    for (size_t v = 0; v < values; v++) {
        held[v] = strength * (value[v] - held[v]);
        to[v] = 0;
    }
    for (size_t k = 0; k < keys; k++) {
        float *restrict row = state + k * values;
        for (size_t v = 0; v < values; v++) {
            row[v] += key[k] * held[v];
            to[v] += row[v] * query[k];
        }
    }
}
