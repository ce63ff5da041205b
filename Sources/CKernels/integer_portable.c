// The definition of products of integers, number by number.
#include "integer_set.h"

enum { MOST_ROWS = 3, MANY_ROWS = 3, MANY_TILES = 1 };
#define ASKS_AHEAD(rows, tiles) ((rows) < MANY_ROWS)

typedef struct { uint8_t bytes[64]; } tile_weights;
typedef struct { int32_t lanes[16]; } tile_sums;
typedef struct { float lanes[16]; } tile_floats;

#define EACH_LANE for (int i = 0; i < 16; i++)

INLINE tile_floats same_floats(float value) {
    tile_floats all;
    EACH_LANE all.lanes[i] = value;
    return all;
}

INLINE tile_floats zero_floats(void) { return same_floats(0); }

INLINE tile_sums start_sums(int32_t value) {
    tile_sums all;
    EACH_LANE all.lanes[i] = value;
    return all;
}

INLINE tile_weights load_weights(const uint8_t *from) {
    tile_weights all;
    memcpy(all.bytes, from, 64);
    return all;
}

INLINE tile_weights low_nibbles(tile_weights w) {
    for (int i = 0; i < 64; i++) w.bytes[i] &= 15;
    return w;
}

INLINE tile_weights high_nibbles(tile_weights w) {
    for (int i = 0; i < 64; i++) w.bytes[i] >>= 4;
    return w;
}

INLINE tile_sums add_eights(tile_sums sums, tile_weights w, int32_t four) {
    int8_t x[4];
    memcpy(x, &four, 4);
    EACH_LANE for (int k = 0; k < 4; k++) sums.lanes[i] += (int32_t)w.bytes[4 * i + k] * x[k];
    return sums;
}

INLINE tile_sums add_fours(tile_sums sums, tile_weights w, int32_t four) { return add_eights(sums, w, four); }

INLINE tile_floats floats_of_eights(tile_sums sums, int32_t start) {
    (void)start;
    tile_floats all;
    EACH_LANE all.lanes[i] = (float)sums.lanes[i];
    return all;
}

INLINE tile_floats floats_of_fours(tile_sums sums, int32_t start) { return floats_of_eights(sums, start); }

INLINE tile_weights with_high_bits(tile_weights w, tile_weights bits, size_t group) {
    for (int i = 0; i < 64; i++) w.bytes[i] |= (uint8_t)((bits.bytes[i] >> 2 * group & 3) << 4);
    return w;
}

INLINE tile_sums add_sixes(tile_sums sums, tile_weights w, int32_t four) { return add_eights(sums, w, four); }

INLINE tile_floats floats_of_sixes(tile_sums sums, int32_t start) { return floats_of_eights(sums, start); }

INLINE tile_floats floats_of_halves(const uint16_t *from) {
    tile_floats all;
    EACH_LANE all.lanes[i] = float_of_half(from[i]);
    return all;
}

INLINE tile_floats floats_of_bytes(const uint8_t *from) {
    tile_floats all;
    EACH_LANE all.lanes[i] = from[i];
    return all;
}

INLINE tile_floats multiply(tile_floats a, tile_floats b) {
    EACH_LANE a.lanes[i] *= b.lanes[i];
    return a;
}

INLINE tile_floats multiply_add(tile_floats a, tile_floats b, tile_floats c) {
    EACH_LANE c.lanes[i] += a.lanes[i] * b.lanes[i];
    return c;
}

INLINE void store_floats(tile_floats all, float *to) { memcpy(to, all.lanes, sizeof all.lanes); }

#include "integer_tiles.h"

const struct instruction_set portable_set = INSTRUCTION_SET;
