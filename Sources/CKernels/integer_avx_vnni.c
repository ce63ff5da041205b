// Products of integers with AVX-VNNI's dot products of bytes.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,avxvnni"))), apply_to = function)
#include "integer_halves.h"

INLINE tile_sums start_sums(int32_t value) {
    const __m256i all = _mm256_set1_epi32(value);
    return (tile_sums){all, all};
}
INLINE tile_sums add_eights(tile_sums sums, tile_weights w, int32_t four) {
    const __m256i x = _mm256_set1_epi32(four);
    return (tile_sums){_mm256_dpbusd_avx_epi32(sums.low, w.low, x), _mm256_dpbusd_avx_epi32(sums.high, w.high, x)};
}
INLINE tile_sums add_fours(tile_sums sums, tile_weights w, int32_t four) { return add_eights(sums, w, four); }
INLINE tile_floats floats_of_eights(tile_sums sums, int32_t start) {
    (void)start;
    return floats_of_sums(sums);
}
INLINE tile_floats floats_of_fours(tile_sums sums, int32_t start) { return floats_of_eights(sums, start); }
INLINE tile_sums add_sixes(tile_sums sums, tile_weights w, int32_t four) { return add_eights(sums, w, four); }
INLINE tile_floats floats_of_sixes(tile_sums sums, int32_t start) { return floats_of_eights(sums, start); }

#include "integer_tiles.h"
#pragma clang attribute pop

const struct instruction_set avx_vnni_set = INSTRUCTION_SET;
#endif
