// Vectors as their signs: how many differ.
#include "include/kernels.h"
#include "lanes.h"

KERNEL void kernel_sign_distances(const uint64_t *codes, size_t count, const uint64_t *query, uint16_t *distances) {
    for (size_t i = 0; i < count; i++, codes += KERNEL_SIGN_WORDS) {
        uint64_t differing = 0;
        for (size_t w = 0; w < KERNEL_SIGN_WORDS; w++) differing += (uint64_t)__builtin_popcountll(codes[w] ^ query[w]);
        distances[i] = (uint16_t)differing;
    }
}
