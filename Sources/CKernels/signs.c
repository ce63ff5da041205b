// Vectors as their signs: how much of a query's weight lies where they are set.
#include "include/kernels.h"
#include "lanes.h"

KERNEL void kernel_sign_weights(const uint64_t *codes, size_t count, const uint64_t *planes, uint16_t *weights) {
    for (size_t i = 0; i < count; i++, codes += KERNEL_SIGN_WORDS) {
        uint64_t weight = 0;
        for (size_t plane = 0; plane < KERNEL_SIGN_PLANES; plane++) {
            uint64_t set = 0;
            for (size_t w = 0; w < KERNEL_SIGN_WORDS; w++)
                set += (uint64_t)__builtin_popcountll(codes[w] & planes[plane * KERNEL_SIGN_WORDS + w]);
            weight += set << plane;
        }
        uint64_t bits = 0;
        for (size_t w = 0; w < KERNEL_SIGN_WORDS; w++) bits += (uint64_t)__builtin_popcountll(codes[w]);
        weights[i] = (uint16_t)(weight + KERNEL_SIGN_MIDDLE * (KERNEL_SIGN_WORDS * 64 - bits));
    }
}
