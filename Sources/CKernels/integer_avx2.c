// Products of integers with AVX2, which sums up pairs of products of bytes in sixteen bits: activations of eights are bounded so
// that a pair fits (255 · 63 · 2 < 2¹⁵), as one of sixes does (63 · 127 · 2 < 2¹⁵), and a whole block of fours fits at once
// (15 · 127 · 2 · 8 < 2¹⁵).
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "integer_halves.h"

INLINE tile_sums start_sums(int32_t value) {
    (void)value;
    return (tile_sums){_mm256_setzero_si256(), _mm256_setzero_si256()};
}
INLINE __m256i add_pairs(__m256i sums, __m256i pairs) {
    return _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}
INLINE tile_sums add_eights(tile_sums sums, tile_weights w, int32_t four) {
    const __m256i x = _mm256_set1_epi32(four);
    return (tile_sums){add_pairs(sums.low, _mm256_maddubs_epi16(w.low, x)),
                       add_pairs(sums.high, _mm256_maddubs_epi16(w.high, x))};
}
INLINE tile_sums add_fours(tile_sums sums, tile_weights w, int32_t four) {
    const __m256i x = _mm256_set1_epi32(four);
    return (tile_sums){_mm256_add_epi16(sums.low, _mm256_maddubs_epi16(w.low, x)),
                       _mm256_add_epi16(sums.high, _mm256_maddubs_epi16(w.high, x))};
}
INLINE tile_floats floats_of_eights(tile_sums sums, int32_t start) {
    const __m256i all = _mm256_set1_epi32(start);
    return floats_of_sums((tile_sums){_mm256_add_epi32(sums.low, all), _mm256_add_epi32(sums.high, all)});
}
INLINE tile_floats floats_of_fours(tile_sums sums, int32_t start) {
    const __m256i all = _mm256_set1_epi32(start);
    return floats_of_sums((tile_sums){add_pairs(all, sums.low), add_pairs(all, sums.high)});
}
INLINE tile_sums add_sixes(tile_sums sums, tile_weights w, int32_t four) { return add_eights(sums, w, four); }
INLINE tile_floats floats_of_sixes(tile_sums sums, int32_t start) { return floats_of_eights(sums, start); }

#include "integer_tiles.h"
#pragma clang attribute pop

const struct instruction_set avx2_set = INSTRUCTION_SET;
#endif
