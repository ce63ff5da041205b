// What the sets of instructions with registers of 32 bytes share: a tile is two of them.
#include "integer_set.h"

#include <immintrin.h>

enum { MOST_ROWS = 3, MANY_ROWS = 3, MANY_TILES = 1 };
#define ASKS_AHEAD(rows, tiles) ((rows) < MANY_ROWS)

typedef struct { __m256i low, high; } tile_weights;
typedef struct { __m256i low, high; } tile_sums;
typedef struct { __m256 low, high; } tile_floats;

INLINE tile_floats same_floats(float value) {
    const __m256 all = _mm256_set1_ps(value);
    return (tile_floats){all, all};
}
INLINE tile_floats zero_floats(void) { return same_floats(0); }
INLINE tile_weights load_weights(const uint8_t *from) {
    return (tile_weights){_mm256_loadu_si256((const __m256i *)from), _mm256_loadu_si256((const __m256i *)(from + 32))};
}
INLINE tile_weights low_nibbles(tile_weights w) {
    const __m256i mask = _mm256_set1_epi8(15);
    return (tile_weights){_mm256_and_si256(w.low, mask), _mm256_and_si256(w.high, mask)};
}
INLINE tile_weights high_nibbles(tile_weights w) {
    return low_nibbles((tile_weights){_mm256_srli_epi16(w.low, 4), _mm256_srli_epi16(w.high, 4)});
}
INLINE __m256i with_high_bits_of(__m256i w, __m256i bits, size_t group) {
    const __m256i there = group == 0   ? _mm256_slli_epi16(bits, 4)
                          : group == 1 ? _mm256_slli_epi16(bits, 2)
                          : group == 2 ? bits
                                       : _mm256_srli_epi16(bits, 2);
    return _mm256_or_si256(w, _mm256_and_si256(there, _mm256_set1_epi8(48)));
}
INLINE tile_weights with_high_bits(tile_weights w, tile_weights bits, size_t group) {
    return (tile_weights){with_high_bits_of(w.low, bits.low, group), with_high_bits_of(w.high, bits.high, group)};
}
INLINE tile_floats floats_of_sums(tile_sums sums) {
    return (tile_floats){_mm256_cvtepi32_ps(sums.low), _mm256_cvtepi32_ps(sums.high)};
}
INLINE tile_floats floats_of_halves(const uint16_t *from) {
    return (tile_floats){_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)from)),
                         _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(from + 8)))};
}
INLINE tile_floats floats_of_bytes(const uint8_t *from) {
    return (tile_floats){_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)from))),
                         _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(from + 8))))};
}
INLINE tile_floats multiply(tile_floats a, tile_floats b) {
    return (tile_floats){_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)};
}
INLINE tile_floats multiply_add(tile_floats a, tile_floats b, tile_floats c) {
    return (tile_floats){_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
}
INLINE void store_floats(tile_floats all, float *to) {
    _mm256_storeu_ps(to, all.low);
    _mm256_storeu_ps(to + 8, all.high);
}
