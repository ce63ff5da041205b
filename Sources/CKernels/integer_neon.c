// Products of integers with NEON's dot products of signed bytes: a tile is four registers.
#include "integer_set.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)

enum { MOST_ROWS = 3, MANY_ROWS = 3, MANY_TILES = 1 };
#define ASKS_AHEAD(rows, tiles) ((rows) < MANY_ROWS)

typedef struct { uint8x16_t quarters[4]; } tile_weights;
typedef struct { int32x4_t quarters[4]; } tile_sums;
typedef struct { float32x4_t quarters[4]; } tile_floats;

#define EACH_QUARTER for (int i = 0; i < 4; i++)

INLINE tile_floats same_floats(float value) {
    tile_floats all;
    EACH_QUARTER all.quarters[i] = vdupq_n_f32(value);
    return all;
}
INLINE tile_floats zero_floats(void) { return same_floats(0); }
INLINE tile_sums start_sums(int32_t value) {
    tile_sums all;
    EACH_QUARTER all.quarters[i] = vdupq_n_s32(value);
    return all;
}
INLINE tile_weights load_weights(const uint8_t *from) {
    tile_weights all;
    EACH_QUARTER all.quarters[i] = vld1q_u8(from + 16 * i);
    return all;
}
INLINE tile_weights low_nibbles(tile_weights w) {
    EACH_QUARTER w.quarters[i] = vandq_u8(w.quarters[i], vdupq_n_u8(15));
    return w;
}
INLINE tile_weights high_nibbles(tile_weights w) {
    EACH_QUARTER w.quarters[i] = vshrq_n_u8(w.quarters[i], 4);
    return w;
}
INLINE tile_sums add_fours(tile_sums sums, tile_weights w, int32_t four) {
    const int8x16_t x = vreinterpretq_s8_s32(vdupq_n_s32(four));
    EACH_QUARTER sums.quarters[i] = vdotq_s32(sums.quarters[i], vreinterpretq_s8_u8(w.quarters[i]), x);
    return sums;
}
// Bytes around 128 become signed ones; what that takes from the sum, `floats_of_eights` leaves away.
INLINE tile_sums add_eights(tile_sums sums, tile_weights w, int32_t four) {
    EACH_QUARTER w.quarters[i] = veorq_u8(w.quarters[i], vdupq_n_u8(128));
    return add_fours(sums, w, four);
}
INLINE tile_floats floats_of_fours(tile_sums sums, int32_t start) {
    (void)start;
    tile_floats all;
    EACH_QUARTER all.quarters[i] = vcvtq_f32_s32(sums.quarters[i]);
    return all;
}
INLINE tile_floats floats_of_eights(tile_sums sums, int32_t start) {
    EACH_QUARTER sums.quarters[i] = vsubq_s32(sums.quarters[i], vdupq_n_s32(start));
    return floats_of_fours(sums, 0);
}
INLINE tile_weights with_high_bits(tile_weights w, tile_weights bits, size_t group) {
    const int8x16_t left = vdupq_n_s8((int8_t)(4 - 2 * (int)group));
    EACH_QUARTER w.quarters[i] = vorrq_u8(w.quarters[i], vandq_u8(vshlq_u8(bits.quarters[i], left), vdupq_n_u8(48)));
    return w;
}
// Fewer than eight bits are signed bytes as they are.
INLINE tile_sums add_sixes(tile_sums sums, tile_weights w, int32_t four) { return add_fours(sums, w, four); }
INLINE tile_floats floats_of_sixes(tile_sums sums, int32_t start) { return floats_of_fours(sums, start); }
INLINE tile_floats floats_of_halves(const uint16_t *from) {
    tile_floats all;
    EACH_QUARTER all.quarters[i] = vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(from + 4 * i)));
    return all;
}
INLINE tile_floats floats_of_bytes(const uint8_t *from) {
    tile_floats all;
    const uint8x16_t bytes = vld1q_u8(from);
    const uint16x8_t low = vmovl_u8(vget_low_u8(bytes)), high = vmovl_u8(vget_high_u8(bytes));
    all.quarters[0] = vcvtq_f32_u32(vmovl_u16(vget_low_u16(low)));
    all.quarters[1] = vcvtq_f32_u32(vmovl_u16(vget_high_u16(low)));
    all.quarters[2] = vcvtq_f32_u32(vmovl_u16(vget_low_u16(high)));
    all.quarters[3] = vcvtq_f32_u32(vmovl_u16(vget_high_u16(high)));
    return all;
}
INLINE tile_floats multiply(tile_floats a, tile_floats b) {
    EACH_QUARTER a.quarters[i] = vmulq_f32(a.quarters[i], b.quarters[i]);
    return a;
}
INLINE tile_floats multiply_add(tile_floats a, tile_floats b, tile_floats c) {
    EACH_QUARTER c.quarters[i] = vfmaq_f32(c.quarters[i], a.quarters[i], b.quarters[i]);
    return c;
}
INLINE void store_floats(tile_floats all, float *to) { EACH_QUARTER vst1q_f32(to + 4 * i, all.quarters[i]); }

#include "integer_tiles.h"

#pragma clang attribute pop

const struct instruction_set neon_set = INSTRUCTION_SET;
#endif
