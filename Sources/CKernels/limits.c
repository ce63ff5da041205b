// What the machine can do at most, for benchmarks to compare with.
#include "integer_set.h"

#if defined(__x86_64__)
#define WIDEST __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WIDEST
#endif

typedef float vec16 __attribute__((vector_size(64)));
typedef uint64_t words8 __attribute__((vector_size(64), aligned(8)));

// As many sums at a time as hide their latency, and stay in registers.
static inline __attribute__((always_inline)) float spin_floats(size_t rounds, size_t chains) {
    vec16 sums[12], factor = (vec16){0} + 0.999f, more = (vec16){0} + 1e-3f;
    for (size_t i = 0; i < chains; i++) sums[i] = (vec16){0} + (float)i;
    for (size_t round = 0; round < rounds * 12 / chains; round++)
#pragma clang loop unroll(full)
        for (size_t i = 0; i < chains; i++) sums[i] = sums[i] * factor + more;
    float sum = 0;
    for (size_t i = 0; i < chains; i++) sum += sums[i][0];
    return sum;
}

WIDEST float kernel_spin_floats(size_t rounds) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return spin_floats(rounds, 12);
    if (!__builtin_cpu_supports("avx2")) return spin_floats(rounds, 3);
#endif
    // A sum is two registers of AVX2's sixteen, or four of NEON's 32.
    return spin_floats(rounds, 6);
}

WIDEST uint64_t kernel_read_memory(const void *from, size_t count) {
    const words8 *words = from;
    words8 all[4] = {{0}};
    for (size_t i = 0; i + 4 <= count / sizeof *words; i += 4)
        for (size_t j = 0; j < 4; j++) all[j] ^= words[i + j];
    uint64_t result = 0;
    for (size_t j = 0; j < 4; j++)
        for (size_t lane = 0; lane < 8; lane++) result ^= all[j][lane];
    return result;
}
