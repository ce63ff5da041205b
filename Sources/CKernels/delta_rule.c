// The gated delta rule, one token at a time.
#include "include/kernels.h"
#include "lanes.h"

// At most this many values a head; the caller checks.
enum { MOST_VALUES = 256 };

enum { VECTOR = 16, MOST_VECTORS = 8 };
typedef float vec16 __attribute__((vector_size(64), aligned(4)));

#define INLINE static inline __attribute__((always_inline))
#define READ(place) (*(const vec16 *)(place))
#define WRITE(place) (*(vec16 *)(place))

// A block of the state: `keys` rows of `vectors` · 16 values, `stride` apart. The sums over its keys stay in registers.
//
// sums[v] += Σ_k key[k] · state[k, v]
INLINE void sum_block(size_t keys, size_t vectors, const float *restrict state, size_t stride, const float *restrict key,
                      float *restrict sums) {
    vec16 sum[MOST_VECTORS];
    for (size_t i = 0; i < vectors; i++) sum[i] = READ(sums + i * VECTOR);
    for (size_t k = 0; k < keys; k++, state += stride)
        for (size_t i = 0; i < vectors; i++) sum[i] += key[k] * READ(state + i * VECTOR);
    for (size_t i = 0; i < vectors; i++) WRITE(sums + i * VECTOR) = sum[i];
}

// state[k, v] = decay · state[k, v] + key[k] · change[v], and sums[v] += Σ_k query[k] · state[k, v] of what it then is.
INLINE void move_block(size_t keys, size_t vectors, float *restrict state, size_t stride, const float *restrict query,
                       const float *restrict key, const float *restrict change, float decay, float *restrict sums) {
    vec16 sum[MOST_VECTORS], changes[MOST_VECTORS];
    for (size_t i = 0; i < vectors; i++) {
        sum[i] = READ(sums + i * VECTOR);
        changes[i] = READ(change + i * VECTOR);
    }
    for (size_t k = 0; k < keys; k++, state += stride)
        for (size_t i = 0; i < vectors; i++) {
            const vec16 now = decay * READ(state + i * VECTOR) + key[k] * changes[i];
            WRITE(state + i * VECTOR) = now;
            sum[i] += query[k] * now;
        }
    for (size_t i = 0; i < vectors; i++) WRITE(sums + i * VECTOR) = sum[i];
}

// The same for all values of some keys.
INLINE void sum_rows(size_t keys, size_t vectors, const float *state, const float *key, float *sums, size_t values) {
    size_t v = 0;
    for (; v + vectors * VECTOR <= values; v += vectors * VECTOR) sum_block(keys, vectors, state + v, values, key, sums + v);
    for (; v + VECTOR <= values; v += VECTOR) sum_block(keys, 1, state + v, values, key, sums + v);
    for (; v < values; v++)
        for (size_t k = 0; k < keys; k++) sums[v] += key[k] * state[k * values + v];
}

INLINE void move_rows(size_t keys, size_t vectors, float *state, const float *query, const float *key, const float *change,
                      float decay, float *sums, size_t values) {
    size_t v = 0;
    for (; v + vectors * VECTOR <= values; v += vectors * VECTOR)
        move_block(keys, vectors, state + v, values, query, key, change + v, decay, sums + v);
    for (; v + VECTOR <= values; v += VECTOR)
        move_block(keys, 1, state + v, values, query, key, change + v, decay, sums + v);
    for (; v < values; v++)
        for (size_t k = 0; k < keys; k++) {
            const float now = decay * state[k * values + v] + key[k] * change[v];
            state[k * values + v] = now;
            sums[v] += query[k] * now;
        }
}

// Two passes over the state, in blocks of so many keys and vectors. The first only reads, since (decay · S)ᵀk = decay · Sᵀk.
// Each sum runs in the order of the keys.
INLINE void delta_step(size_t block, size_t vectors, float *state, const float *query, const float *key, const float *value,
                       float decay, float strength, float *to, size_t keys, size_t values) {
    // On lines of the cache, so that no vector lies across two.
    _Alignas(64) float held[MOST_VALUES] = {0}, read[MOST_VALUES] = {0};
    size_t k = 0;
    for (; k + block <= keys; k += block) sum_rows(block, vectors, state + k * values, key + k, held, values);
    sum_rows(keys - k, vectors, state + k * values, key + k, held, values);
    for (size_t v = 0; v < values; v++) held[v] = strength * (value[v] - decay * held[v]);
    for (k = 0; k + block <= keys; k += block)
        move_rows(block, vectors, state + k * values, query + k, key + k, held, decay, read, values);
    move_rows(keys - k, vectors, state + k * values, query + k, key + k, held, decay, read, values);
    memcpy(to, read, values * sizeof *to);
}

// Sixteen registers do not hold the sums of a whole row, and strips of rows come slowly from memory. With a few keys at a time
// the sums seldom go to the cache and back, and the state is still read from front to back.
KERNEL void kernel_delta_step_narrow(float *state, const float *query, const float *key, const float *value, float decay,
                                     float strength, float *to, size_t keys, size_t values) {
    delta_step(4, 1, state, query, key, value, decay, strength, to, keys, values);
}

#if defined(__x86_64__)
// Thirty-two registers hold the sums and changes of 128 values, for all keys.
__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))) static void delta_step_wide(
    float *state, const float *query, const float *key, const float *value, float decay, float strength, float *to,
    size_t keys, size_t values) {
    delta_step(MOST_VALUES, MOST_VECTORS, state, query, key, value, decay, strength, to, keys, values);
}

static int has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw");
}
#endif

void kernel_delta_step(float *state, const float *query, const float *key, const float *value, float decay, float strength,
                       float *to, size_t keys, size_t values) {
#if defined(__x86_64__)
    if (has_avx512()) {
        delta_step_wide(state, query, key, value, decay, strength, to, keys, values);
        return;
    }
#endif
    kernel_delta_step_narrow(state, query, key, value, decay, strength, to, keys, values);
}
