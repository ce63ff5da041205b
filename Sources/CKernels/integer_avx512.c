// Products of integers with AVX-512's dot products of bytes: a register holds a tile.
#include "integer_set.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx512vnni,avx2,fma,f16c"))),           \
                             apply_to = function)

enum { MOST_ROWS = 8, MANY_ROWS = 6, MANY_TILES = 2 };
#define HAS_MANY_REGISTERS 1
#define ASKS_AHEAD(rows, tiles) ((tiles) == 1)

typedef __m512i tile_weights;
typedef __m512i tile_sums;
typedef __m512 tile_floats;

INLINE tile_floats zero_floats(void) { return _mm512_setzero_ps(); }
INLINE tile_floats same_floats(float value) { return _mm512_set1_ps(value); }
INLINE tile_sums start_sums(int32_t value) { return _mm512_set1_epi32(value); }
INLINE tile_weights load_weights(const uint8_t *from) { return _mm512_loadu_si512(from); }
INLINE tile_weights low_nibbles(tile_weights w) { return _mm512_and_si512(w, _mm512_set1_epi8(15)); }
INLINE tile_weights high_nibbles(tile_weights w) { return low_nibbles(_mm512_srli_epi16(w, 4)); }
INLINE tile_sums add_eights(tile_sums sums, tile_weights w, int32_t four) {
    return _mm512_dpbusd_epi32(sums, w, _mm512_set1_epi32(four));
}
INLINE tile_sums add_fours(tile_sums sums, tile_weights w, int32_t four) { return add_eights(sums, w, four); }
INLINE tile_floats floats_of_eights(tile_sums sums, int32_t start) {
    (void)start;
    return _mm512_cvtepi32_ps(sums);
}
INLINE tile_floats floats_of_fours(tile_sums sums, int32_t start) { return floats_of_eights(sums, start); }
INLINE tile_weights with_high_bits(tile_weights w, tile_weights bits, size_t group) {
    const tile_weights there = group == 0   ? _mm512_slli_epi16(bits, 4)
                               : group == 1 ? _mm512_slli_epi16(bits, 2)
                               : group == 2 ? bits
                                            : _mm512_srli_epi16(bits, 2);
    // w | (there & 48)
    return _mm512_ternarylogic_epi64(w, there, _mm512_set1_epi8(48), 0xF8);
}
INLINE tile_sums add_sixes(tile_sums sums, tile_weights w, int32_t four) { return add_eights(sums, w, four); }
INLINE tile_floats floats_of_sixes(tile_sums sums, int32_t start) { return floats_of_eights(sums, start); }
INLINE tile_floats floats_of_halves(const uint16_t *from) {
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)from));
}
INLINE tile_floats floats_of_bytes(const uint8_t *from) {
    return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)from)));
}
INLINE tile_floats multiply(tile_floats a, tile_floats b) { return _mm512_mul_ps(a, b); }
INLINE tile_floats multiply_add(tile_floats a, tile_floats b, tile_floats c) { return _mm512_fmadd_ps(a, b, c); }
INLINE void store_floats(tile_floats all, float *to) { _mm512_storeu_ps(to, all); }

#include "integer_tiles.h"

#pragma clang attribute pop

const struct instruction_set avx512_vnni_set = INSTRUCTION_SET;
#endif
